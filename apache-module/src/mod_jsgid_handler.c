/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_handler: which application and which group a request is for, what the daemon is told
 * about it, and when to try again.
 *
 * Runs in the threads of Apache's children. The bytes go through mod_jsgid_relay.
 */
#include "mod_jsgid_private.h"

#include <ap_mpm.h>
#include <errno.h>
#include <http_protocol.h>
#include <http_request.h>
#include <util_script.h>

#include "jsgid_conn.h"
#include "jsgid_fcgi.h"
#include "jsgid_route.h"
#include "mod_jsgid_process.h"
#include "mod_jsgid_relay.h"
#include "mod_jsgid_tunnel.h"

#define IDLE_SECONDS 30
/* Waits between two tries to connect grow between these: what a request loses at most when the
 * socket becomes free. Many requests may wait long, and should not use up a processor. */
#define RETRY_MIN_MILLIS 1
#define RETRY_MAX_MILLIS 20
#define RETRY_LATER_MILLIS 50
#define RETRY_LATER_AFTER_SECONDS 2
/* A request whose connection broke is sent again at most so often, whatever the time. */
#define MAX_TRIES 20
/* Retry-After when no daemon took the request within the connect timeout, or the queue timeout. */
#define CONNECT_RETRY_AFTER "5"

static jsgid_conns_t *conns;

void jsgid_handler_child_init(apr_pool_t *pool, server_rec *s)
{
    int threads = 1;

    if (ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads) != APR_SUCCESS || threads < 1) {
        threads = 1;
    }
    conns = jsgid_conns_create(pool, (unsigned)threads, apr_time_from_sec(IDLE_SECONDS));
    if (conns == NULL) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s,
                     "JSGID0400: cannot make the lock of the connections to daemons");
    }
}

/* ---- mounts ---- */

/* The mount of a request, kept as its configuration; NULL: none. */
static const jsgid_mount_t *mount_of(const request_rec *r)
{
    return ap_get_module_config(r->request_config, &jsgid_module);
}

int jsgid_translate_name(request_rec *r)
{
    const jsgid_host_config_t *host = ap_get_module_config(r->server->module_config, &jsgid_module);
    jsgid_mount_t *best = NULL;
    int best_length = -1;
    int i;

    for (i = 0; i < host->mounts->nelts; i++) {
        jsgid_mount_t *mount = APR_ARRAY_IDX(host->mounts, i, jsgid_mount_t *);
        int length = jsgid_mount_match(mount->path, r->uri);

        if (length > best_length) {
            best = mount;
            best_length = length;
        }
    }
    if (best == NULL) {
        return DECLINED;
    }
    ap_set_module_config(r->request_config, &jsgid_module, best);
    r->filename = apr_pstrdup(r->pool, best->file);
    r->handler = JSGID_HANDLER;
    /* core's fixup would let SetHandler replace the handler otherwise (as for ScriptAlias). */
    apr_table_setn(r->notes, "alias-forced-type", JSGID_HANDLER);
    return OK;
}

int jsgid_map_to_storage(request_rec *r)
{
    const jsgid_mount_t *mount = mount_of(r);
    int status;

    /* TRACE is httpd's to answer, or to refuse (TraceEnable), with the hook that comes next. */
    if (mount == NULL || r->method_number == M_TRACE) {
        return DECLINED;
    }
    /* <Directory> sections that cover the application count; the application itself is the daemon's
       to look at, whose user may see what Apache's may not. With a type that is known, the walk
       looks at no file where symbolic links are allowed. */
    r->finfo.filetype = mount->is_folder ? APR_DIR : APR_REG;
    status = ap_directory_walk(r);
    if (status == OK) {
        status = ap_file_walk(r);
    }
    if (status != OK) {
        return status;
    }
    r->handler = JSGID_HANDLER;
    r->filename = apr_pstrdup(r->pool, mount->file);
    r->finfo.filetype = APR_REG; /* a folder would be mod_dir's */
    r->path_info =
        apr_pstrdup(r->pool, r->uri + (strcmp(mount->path, "/") == 0 ? 0 : strlen(mount->path)));
    return OK;
}

int jsgid_type_checker(request_rec *r)
{
    if (mount_of(r) == NULL) {
        return DECLINED;
    }
    /* The application names the type of what it sends; that of the archive means nothing. */
    r->handler = JSGID_HANDLER;
    return OK;
}

/* ---- groups ---- */

static const char *server_name_with_port(request_rec *r, const char *name)
{
    apr_port_t port = ap_get_server_port(r);

    if (port == 80 || port == 443) {
        return name;
    }
    return apr_psprintf(r->pool, "%s:%u", name, port);
}

/* What a name means for this request; NULL when it was not given. */
static const char *expand(request_rec *r, const jsgid_name_t *name)
{
    const char *error = NULL;
    const char *text;

    switch (name->kind) {
    case JSGID_NAME_LITERAL:
        return name->text;
    case JSGID_NAME_SERVER:
        return server_name_with_port(r, r->server->server_hostname);
    case JSGID_NAME_HOST:
        return server_name_with_port(r, r->hostname != NULL ? r->hostname : "");
    case JSGID_NAME_ENV:
        text = apr_table_get(r->subprocess_env, name->text);
        if (text == NULL) {
            text = apr_table_get(r->notes, name->text);
        }
        return text != NULL ? text : "";
    case JSGID_NAME_EXPRESSION:
        text = ap_expr_str_exec(r, name->expression, &error);
        if (error != NULL) {
            ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                          "JSGID0403: %s: the expression \"%s\" cannot be evaluated: %s",
                          name->defined_at, name->text, error);
            return "";
        }
        return text;
    default:
        return NULL;
    }
}

static const jsgid_group_t *choose_group(request_rec *r, const jsgid_folder_config_t *folder)
{
    const jsgid_mount_t *mount = mount_of(r);
    const char *name = mount != NULL ? mount->group : NULL;
    const jsgid_group_t *group;

    if (name == NULL) {
        name = expand(r, &folder->process_group);
    }
    if (name == NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "JSGID0401: %s: no daemon group is given for %s; JsgiProcessGroup GROUP, or "
                      "process-group=GROUP at "
                      "its JsgiScriptAlias, would be right",
                      r->uri, r->filename);
        return NULL;
    }
    group = apr_hash_get(jsgid_server->groups_by_name, name, APR_HASH_KEY_STRING);
    if (group == NULL) {
        ap_log_rerror(
            APLOG_MARK, APLOG_ERR, 0, r,
            "JSGID0402: %s: there is no daemon group \"%s\" (from %s); a <JsgiDaemonGroup %s> "
            "would be right",
            r->uri, name,
            folder->process_group.defined_at != NULL ? folder->process_group.defined_at : "", name);
    }
    return group;
}

/* ---- what the daemon is told ---- */

typedef struct {
    const char *name;
    const char *value;
} pair_t;

/* Variables that only this module sets, and those of the environment of httpd itself. */
static int is_reserved(const char *name)
{
    static const char *const names[] = {
        "SCRIPT_FILENAME", "SCRIPT_NAME", "PATH_INFO", "PATH_TRANSLATED",
        "CONTENT_LENGTH",  "HTTP_PROXY",  "PATH",      "LD_LIBRARY_PATH"};
    size_t i;

    if (strncmp(name, "JSGI_", 5) == 0) {
        return 1;
    }
    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(name, names[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

static const char *request_id(request_rec *r)
{
    const char *id = NULL;

    /* As httpd would at the first line about the request; all later lines have it, and %L of the
     * access log. */
    if (r->log_id == NULL && ap_run_generate_log_id(r->connection, r, &id) == OK) {
        r->log_id = id;
    }
    return r->log_id != NULL ? r->log_id : apr_table_get(r->subprocess_env, "UNIQUE_ID");
}

static void add_pair(apr_array_header_t *pairs, const char *name, const char *value)
{
    if (value != NULL) {
        pair_t *pair = apr_array_push(pairs);

        pair->name = name;
        pair->value = value;
    }
}

/* A variable that names a folder, as the daemon would; unset when the folder is not in its root. */
static void name_inside(request_rec *r, const jsgid_group_t *group, const char *variable)
{
    const char *path = apr_table_get(r->subprocess_env, variable);
    const char *inside = path != NULL ? jsgid_group_file(group, path) : NULL;

    if (inside == NULL) {
        apr_table_unset(r->subprocess_env, variable);
    } else if (inside != path) {
        apr_table_setn(r->subprocess_env, variable, inside);
    }
}

/* The status for which this request makes the error document (a local path in ErrorDocument); 0: it
 * makes none. */
static int error_status(const request_rec *r)
{
    return r->prev != NULL && ap_is_HTTP_ERROR(r->status) ? r->status : 0;
}

/* What this client and its connection allow for. Neither informational responses nor trailers can
 * be sent to a client of HTTP/1.0, nor out of the middle of another response. */
static const char *extensions(const request_rec *r, const jsgid_relay_request_t *request)
{
    if (request->is_upgrade_offered) {
        return "going-away times status-header levels interim trailers upgrade";
    }
    return r->proto_num >= HTTP_VERSION(1, 1) && r->main == NULL
               ? "going-away times status-header levels interim trailers"
               : "going-away times status-header levels";
}

static apr_array_header_t *parameters(request_rec *r, const jsgid_group_t *group,
                                      const jsgid_folder_config_t *folder,
                                      const jsgid_relay_request_t *request)
{
    int has_body = request->has_body;
    const jsgid_mount_t *mount = mount_of(r);
    apr_array_header_t *pairs = apr_array_make(r->pool, 64, sizeof(pair_t));
    const apr_array_header_t *variables;
    const apr_table_entry_t *variable;
    const char *path_info = r->path_info != NULL ? r->path_info : "";
    const char *script_name;
    const char *application_group = mount != NULL ? mount->application_group : NULL;
    const char *length = NULL;
    int i;

    if (mount != NULL) {
        script_name = strcmp(mount->path, "/") == 0 ? "" : mount->path;
    } else {
        script_name =
            apr_pstrmemdup(r->pool, r->uri, (apr_size_t)ap_find_path_info(r->uri, path_info));
    }
    if (application_group == NULL) {
        application_group = expand(r, &folder->application_group);
    }
    ap_add_common_vars(r);
    /* Without a path_info httpd needs no subrequest to find a PATH_TRANSLATED that nobody wants. */
    r->path_info = apr_pstrdup(r->pool, "");
    ap_add_cgi_vars(r);
    r->path_info = apr_pstrdup(r->pool, path_info);

    /* Folders of httpd's that the daemon sees under another name, or not at all. */
    name_inside(r, group, "DOCUMENT_ROOT");
    name_inside(r, group, "CONTEXT_DOCUMENT_ROOT");
    variables = apr_table_elts(r->subprocess_env);
    variable = (const apr_table_entry_t *)variables->elts;
    for (i = 0; i < variables->nelts; i++) {
        if (variable[i].key != NULL && variable[i].val != NULL && !is_reserved(variable[i].key)) {
            add_pair(pairs, variable[i].key, variable[i].val);
        }
    }
    if (folder->pass_authorization > 0) {
        add_pair(pairs, "HTTP_AUTHORIZATION", apr_table_get(r->headers_in, "Authorization"));
    }
    /* Filters such as DEFLATE change the length of what comes through them. */
    if (has_body && r->input_filters == r->proto_input_filters &&
        apr_table_get(r->headers_in, "Transfer-Encoding") == NULL) {
        length = apr_table_get(r->headers_in, "Content-Length");
    }
    if (!has_body && error_status(r) == 0) {
        length = apr_table_get(r->headers_in, "Content-Length");
    }
    add_pair(pairs, "CONTENT_LENGTH", length);
    add_pair(pairs, "SCRIPT_FILENAME", jsgid_group_file(group, r->filename));
    add_pair(pairs, "SCRIPT_NAME", script_name);
    add_pair(pairs, "PATH_INFO", path_info);
    add_pair(pairs, "JSGI_PROCESS_GROUP", group->name);
    add_pair(pairs, "JSGI_APPLICATION_GROUP", application_group != NULL ? application_group : "");
    add_pair(pairs, "JSGI_REQUEST_ID", request_id(r));
    add_pair(pairs, "JSGI_QUEUE_START", apr_psprintf(r->pool, "%" APR_TIME_T_FMT, request->start));
    add_pair(pairs, "JSGI_EXTENSIONS",
             group->number[JSGID_D_PROCESSES] > 1
                 ? apr_pstrcat(r->pool, extensions(r, request), " process", NULL)
                 : extensions(r, request));
    if (has_body && length == NULL) {
        add_pair(pairs, "JSGI_CHUNKED", "1");
    }
    return pairs;
}

/* BEGIN_REQUEST, PARAMS and, without a body, the end of STDIN, in one buffer. NULL when it cannot
 * be encoded. */
static const unsigned char *encode(request_rec *r, const apr_array_header_t *pairs, int has_body,
                                   apr_size_t *plength)
{
    const pair_t *pair = (const pair_t *)pairs->elts;
    jsgid_fcgi_writer_t writer;
    apr_size_t content = 0;
    apr_size_t size;
    unsigned char *buffer;
    int i;

    for (i = 0; i < pairs->nelts; i++) {
        content += jsgid_fcgi_pair_size(strlen(pair[i].name), strlen(pair[i].value));
    }
    size = JSGID_FCGI_BEGIN_SIZE + jsgid_fcgi_stream_size(content) + JSGID_FCGI_HEADER;
    buffer = apr_palloc(r->pool, size);
    jsgid_fcgi_begin_encode(buffer, JSGID_FCGI_ID);
    jsgid_fcgi_writer_start(&writer, buffer + JSGID_FCGI_BEGIN_SIZE, size - JSGID_FCGI_BEGIN_SIZE,
                            JSGID_FCGI_PARAMS, JSGID_FCGI_ID);
    for (i = 0; i < pairs->nelts; i++) {
        if (jsgid_fcgi_writer_pair(&writer, pair[i].name, strlen(pair[i].name), pair[i].value,
                                   strlen(pair[i].value))) {
            return NULL;
        }
    }
    if (jsgid_fcgi_writer_end(&writer)) {
        return NULL;
    }
    *plength = JSGID_FCGI_BEGIN_SIZE + writer.length;
    if (!has_body) {
        jsgid_fcgi_header_encode(buffer + *plength, JSGID_FCGI_STDIN, JSGID_FCGI_ID, 0);
        *plength += JSGID_FCGI_HEADER;
    }
    return buffer;
}

/* ---- connecting ---- */

static int unavailable(request_rec *r, const jsgid_group_t *group, const jsgid_unavailable_t *why)
{
    apr_table_setn(r->err_headers_out, "Retry-After",
                   apr_psprintf(r->pool, "%u", why->retry_after));
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                  "JSGID0404: [group %s] the daemon group cannot serve: its state is %s (jsgid-ctl "
                  "status %s tells why)",
                  group->name, why->state, group->name);
    return HTTP_SERVICE_UNAVAILABLE;
}

/* The moment until which a request that began at start may wait; 0: no limit. */
static apr_time_t queue_deadline(const jsgid_group_t *group, apr_time_t start)
{
    apr_int64_t seconds = group->number[JSGID_D_QUEUE_TIMEOUT];

    return seconds > 0 ? start + apr_time_from_sec(seconds) : 0;
}

/* No daemon took the request in time: it can be sent again, later. */
static int try_later(request_rec *r, const jsgid_group_t *group, apr_time_t waited,
                     const char *directive)
{
    ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                  "JSGID0406: [group %s] no connection to a daemon could be made within %d seconds "
                  "(%s): the group's socket is not there yet, or as many connections wait in it as "
                  "JsgiListenBacklog says; jsgid-ctl status %s tells why",
                  group->name, (int)apr_time_sec(waited), directive, group->name);
    apr_table_setn(r->err_headers_out, "Retry-After", CONNECT_RETRY_AFTER);
    apr_table_setn(r->notes, "jsgid-queue-time", apr_psprintf(r->pool, "%" APR_TIME_T_FMT, waited));
    return HTTP_SERVICE_UNAVAILABLE;
}

/* Gets a connection within the connect timeout and the queue timeout; OK, or the status to answer.
 */
static int take_connection(const jsgid_relay_request_t *request, const jsgid_group_t *group,
                           jsgid_wish_t *wish, jsgid_conn_t **pconn)
{
    request_rec *r = request->r;
    apr_time_t start = request->start;
    apr_time_t connect_end = start + apr_time_from_sec(group->number[JSGID_D_CONNECT_TIMEOUT]);
    apr_time_t queue_end = queue_deadline(group, start);
    int wait = RETRY_MIN_MILLIS;

    for (;;) {
        jsgid_unavailable_t why;
        int answer;
        jsgid_conn_status_t status =
            jsgid_process_take(conns, group, request, wish, pconn, &why, &answer);
        apr_time_t now;
        apr_time_t pause;

        if (answer != OK) {
            return answer;
        }
        switch (status) {
        case JSGID_CONN_OK:
            return OK;
        case JSGID_CONN_UNAVAILABLE:
            return unavailable(r, group, &why);
        case JSGID_CONN_ERROR:
            ap_log_rerror(APLOG_MARK, APLOG_ERR, errno, r,
                          "JSGID0405: [group %s] cannot connect to %s", group->name, group->route);
            apr_table_setn(r->err_headers_out, "Retry-After", CONNECT_RETRY_AFTER);
            return HTTP_SERVICE_UNAVAILABLE;
        default:
            break;
        }
        if (jsgid_client_has_gone(r)) {
            ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r,
                          "JSGID0424: [group %s] the client went away while its request waited for "
                          "a daemon",
                          group->name);
            r->connection->aborted = 1;
            return HTTP_BAD_REQUEST;
        }
        now = apr_time_now();
        if (queue_end != 0 && now >= queue_end) {
            return try_later(r, group, now - start, "JsgiQueueTimeout");
        }
        if (now >= connect_end) {
            return try_later(r, group, now - start, "JsgiConnectTimeout");
        }
        pause = apr_time_from_msec(wait);
        if (pause > connect_end - now) {
            pause = connect_end - now;
        }
        if (queue_end != 0 && pause > queue_end - now) {
            pause = queue_end - now;
        }
        apr_sleep(pause);
        wait = wait * 2 < RETRY_MAX_MILLIS ? wait * 2 : RETRY_MAX_MILLIS;
        if (now - start >= apr_time_from_sec(RETRY_LATER_AFTER_SECONDS)) {
            wait = RETRY_LATER_MILLIS;
        }
    }
}

/* ---- the handler ---- */

/* 1 when the request has a body; *plength: what Content-Length says, 0 when it says nothing. */
static int has_request_body(request_rec *r, apr_off_t *plength)
{
    const char *length = apr_table_get(r->headers_in, "Content-Length");

    *plength = 0;
    if (apr_table_get(r->headers_in, "Transfer-Encoding") != NULL) {
        return 1;
    }
    return length != NULL && ap_parse_strict_length(plength, length) && *plength > 0;
}

static int internal_redirect(request_rec *r, const jsgid_group_t *group, const char *location)
{
    static const char *const of_the_body[] = {"Content-Length", "Transfer-Encoding",
                                              "Content-Type",   "Content-Encoding",
                                              "Expect",         "Trailer"};
    size_t i;

    if (ap_is_recursion_limit_exceeded(r)) {
        ap_log_rerror(
            APLOG_MARK, APLOG_ERR, 0, r,
            "JSGID0460: [group %s] the application at %s redirects to %s, and to the same "
            "again and again, or through more steps than LimitInternalRecursion allows",
            group->name, r->uri, location);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    /* As for CGI: the other resource is asked for with GET, and has no body. */
    if (strcmp(r->method, "HEAD") != 0) {
        r->method = "GET";
    }
    r->method_number = M_GET;
    for (i = 0; i < sizeof(of_the_body) / sizeof(*of_the_body); i++) {
        apr_table_unset(r->headers_in, of_the_body[i]);
    }
    ap_internal_redirect(location, r);
    return OK;
}

static int upgrade(const jsgid_relay_request_t *request, const jsgid_group_t *group,
                   const jsgid_conn_t *conn, const jsgid_relay_result_t *result)
{
    jsgid_tunnel_request_t tunnel;

    tunnel.r = request->r;
    tunnel.group = group->name;
    tunnel.fd = conn->fd;
    tunnel.early = result->early;
    tunnel.early_length = result->early_length;
    tunnel.client_timeout = request->client_timeout;
    tunnel.daemon_timeout = request->socket_timeout;
    return jsgid_tunnel_run(&tunnel);
}

int jsgid_handler(request_rec *r)
{
    const jsgid_folder_config_t *folder;
    const jsgid_group_t *group;
    jsgid_relay_request_t request;
    jsgid_relay_result_t result = {0};
    jsgid_relay_t *relay;
    jsgid_wish_t wish;
    apr_time_t start;
    int tries;

    if (r->handler == NULL || strcmp(r->handler, JSGID_HANDLER) != 0) {
        return DECLINED;
    }
    folder = ap_get_module_config(r->per_dir_config, &jsgid_module);
    if (mount_of(r) == NULL && r->finfo.filetype == APR_NOFILE) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r, "JSGID0407: there is no file %s for %s",
                      r->filename, r->uri);
        return HTTP_NOT_FOUND;
    }
    group = choose_group(r, folder);
    if (group == NULL || conns == NULL) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    if (jsgid_group_file(group, r->filename) == NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "JSGID0440: [group %s] %s is not below %s, which is all that the group sees "
                      "(JsgiChroot); a file below it, or another group, would be right",
                      group->name, r->filename, group->text[JSGID_D_CHROOT]);
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    start = apr_time_now();
    apr_table_setn(r->notes, "jsgid-group", group->name);
    memset(&request, 0, sizeof(request));
    request.r = r;
    request.group = group->name;
    request.error_status = error_status(r);
    /* What was sent with the request that failed was for that one. */
    request.has_body = request.error_status == 0 && has_request_body(r, &request.body_length);
    request.error_override = folder->error_override > 0 && request.error_status == 0;
    request.socket_timeout = apr_time_from_sec(group->number[JSGID_D_SOCKET_TIMEOUT]);
    request.client_timeout = r->server->timeout;
    request.start = start;
    request.queue_deadline = queue_deadline(group, start);
    request.is_upgrade_offered = jsgid_tunnel_is_wanted(r, request.has_body);
    request.head =
        encode(r, parameters(r, group, folder, &request), request.has_body, &request.head_length);
    if (request.head == NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "JSGID0408: [group %s] the request's variables are too large", group->name);
        return HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
    }
    jsgid_process_wish(r, group, &wish);
    relay = jsgid_relay_create(&request);
    for (tries = 0; tries < MAX_TRIES; tries++) {
        jsgid_conn_t *conn;
        int status = take_connection(&request, group, &wish, &conn);

        if (status != OK) {
            return status;
        }
        if (group->sets_route) {
            jsgid_process_set_cookie(r, group, &wish, conn->process,
                                     mount_of(r) != NULL ? mount_of(r)->path : "/");
        }
        jsgid_relay_run(relay, conn, &result);
        if (wish.processes > 1 && result.process > 0) {
            jsgid_conn_told(conns, group->name, conn, result.process, result.load);
        }
        if (result.is_upgraded) {
            /* It is no request any more. */
            jsgid_conn_told(conns, group->name, conn, 0, 0);
            status = upgrade(&request, group, conn, &result);
            jsgid_conn_close(conns, conn);
            return status;
        }
        if (result.is_reusable) {
            jsgid_conn_put(conns, group->name, conn);
        } else {
            jsgid_conn_close(conns, conn);
        }
        if (!result.retry) {
            break;
        }
        ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r,
                      "JSGID0409: [group %s] the connection closed before the daemon began the "
                      "request; it is sent again",
                      group->name);
    }
    if (result.retry) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "JSGID0410: [group %s] %d connections in a row closed before the daemon "
                      "began the request",
                      group->name, MAX_TRIES);
        return HTTP_BAD_GATEWAY;
    }
    if (result.status == OK && result.location != NULL) {
        return internal_redirect(r, group, result.location);
    }
    if (result.status == OK && result.sendfile != NULL) {
        return jsgid_sendfile(r, group, folder->sendfile, result.sendfile);
    }
    return result.status;
}
