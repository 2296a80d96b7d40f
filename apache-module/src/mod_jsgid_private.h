/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef MOD_JSGID_PRIVATE_H
#define MOD_JSGID_PRIVATE_H

/** What the files of the glue (mod_jsgid_*) share. Nothing outside them includes this. */

#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <ap_expr.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_tables.h>

#include "jsgid_directives.h"
#include "jsgid_profile.h"

APLOG_USE_MODULE(jsgid);
extern module AP_MODULE_DECLARE_DATA jsgid_module;

#define JSGID_HANDLER "jsgi-script"

/** A daemon group as configured; lives in the configuration's pool. */
typedef struct {
    const char *name;
    const char *defined_at;            /**< FILE:LINE */
    apr_int64_t number[JSGID_D_COUNT]; /**< by directive: numbers, flags, choices */
    const char *text[JSGID_D_COUNT];   /**< by directive: paths, names, text; NULL when not given */
    const char
        *at[JSGID_D_COUNT]; /**< FILE:LINE where a directive was given; NULL when it was not */
    apr_int64_t memory_limit_hard;       /**< bytes; 0: not given */
    apr_array_header_t *java_options;    /**< of const char * */
    apr_array_header_t *environment;     /**< of const char *: NAME=value */
    apr_array_header_t *servlet_options; /**< of const char *: NAME=value */
    apr_array_header_t *supplementary;   /**< of gid_t; NULL when not given */
    uid_t uid;
    gid_t gid;
    const char *user; /**< its name; NULL when it has none */
    const char *home; /**< its home folder; NULL when it has none */
    uid_t script_uid;
    gid_t script_gid;
    const char *runtime;            /**< as written, here or outside; NULL when neither */
    const jsgid_profile_t *profile; /**< what that selects; NULL: no-runtime */
    const char *why_no_profile;
    int is_held;       /**< its profile is registered no more, but its daemons run */
    const char *route; /**< path of groups/NAME.sock */
    int sets_route;    /**< JsgiSticky NAME set: the cookie is this module's own */
} jsgid_group_t;

/** An application mounted by JsgiScriptAlias. */
typedef struct {
    const char *path;  /**< URL path without a slash at its end, unless it is / itself */
    const char *file;  /**< absolute path */
    const char *group; /**< process-group, or NULL */
    const char *application_group; /**< application-group, or NULL */
    const char *defined_at;
    int is_folder; /**< by its name: an exploded WAR */
} jsgid_mount_t;

/** Server or virtual host. */
typedef struct {
    apr_array_header_t *mounts; /**< of jsgid_mount_t * */
} jsgid_host_config_t;

/** A name that may be expanded per request. */
typedef enum {
    JSGID_NAME_UNSET,
    JSGID_NAME_LITERAL,
    JSGID_NAME_SERVER,
    JSGID_NAME_HOST,
    JSGID_NAME_ENV,
    JSGID_NAME_EXPRESSION
} jsgid_name_kind_t;

typedef struct {
    jsgid_name_kind_t kind;
    const char *text; /**< the literal, the variable's name, or the expression as written */
    ap_expr_info_t *expression;
    const char *defined_at;
} jsgid_name_t;

/** Directory. */
typedef struct {
    jsgid_name_t process_group;
    jsgid_name_t application_group;
    int pass_authorization; /**< -1: not given */
    int error_override;
    apr_array_header_t *sendfile; /**< of const char *; NULL: not given, empty: none */
} jsgid_folder_config_t;

/** All that is configured once for the whole server; made anew for each reading of the
 * configuration. */
typedef struct {
    apr_pool_t *pool; /**< the configuration's */
    const char *home;
    const char *run_dir;
    const char *cache_dir;            /**< as written; NULL: for jsgid_groups_check to find */
    apr_array_header_t *profile_dirs; /**< of const char * */
    const char *supervisor_runtime;   /**< as written; NULL */
    const char *default_runtime;      /**< as written, else of the default file; NULL */
    apr_int64_t start_concurrency;    /**< 0: not given */
    apr_int64_t archive_after;        /**< seconds; 0: no archives */
    apr_array_header_t *groups;       /**< of jsgid_group_t *, in the order of the configuration */
    apr_hash_t *groups_by_name;
    apr_array_header_t *problems;   /**< of const char *: sentences with their id */
    apr_array_header_t *warnings;   /**< likewise, which do not keep Apache from starting */
    apr_array_header_t *delegates;  /**< of jsgid_name_t *: literal process groups to be checked */
    apr_array_header_t *all_mounts; /**< of jsgid_mount_t *, of all hosts */
    apr_array_header_t *profiles;   /**< of jsgid_profile_t * */
    const jsgid_profile_t *supervisor;
    const char *why_no_supervisor;
    server_rec *server; /**< the main server */
} jsgid_server_t;

/** The present one; NULL before the configuration is read. */
extern jsgid_server_t *jsgid_server;

/* mod_jsgid_config.c */
void jsgid_server_create(apr_pool_t *pool);
void *jsgid_host_config_create(apr_pool_t *pool, server_rec *s);
void *jsgid_host_config_merge(apr_pool_t *pool, void *base, void *add);
void *jsgid_folder_config_create(apr_pool_t *pool, char *dir);
void *jsgid_folder_config_merge(apr_pool_t *pool, void *base, void *add);
jsgid_group_t *jsgid_group_create(const char *name, const char *defined_at);
/** Adds a sentence to the problems, which are all reported together. */
void jsgid_problem(const char *id, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void jsgid_warning(const char *id, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* mod_jsgid_cmds.c */
extern const command_rec jsgid_commands[];

/* mod_jsgid_groups.c */
/** Checks what can only be checked when all is read; fills in users, profiles and paths. */
void jsgid_groups_check(jsgid_server_t *server, apr_pool_t *temporary);
/** Reads the profiles again and resolves the runtimes of all groups. */
void jsgid_groups_resolve(jsgid_server_t *server, apr_pool_t *pool);
/** Likewise, but only groups that have no profile, or are held; how many found one. Those keep
 * pointing into the pool. */
int jsgid_groups_resolve_missing(jsgid_server_t *server, apr_pool_t *pool);
/** What the group's daemons call a file: itself, or its path inside the group's own root folder;
 * NULL when it is not below that. */
const char *jsgid_group_file(const jsgid_group_t *group, const char *file);
/** The text of PROFILE.conf (or no-runtime.conf when profile is NULL) with that profile's groups.
 */
const char *jsgid_groups_conf(const jsgid_server_t *server, const jsgid_profile_t *profile,
                              const char *instance, apr_pool_t *pool);
/** The text of instance.conf. */
const char *jsgid_instance_conf(const jsgid_server_t *server, apr_pool_t *pool);

/* mod_jsgid_monitors.c */
/** Makes the run folder, writes the monitors' files, and starts, reloads or stops monitors. */
int jsgid_monitors_apply(jsgid_server_t *server, apr_pool_t *pconf, apr_pool_t *temporary);
/** The regular look: monitors due to be started again, JDKs registered meanwhile. */
int jsgid_monitors_look(apr_pool_t *pool, server_rec *s);
/** In a child of Apache: ends with the parent, keeps nothing of the monitors. */
void jsgid_monitors_child_init(apr_pool_t *pool, server_rec *s);

/* mod_jsgid_handler.c */
void jsgid_handler_child_init(apr_pool_t *pool, server_rec *s);
int jsgid_translate_name(request_rec *r);
int jsgid_map_to_storage(request_rec *r);
int jsgid_type_checker(request_rec *r);
int jsgid_handler(request_rec *r);

/* mod_jsgid_sendfile.c */
/** Answers with the file that an application has named in X-Sendfile, its other headers set; value
 * is that header's. What the handler returns. */
int jsgid_sendfile(request_rec *r, const jsgid_group_t *group, const apr_array_header_t *folders,
                   const char *value);

/* mod_jsgid_tunnel.c; what requests need of it is in mod_jsgid_tunnel.h */
void jsgid_tunnel_child_init(apr_pool_t *pool, server_rec *s);
/** How this process ends is known: in its own time, or at once. */
void jsgid_tunnel_child_stopping(apr_pool_t *pool, int graceful);
/** Before httpd closes a connection; keeps it from shutting down one whose socket was taken over.
 */
int jsgid_tunnel_pre_close(conn_rec *c);

/* mod_jsgid_relay.c: see mod_jsgid_relay.h */

#endif
