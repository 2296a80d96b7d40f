/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_runtime: which profile a runtime means. Decides over profiles that were read before;
 * touches no file.
 */
#include "jsgid_runtime.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#define SUPERVISOR_MIN 17

/* Reads "17" or "17+"; 0 when the text is neither. */
static int feature_of(const char *runtime, int *por_later)
{
    char *end;
    long feature;

    *por_later = 0;
    if (*runtime < '0' || *runtime > '9') {
        return 0;
    }
    feature = strtol(runtime, &end, 10);
    if (*end == '+') {
        *por_later = 1;
        end++;
    }
    return *end == '\0' && feature >= 8 && feature <= 999 ? (int)feature : 0;
}

int jsgid_runtime_is_valid(const char *runtime)
{
    int or_later;

    return feature_of(runtime, &or_later) > 0 || jsgid_profile_name_is_valid(runtime);
}

static int is_usable(const jsgid_profile_t *profile)
{
    return profile->state == JSGID_PROFILE_USABLE && profile->enabled;
}

/* 1 when a is to be taken before b; both are of one feature version. */
static int is_better(const jsgid_profile_t *a, const jsgid_profile_t *b)
{
    int order;

    if (b == NULL) {
        return 1;
    }
    if (a->priority != b->priority) {
        return a->priority > b->priority;
    }
    order = jsgid_version_compare(a->version, b->version);
    if (order != 0) {
        return order > 0;
    }
    return strcmp(a->name, b->name) < 0;
}

static const jsgid_profile_t *best_of_feature(const apr_array_header_t *profiles, int feature)
{
    const jsgid_profile_t *best = NULL;
    int i;

    for (i = 0; i < profiles->nelts; i++) {
        const jsgid_profile_t *profile = APR_ARRAY_IDX(profiles, i, const jsgid_profile_t *);

        if (is_usable(profile) && profile->feature == feature && is_better(profile, best)) {
            best = profile;
        }
    }
    return best;
}

const jsgid_profile_t *jsgid_runtime_select(apr_pool_t *pool, const apr_array_header_t *profiles,
                                            const char *runtime, const char **pwhy)
{
    const jsgid_profile_t *best = NULL;
    int or_later;
    int feature;
    int i;

    *pwhy = NULL;
    for (i = 0; i < profiles->nelts; i++) {
        const jsgid_profile_t *profile = APR_ARRAY_IDX(profiles, i, const jsgid_profile_t *);

        if (strcmp(profile->name, runtime) != 0) {
            continue;
        }
        if (is_usable(profile)) {
            return profile;
        }
        *pwhy = profile->state == JSGID_PROFILE_USABLE
                    ? apr_psprintf(pool, "the profile %s is disabled (%s)", runtime, profile->file)
                    : apr_psprintf(pool, "the profile %s cannot be used: %s (%s)", runtime,
                                   profile->reason, profile->file);
        return NULL;
    }
    feature = feature_of(runtime, &or_later);
    if (feature == 0) {
        *pwhy = apr_psprintf(pool, "no JDK profile is named %s", runtime);
        return NULL;
    }
    best = best_of_feature(profiles, feature);
    while (best == NULL && or_later && feature < 999) {
        best = best_of_feature(profiles, ++feature);
    }
    if (best == NULL) {
        *pwhy = apr_psprintf(pool, "no usable JDK profile has feature version %s", runtime);
    }
    return best;
}

const jsgid_profile_t *jsgid_supervisor_runtime(apr_pool_t *pool,
                                                const apr_array_header_t *profiles,
                                                const char *runtime, const char **pwhy)
{
    const jsgid_profile_t *profile = NULL;
    int newest_long_term = 0;
    int newest = 0;
    int i;

    *pwhy = NULL;
    if (runtime != NULL) {
        profile = jsgid_runtime_select(pool, profiles, runtime, pwhy);
        if (profile != NULL && profile->feature < SUPERVISOR_MIN) {
            *pwhy = apr_psprintf(pool, "%s is Java %d, and monitors need Java %d or later",
                                 profile->name, profile->feature, SUPERVISOR_MIN);
            profile = NULL;
        }
        return profile;
    }
    for (i = 0; i < profiles->nelts; i++) {
        const jsgid_profile_t *candidate = APR_ARRAY_IDX(profiles, i, const jsgid_profile_t *);

        if (!is_usable(candidate) || candidate->feature < SUPERVISOR_MIN) {
            continue;
        }
        if (candidate->feature > newest) {
            newest = candidate->feature;
        }
        /* Since 17, every fourth feature version is a long-term release. */
        if ((candidate->feature - SUPERVISOR_MIN) % 4 == 0 &&
            candidate->feature > newest_long_term) {
            newest_long_term = candidate->feature;
        }
    }
    if (newest_long_term > 0) {
        profile = best_of_feature(profiles, newest_long_term);
    } else if (newest > 0) {
        profile = best_of_feature(profiles, newest);
    } else {
        *pwhy = apr_psprintf(pool, "no JDK of version %d or later is registered", SUPERVISOR_MIN);
    }
    return profile;
}

const char *jsgid_runtimes_describe(apr_pool_t *pool, const apr_array_header_t *profiles)
{
    const char *text = NULL;
    int i;

    for (i = 0; i < profiles->nelts; i++) {
        const jsgid_profile_t *profile = APR_ARRAY_IDX(profiles, i, const jsgid_profile_t *);

        if (is_usable(profile)) {
            text = apr_pstrcat(
                pool, text != NULL ? text : "", text != NULL ? ", " : "", profile->name, " (",
                profile->version != NULL ? profile->version : apr_itoa(pool, profile->feature), ")",
                NULL);
        }
    }
    return text != NULL ? text : "none";
}
