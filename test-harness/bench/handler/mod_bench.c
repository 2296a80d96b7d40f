/*
 * The yardstick: 13 bytes answered inside of Apache's child, with no process behind it.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>

static int handle(request_rec *r)
{
    if (r->handler == NULL || strcmp(r->handler, "bench") != 0) {
        return DECLINED;
    }
    ap_set_content_type(r, "text/plain");
    ap_set_content_length(r, 13);
    ap_rputs("Hello, world!", r);
    return OK;
}

static void register_hooks(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA bench_module
    = { STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks, 0 };
