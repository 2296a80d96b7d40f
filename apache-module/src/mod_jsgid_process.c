/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_process: which process of a group a request goes to.
 *
 * A process is asked who it is by a request for process 0, which none has: its refusal tells its
 * number and its load, and begins nothing. That takes a round trip, only over connections that are
 * new, or whose process has not told anything for a while. The request itself is then sent to a
 * process that is known, so it needs no second try on another one, whatever the size of its body.
 */
#include "mod_jsgid_process.h"

#include <apr_lib.h>
#include <http_protocol.h>

#include "jsgid_fcgi.h"

/* END_REQUEST has one byte for the number. */
#define MOST_NUMBERED 255

#define DEFAULT_COOKIE "JSESSIONID"
#define DEFAULT_PARAMETER "jsessionid"

void jsgid_process_wish(request_rec *r, const jsgid_group_t *group, jsgid_wish_t *wish)
{
    apr_int64_t processes = group->number[JSGID_D_PROCESSES];
    const char *name = group->text[JSGID_D_STICKY];
    const char *cookies;

    memset(wish, 0, sizeof(*wish));
    wish->processes = 1;
    if (processes <= 1 || processes > MOST_NUMBERED) {
        return;
    }
    wish->processes = (unsigned)processes;
    wish->threads = (unsigned)group->number[JSGID_D_THREADS];
    if (!group->number[JSGID_D_STICKY]) {
        return;
    }
    cookies = apr_table_get(r->headers_in, "Cookie");
    if (cookies != NULL) {
        wish->route =
            jsgid_route_of_cookies(cookies, name != NULL ? name : DEFAULT_COOKIE, wish->processes);
    }
    if (wish->route == 0 && r->unparsed_uri != NULL && !group->sets_route) {
        wish->route = jsgid_route_of_path(r->unparsed_uri, name != NULL ? name : DEFAULT_PARAMETER,
                                          wish->processes);
    }
}

/* The question, as records. */
static const unsigned char *question(apr_pool_t *pool, apr_size_t *plength)
{
    static const char *const pairs[][2] = {{"JSGI_EXTENSIONS", "going-away process"},
                                           {"JSGI_PROCESS", "0"}};
    jsgid_fcgi_writer_t writer;
    apr_size_t size = JSGID_FCGI_BEGIN_SIZE + 128;
    unsigned char *buffer = apr_palloc(pool, size);
    size_t i;

    jsgid_fcgi_begin_encode(buffer, JSGID_FCGI_ID);
    jsgid_fcgi_writer_start(&writer, buffer + JSGID_FCGI_BEGIN_SIZE,
                            size - JSGID_FCGI_BEGIN_SIZE - JSGID_FCGI_HEADER, JSGID_FCGI_PARAMS,
                            JSGID_FCGI_ID);
    for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        (void)jsgid_fcgi_writer_pair(&writer, pairs[i][0], strlen(pairs[i][0]), pairs[i][1],
                                     strlen(pairs[i][1]));
    }
    (void)jsgid_fcgi_writer_end(&writer);
    *plength = JSGID_FCGI_BEGIN_SIZE + writer.length;
    jsgid_fcgi_header_encode(buffer + *plength, JSGID_FCGI_STDIN, JSGID_FCGI_ID, 0);
    *plength += JSGID_FCGI_HEADER;
    return buffer;
}

/* Asks the process behind a connection, which goes back among the others; the answer for the client
 * when that is all that came of it. */
static int ask(jsgid_conns_t *conns, const jsgid_relay_request_t *request, jsgid_conn_t *conn)
{
    jsgid_relay_request_t asking = *request;
    jsgid_relay_result_t result = {0};

    asking.head = question(request->r->pool, &asking.head_length);
    asking.has_body = 0;
    asking.is_question = 1;
    jsgid_relay_run(jsgid_relay_create(&asking), conn, &result);
    if (result.process > 0) {
        jsgid_conn_told(conns, request->group, conn, result.process, result.load);
    }
    if (result.is_reusable) {
        jsgid_conn_put(conns, request->group, conn);
    } else {
        jsgid_conn_close(conns, conn);
    }
    return result.retry ? OK : result.status;
}

jsgid_conn_status_t jsgid_process_take(jsgid_conns_t *conns, const jsgid_group_t *group,
                                       const jsgid_relay_request_t *request, jsgid_wish_t *wish,
                                       jsgid_conn_t **pconn, jsgid_unavailable_t *punavailable,
                                       int *panswer)
{
    *panswer = OK;
    if (wish->processes == 1) {
        return jsgid_conn_take(conns, group->name, group->route, pconn, punavailable);
    }
    for (;;) {
        int is_to_be_asked = 0;
        jsgid_conn_status_t status = jsgid_conn_take_process(conns, group->name, group->route, wish,
                                                             pconn, &is_to_be_asked, punavailable);

        if (status != JSGID_CONN_OK || !is_to_be_asked) {
            return status;
        }
        wish->tries++;
        *panswer = ask(conns, request, *pconn);
        if (*panswer != OK) {
            return JSGID_CONN_ERROR;
        }
    }
}

/* 1 when a path can stand in a cookie as it is: nothing in it ends the attribute. */
static int is_plain_path(const char *path)
{
    for (; *path != '\0'; path++) {
        if (!apr_isalnum(*path) && strchr("/-._~!$&'()*+:@=", *path) == NULL) {
            return 0;
        }
    }
    return 1;
}

void jsgid_process_set_cookie(request_rec *r, const jsgid_group_t *group, jsgid_wish_t *wish,
                              unsigned process, const char *cookie_path)
{
    if (!group->sets_route || process == 0 || process == wish->route || wish->processes == 1) {
        return;
    }
    /* In the headers that every response has, whatever its status. Nothing is in it but a number
       that says little; a script has no use for it, and no other site sends it along with a form.
     */
    apr_table_addn(r->err_headers_out, "Set-Cookie",
                   apr_psprintf(r->pool, "%s=route.%u; Path=%s; HttpOnly; SameSite=Lax%s",
                                group->text[JSGID_D_STICKY], process,
                                is_plain_path(cookie_path) ? cookie_path : "/",
                                strcmp(ap_http_scheme(r), "https") == 0 ? "; Secure" : ""));
    wish->route = process;
}
