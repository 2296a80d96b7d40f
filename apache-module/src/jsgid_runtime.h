/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_RUNTIME_H
#define JSGID_RUNTIME_H

#include "jsgid_profile.h"

/** From what JsgiRuntime says to a profile, or why not (jdk-profiles/FORMAT.md, "Selecting"). */

/** 1 when a text can be a runtime: a profile's name, a feature version, or a feature version with
 * `+`. */
int jsgid_runtime_is_valid(const char *runtime);

/**
 * The profile that a runtime selects among profiles (jsgid_profile_t *), or NULL; then *pwhy is the
 * reason as a phrase.
 */
const jsgid_profile_t *jsgid_runtime_select(apr_pool_t *pool, const apr_array_header_t *profiles,
                                            const char *runtime, const char **pwhy);

/**
 * The profile that monitors run on: the named runtime, or when that is NULL the newest usable one
 * that is a long-term release of at least 17, else the newest of at least 17. NULL when there is
 * none; *pwhy as above.
 */
const jsgid_profile_t *jsgid_supervisor_runtime(apr_pool_t *pool,
                                                const apr_array_header_t *profiles,
                                                const char *runtime, const char **pwhy);

/** The usable profiles as a phrase for people: "openjdk-17 (17.0.15), temurin-25 (25)", or "none".
 */
const char *jsgid_runtimes_describe(apr_pool_t *pool, const apr_array_header_t *profiles);

#endif
