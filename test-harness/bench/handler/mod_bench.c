/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * The yardstick: every workload answered inside of Apache's child, with no process behind it.
 * Written as one would write a handler, with httpd's own calls for bodies; nothing is tuned for a
 * workload.
 */
#include <httpd.h>

#include <apr_escape.h>
#include <apr_sha1.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_protocol.h>
#include <string.h>

#define BLOCK 65536
#define PAGE 2048
#define DOWNLOAD_BLOCKS 4096

static unsigned char block[BLOCK];

static int answer(request_rec *r, const char *type, const void *body, int length)
{
    ap_set_content_type(r, type);
    ap_set_content_length(r, length);
    ap_rwrite(body, length, r);
    return OK;
}

static int echo(request_rec *r)
{
    char *body = apr_palloc(r->pool, BLOCK);
    int length = 0;
    long n = 1;
    int rv = ap_setup_client_block(r, REQUEST_CHUNKED_DECHUNK);

    if (rv != OK) {
        return rv;
    }
    if (ap_should_client_block(r)) {
        while (length < BLOCK &&
               (n = ap_get_client_block(r, body + length, (apr_size_t)(BLOCK - length))) > 0) {
            length += (int)n;
        }
    }
    return n < 0 ? HTTP_BAD_REQUEST : answer(r, "application/octet-stream", body, length);
}

/* The value of the cookie "session". */
static const char *session_of(request_rec *r)
{
    const char *cookies = apr_table_get(r->headers_in, "Cookie");
    const char *at = cookies == NULL ? NULL : strstr(cookies, "session=");

    return at == NULL ? "" : apr_pstrndup(r->pool, at + 8, strcspn(at + 8, ";"));
}

static int rich(request_rec *r)
{
    int i;

    for (i = 0; i < 8; i++) {
        apr_table_setn(r->headers_out, apr_psprintf(r->pool, "X-Bench-%d", i),
                       apr_psprintf(r->pool, "value of header number %d", i));
    }
    apr_table_setn(r->headers_out, "X-Session", session_of(r));
    return answer(r, "text/html; charset=utf-8", block, PAGE);
}

static int download(request_rec *r)
{
    int i;

    ap_set_content_type(r, "application/octet-stream");
    ap_set_content_length(r, (apr_off_t)DOWNLOAD_BLOCKS * BLOCK);
    for (i = 0; i < DOWNLOAD_BLOCKS; i++) {
        if (ap_rwrite(block, BLOCK, r) < 0) {
            return DONE;
        }
    }
    return OK;
}

static int upload(request_rec *r)
{
    char *buffer = apr_palloc(r->pool, BLOCK);
    apr_sha1_ctx_t digest;
    unsigned char hash[APR_SHA1_DIGESTSIZE];
    int is_hashed = apr_table_get(r->headers_in, "X-Bench-Hash") != NULL;
    apr_off_t length = 0;
    const char *text;
    long n = 0;
    int rv = ap_setup_client_block(r, REQUEST_CHUNKED_DECHUNK);

    if (rv != OK) {
        return rv;
    }
    apr_sha1_init(&digest);
    if (ap_should_client_block(r)) {
        while ((n = ap_get_client_block(r, buffer, BLOCK)) > 0) {
            length += n;
            if (is_hashed) {
                apr_sha1_update_binary(&digest, (const unsigned char *)buffer, (unsigned)n);
            }
        }
    }
    if (n < 0) {
        return HTTP_BAD_REQUEST;
    }
    apr_sha1_final(hash, &digest);
    text = apr_psprintf(r->pool, "%" APR_OFF_T_FMT "%s%s", length, is_hashed ? " " : "",
                        is_hashed ? apr_pescape_hex(r->pool, hash, sizeof(hash), 0) : "");
    return answer(r, "text/plain", text, (int)strlen(text));
}

static int handle(request_rec *r)
{
    const char *name;

    if (r->handler == NULL || strcmp(r->handler, "bench") != 0) {
        return DECLINED;
    }
    name = strrchr(r->uri, '/');
    name = name == NULL ? "" : name + 1;
    if (strcmp(name, "plain") == 0) {
        return answer(r, "text/plain", "Hello, world!", 13);
    }
    if (strcmp(name, "large") == 0) {
        return answer(r, "application/octet-stream", block, BLOCK);
    }
    if (strcmp(name, "echo") == 0) {
        return echo(r);
    }
    if (strcmp(name, "rich") == 0) {
        return rich(r);
    }
    if (strcmp(name, "download") == 0) {
        return download(r);
    }
    if (strcmp(name, "upload") == 0) {
        return upload(r);
    }
    return HTTP_NOT_FOUND;
}

static void register_hooks(apr_pool_t *pool)
{
    int i;

    (void)pool;
    for (i = 0; i < BLOCK; i++) {
        block[i] = (unsigned char)(i * 31 + (i >> 8) * 17);
    }
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_MIDDLE);
}

module AP_MODULE_DECLARE_DATA bench_module = {STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL,
                                              register_hooks,          0};
