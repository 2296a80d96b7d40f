/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid: the module record, and its hooks with a reason for each one's place.
 */
#include "mod_jsgid_private.h"

#include <http_connection.h>
#include <http_request.h>
#include <mpm_common.h>

#include "mod_jsgid_input.h"
#include "mod_jsgid_relay.h"

/* Before any directive is read: what is collected from an earlier reading is gone with its pool. */
static int pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    (void)plog;
    (void)ptemp;
    jsgid_server_create(pconf);
    return OK;
}

static void print_all(const apr_array_header_t *sentences, int level, server_rec *s)
{
    int i;

    for (i = 0; i < sentences->nelts; i++) {
        ap_log_error(APLOG_MARK, level, 0, s, "%s", APR_ARRAY_IDX(sentences, i, const char *));
    }
}

static int is_first_pass(void)
{
    return ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG;
}

/* All is read: mistakes end here, so that `apachectl configtest` and a start fail alike. */
static int check_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)pconf;
    (void)plog;
    jsgid_server->server = s;
    jsgid_groups_check(jsgid_server, ptemp);
    /* At a start the configuration is read twice; the second time warnings go to the error log,
     * after it is open. */
    if (is_first_pass()) {
        print_all(jsgid_server->warnings, APLOG_WARNING | APLOG_STARTUP, s);
    }
    print_all(jsgid_server->problems, APLOG_ERR | APLOG_STARTUP, s);
    return jsgid_server->problems->nelts == 0 ? OK : HTTP_INTERNAL_SERVER_ERROR;
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    (void)plog;
    if (is_first_pass()) {
        return OK; /* the configuration will be read again, and this module loaded again, before
                      anything runs */
    }
    print_all(jsgid_server->warnings, APLOG_WARNING, s);
    return jsgid_monitors_apply(jsgid_server, pconf, ptemp);
}

static void child_init(apr_pool_t *pool, server_rec *s)
{
    jsgid_monitors_child_init(pool, s);
    jsgid_handler_child_init(pool, s);
    jsgid_tunnel_child_init(pool, s);
}

static void register_hooks(apr_pool_t *pool)
{
    static const char *const after_alias[] = {"mod_alias.c", NULL};
    static const char *const before_others[] = {"mod_userdir.c", "mod_vhost_alias.c", NULL};

    (void)pool;
    ap_hook_pre_config(pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* Last, so that other modules' values (User, Group) are settled. */
    ap_hook_check_config(check_config, NULL, NULL, APR_HOOK_LAST);
    /* Last, so that no monitor is started for a configuration that another module refuses. */
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_monitor(jsgid_monitors_look, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_MIDDLE);
    /* After mod_alias, so that Alias can take a path out of a mount; before the rest, so that the
       mount wins over the document root. */
    ap_hook_translate_name(jsgid_translate_name, after_alias, before_others, APR_HOOK_MIDDLE);
    /* Before core's walk over the files of the URL's path. */
    ap_hook_map_to_storage(jsgid_map_to_storage, NULL, NULL, APR_HOOK_FIRST);
    /* Before mod_mime, which would take the type of the archive for that of the response. */
    ap_hook_type_checker(jsgid_type_checker, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_handler(jsgid_handler, NULL, NULL, APR_HOOK_MIDDLE);
    jsgid_trailers_register();
    jsgid_input_register();
    ap_hook_child_stopping(jsgid_tunnel_child_stopping, NULL, NULL, APR_HOOK_MIDDLE);
    /* Last: what others do at the end of a connection concerns this one too. */
    ap_hook_pre_close_connection(jsgid_tunnel_pre_close, NULL, NULL, APR_HOOK_LAST);
}

__attribute__((visibility("default"))) module AP_MODULE_DECLARE_DATA jsgid_module = {
    STANDARD20_MODULE_STUFF,  jsgid_folder_config_create, jsgid_folder_config_merge,
    jsgid_host_config_create, jsgid_host_config_merge,    jsgid_commands,
    register_hooks,
#if defined(AP_MODULE_FLAG_NONE)
    AP_MODULE_FLAG_NONE
#endif
};
