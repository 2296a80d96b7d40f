/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_config: creates and merges configuration, holds its defaults, collects what is wrong
 * with it.
 *
 * Problems are collected instead of stopping at the first: `apachectl configtest` shows all
 * mistakes in one run.
 */
#include "mod_jsgid_private.h"

#include <dlfcn.h>
#include <stdarg.h>

#include "jsgid_value.h"

jsgid_server_t *jsgid_server;

/* The folder above the one this module was loaded from, so that an image runs from wherever it is
 * copied. */
static const char *home_of_module(apr_pool_t *pool)
{
    static const int inside = 0;
    Dl_info info;
    const char *slash;
    char *path;

    if (dladdr(&inside, &info) == 0 || info.dli_fname == NULL) {
        return "/usr/share/jsgid";
    }
    path = realpath(info.dli_fname, NULL);
    if (path == NULL) {
        return "/usr/share/jsgid";
    }
    slash = strrchr(path, '/');
    while (slash > path && slash[-1] != '/') {
        slash--;
    }
    slash = slash > path ? apr_pstrmemdup(pool, path, (apr_size_t)(slash - path - 1)) : "/";
    free(path);
    return slash;
}

void jsgid_server_create(apr_pool_t *pool)
{
    jsgid_server_t *server = apr_pcalloc(pool, sizeof(*server));

    server->pool = pool;
    server->home = home_of_module(pool);
    server->run_dir = jsgid_directives[JSGID_D_RUN_DIR].def;
    server->archive_after = apr_atoi64(jsgid_directives[JSGID_D_ARCHIVE_AFTER].def);
    server->profile_dirs = apr_array_make(pool, 3, sizeof(const char *));
    server->groups = apr_array_make(pool, 8, sizeof(jsgid_group_t *));
    server->groups_by_name = apr_hash_make(pool);
    server->problems = apr_array_make(pool, 4, sizeof(const char *));
    server->warnings = apr_array_make(pool, 4, sizeof(const char *));
    server->delegates = apr_array_make(pool, 4, sizeof(jsgid_name_t *));
    server->all_mounts = apr_array_make(pool, 8, sizeof(jsgid_mount_t *));
    jsgid_server = server;
}

static void say(apr_array_header_t *list, const char *id, const char *at, const char *format,
                va_list args)
{
    apr_pool_t *pool = jsgid_server->pool;
    const char *sentence = apr_pvsprintf(pool, format, args);

    APR_ARRAY_PUSH(list, const char *) =
        apr_pstrcat(pool, id, ": ", at != NULL ? at : "", at != NULL ? ": " : "", sentence, NULL);
}

void jsgid_problem(const char *id, const char *at, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(jsgid_server->problems, id, at, format, args);
    va_end(args);
}

void jsgid_warning(const char *id, const char *at, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(jsgid_server->warnings, id, at, format, args);
    va_end(args);
}

jsgid_group_t *jsgid_group_create(const char *name, const char *defined_at)
{
    apr_pool_t *pool = jsgid_server->pool;
    jsgid_group_t *group = apr_pcalloc(pool, sizeof(*group));
    int i;

    group->name = name;
    group->defined_at = defined_at;
    group->java_options = apr_array_make(pool, 4, sizeof(const char *));
    group->environment = apr_array_make(pool, 4, sizeof(const char *));
    group->servlet_options = apr_array_make(pool, 4, sizeof(const char *));
    group->uid = (uid_t)-1;
    group->gid = (gid_t)-1;
    group->script_uid = (uid_t)-1;
    group->script_gid = (gid_t)-1;
    for (i = 0; i < JSGID_D_COUNT; i++) {
        const jsgid_directive_t *d = &jsgid_directives[i];
        apr_int64_t *number = &group->number[i];

        if (d->def == NULL) {
            continue;
        }
        /* Defaults are read by the readers of what is written, so that the table is their one
         * place. */
        switch (d->type) {
        case JSGID_TYPE_NUMBER:
        case JSGID_TYPE_SECONDS:
        case JSGID_TYPE_SIZE:
        case JSGID_TYPE_SIZES:
            (void)jsgid_value_size(d->def, APR_INT64_MIN, APR_INT64_MAX, number);
            break;
        case JSGID_TYPE_OCTAL:
            (void)jsgid_value_octal(d->def, 0, 07777, number);
            break;
        case JSGID_TYPE_STICKY:
        case JSGID_TYPE_FLAG:
            (void)jsgid_value_flag(d->def, number);
            break;
        case JSGID_TYPE_CHOICE:
            (void)jsgid_value_choice(d->def, d->words, number);
            break;
        default:
            break;
        }
    }
    return group;
}

void *jsgid_host_config_create(apr_pool_t *pool, server_rec *s)
{
    jsgid_host_config_t *config = apr_pcalloc(pool, sizeof(*config));

    (void)s;
    config->mounts = apr_array_make(pool, 4, sizeof(jsgid_mount_t *));
    return config;
}

void *jsgid_host_config_merge(apr_pool_t *pool, void *base, void *add)
{
    const jsgid_host_config_t *outer = base;
    const jsgid_host_config_t *inner = add;
    jsgid_host_config_t *config = apr_pcalloc(pool, sizeof(*config));

    /* The virtual host's own first: of two mounts at one path the first counts. */
    config->mounts = apr_array_append(pool, inner->mounts, outer->mounts);
    return config;
}

void *jsgid_folder_config_create(apr_pool_t *pool, char *dir)
{
    jsgid_folder_config_t *config = apr_pcalloc(pool, sizeof(*config));

    (void)dir;
    config->pass_authorization = -1;
    config->error_override = -1;
    return config;
}

void *jsgid_folder_config_merge(apr_pool_t *pool, void *base, void *add)
{
    const jsgid_folder_config_t *outer = base;
    const jsgid_folder_config_t *inner = add;
    jsgid_folder_config_t *config = apr_pmemdup(pool, inner, sizeof(*inner));

    if (inner->process_group.kind == JSGID_NAME_UNSET) {
        config->process_group = outer->process_group;
    }
    if (inner->application_group.kind == JSGID_NAME_UNSET) {
        config->application_group = outer->application_group;
    }
    if (inner->pass_authorization < 0) {
        config->pass_authorization = outer->pass_authorization;
    }
    if (inner->error_override < 0) {
        config->error_override = outer->error_override;
    }
    if (inner->sendfile == NULL) {
        config->sendfile = outer->sendfile;
    }
    return config;
}
