/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_response: what the daemon sends becomes httpd's response.
 *
 * Header block, body, lines for the error log and the end; nothing here waits, reads or writes a
 * socket. The bytes of the body stay where they were read (mod_jsgid_relay.c) until the output
 * filters have taken them.
 */
#include "mod_jsgid_relay_private.h"

#include <http_protocol.h>

#include "jsgid_head.h"

/* Longest value of a header of the daemon that becomes a note: a number of 64 bits. */
#define NOTE_MAX 20
/* "<3>" */
#define LEVEL_LENGTH 3

static int is_own_business(const char *name)
{
    static const char *const names[] = {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Proxy-Connection", "TE", "Upgrade",
        "Date",       "Server"};
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (ap_cstr_casecmp(name, names[i]) == 0) {
            return 1;
        }
    }
    return 0;
}

/*
 * What the daemon tells about itself (extension "times"), for the access log. It writes these lines
 * before those of the application, so the first of each name is its own; none reaches the client.
 */
static int take_note(request_rec *r, const char *name, const char *value)
{
    static const struct {
        const char *header;
        const char *note;
    } notes[] = {{"Jsgi-Queue-Time", "jsgid-queue-time"}, {"Jsgi-Pid", "jsgid-pid"}};
    size_t length = strspn(value, "0123456789");
    size_t i;

    for (i = 0; i < sizeof(notes) / sizeof(*notes); i++) {
        if (ap_cstr_casecmp(name, notes[i].header) == 0) {
            if (length > 0 && length <= NOTE_MAX && value[length] == '\0' &&
                apr_table_get(r->notes, notes[i].note) == NULL) {
                apr_table_set(r->notes, notes[i].note, value);
            }
            return 1;
        }
    }
    return 0;
}

/* One header of the response. Those of the connection are httpd's own business. */
static void take_header(void *baton, char *name, char *value)
{
    jsgid_relay_t *relay = baton;
    request_rec *r = relay->r;

    if (ap_cstr_casecmp(name, "Jsgi-Header-Status") == 0) {
        apr_table_addn(r->headers_out, "Status", value);
        return;
    }
    /* That of an upgrade names the protocol; other responses have none, see begin_response(). */
    if (relay->request.is_upgrade_offered && ap_cstr_casecmp(name, "Upgrade") == 0) {
        apr_table_setn(r->headers_out, "Upgrade", value);
        return;
    }
    if (is_own_business(name) || take_note(r, name, value)) {
        if (ap_cstr_casecmp(name, "Connection") == 0) {
            if (relay->listed == NULL) {
                relay->listed = apr_array_make(r->pool, 1, sizeof(const char *));
            }
            APR_ARRAY_PUSH(relay->listed, const char *) = value;
        }
        return;
    }
    if (ap_cstr_casecmp(name, "Content-Type") == 0) {
        ap_set_content_type(r, value);
    } else if (ap_cstr_casecmp(name, "Content-Length") == 0) {
        apr_off_t length;

        /* Two lengths would be read differently by those who read them (RFC 9112, 6.3). */
        if (relay->declared == -1 && ap_parse_strict_length(&length, value)) {
            relay->declared = length;
        } else if (!ap_parse_strict_length(&length, value) || length != relay->declared) {
            relay->declared = -2;
        }
    } else if (ap_cstr_casecmp(name, "Location") == 0) {
        relay->location = value;
        apr_table_setn(r->headers_out, "Location", value);
    } else if (ap_cstr_casecmp(name, "X-Sendfile") == 0) {
        relay->sendfile = relay->sendfile != NULL ? relay->sendfile : value;
    } else {
        apr_table_addn(r->headers_out, name, value);
    }
}

/* Fields that the application says are for this connection only go no further (RFC 9110, section
 * 7.6.1). */
static void drop_listed(jsgid_relay_t *relay)
{
    request_rec *r = relay->r;
    int i;

    for (i = 0; i < relay->listed->nelts; i++) {
        const char *list = APR_ARRAY_IDX(relay->listed, i, const char *);
        char *name;

        while ((name = ap_get_list_item(r->pool, &list)) != NULL) {
            if (strcmp(name, "content-length") == 0) {
                relay->declared = -1;
            } else if (strcmp(name, "content-type") == 0) {
                r->content_type = NULL;
            } else {
                apr_table_unset(r->headers_out, name);
            }
        }
    }
}

/* What still matters to the client of a response whose body another one takes the place of: an
 * error document's, or that of an internal redirect. */
static void keep_headers(request_rec *r, const char *const *names, apr_size_t count)
{
    const apr_array_header_t *headers = apr_table_elts(r->headers_out);
    const apr_table_entry_t *entry = (const apr_table_entry_t *)headers->elts;
    apr_size_t k;
    int i;

    for (i = 0; i < headers->nelts; i++) {
        for (k = 0; k < count; k++) {
            if (ap_cstr_casecmp(entry[i].key, names[k]) == 0) {
                apr_table_addn(r->err_headers_out, entry[i].key, entry[i].val);
            }
        }
    }
    apr_table_clear(r->headers_out);
}

/* Those that are about the request and its failure, not about the page that told of it. */
static void keep_error_headers(request_rec *r)
{
    static const char *const names[] = {"Set-Cookie",
                                        "WWW-Authenticate",
                                        "Proxy-Authenticate",
                                        "Retry-After",
                                        "Allow",
                                        "Accept",
                                        "Accept-Patch",
                                        "Accept-Post",
                                        "Content-Range",
                                        "Cache-Control",
                                        "Vary",
                                        "Access-Control-Allow-Origin",
                                        "Access-Control-Allow-Credentials",
                                        "Access-Control-Expose-Headers"};

    keep_headers(r, names, sizeof(names) / sizeof(*names));
}

/* 1 for an error that httpd can answer. Of a status that it does not know it would make 500, and
 * there can be no ErrorDocument for one. */
static int has_error_document(int status)
{
    return ap_is_HTTP_ERROR(status) &&
           (status == HTTP_INTERNAL_SERVER_ERROR ||
            ap_index_of_response(status) != ap_index_of_response(HTTP_INTERNAL_SERVER_ERROR));
}

/* The daemon accepts an upgrade; what follows END_REQUEST is no FastCGI (mod_jsgid_tunnel.c). */
static void begin_upgrade(jsgid_relay_t *relay)
{
    request_rec *r = relay->r;
    const char *wrong = NULL;

    if (!relay->request.is_upgrade_offered) {
        wrong =
            "the application answers with 101 (Switching Protocols), but the client, or the way "
            "it comes by, cannot do that; any other status would be right";
    } else if (apr_table_get(r->headers_out, "Upgrade") == NULL) {
        wrong = "the application answers with 101 (Switching Protocols) without a header Upgrade "
                "that names the protocol";
    }
    if (wrong != NULL) {
        apr_table_clear(r->headers_out);
        jsgid_relay_no_response(relay, HTTP_BAD_GATEWAY, "JSGID0463", wrong);
        return;
    }
    relay->is_switching = 1;
    relay->is_discarding = 1;
}

/* The header block is complete: headers become the response's. */
static void begin_response(jsgid_relay_t *relay, char *data, apr_size_t length)
{
    request_rec *r = relay->r;
    jsgid_head_t head;
    const char *wrong;

    /* What httpd guessed from the file's name says nothing about the response. */
    r->content_type = NULL;
    r->content_encoding = NULL;
    r->content_languages = NULL;
    apr_table_unset(r->headers_out, "Content-Length");
    wrong = jsgid_head_parse(data, length, &head, take_header, relay);
    if (wrong == NULL && relay->declared == -2) {
        wrong = "a Content-Length that is not one number";
    }
    if (wrong == NULL && relay->listed != NULL && head.status != HTTP_SWITCHING_PROTOCOLS) {
        drop_listed(relay);
    }
    if (wrong != NULL) {
        apr_table_clear(r->headers_out);
        jsgid_relay_no_response(
            relay, HTTP_BAD_GATEWAY, "JSGID0412",
            apr_psprintf(r->pool, "the response has a header block that cannot be sent: %s",
                         wrong));
        return;
    }
    if (head.status == HTTP_SWITCHING_PROTOCOLS) {
        begin_upgrade(relay);
    } else {
        apr_table_unset(r->headers_out, "Upgrade");
    }
    if (relay->failed) {
        return;
    }
    relay->is_head_done = 1;
    apr_table_setn(r->notes, "jsgid-daemon-time",
                   apr_psprintf(r->pool, "%" APR_TIME_T_FMT, apr_time_now() - relay->sent_at));
    if (relay->is_switching) {
        relay->location = NULL;
        return;
    }
    /* Only without a status is a location more than a header: RFC 3875, 6.2.2 and 6.2.3. */
    if (relay->location != NULL && !head.has_status) {
        /* Two slashes begin a reference to another host (RFC 3986, 4.2). */
        if (relay->location[0] == '/' && relay->location[1] != '/') {
            static const char *const names[] = {"Set-Cookie"};

            keep_headers(r, names, 1);
            relay->is_discarding = 1;
            relay->sendfile = NULL;
            return;
        }
        head.status = HTTP_MOVED_TEMPORARILY;
    }
    relay->location = NULL;
    if (relay->request.error_status != 0 && !head.has_status) {
        head.status = relay->request.error_status; /* an error document has that of the error */
    }
    r->status = head.status;
    if (head.reason != NULL && strlen(head.reason) > 4) {
        r->status_line = head.reason;
    }
    if (relay->request.error_override && has_error_document(head.status)) {
        keep_error_headers(r);
        relay->is_discarding = 1;
        relay->sendfile = NULL;
        relay->status = head.status;
        r->status = HTTP_OK;
        r->status_line = NULL;
        return;
    }
    relay->status = OK;
    if (relay->sendfile != NULL && head.status == HTTP_OK) {
        relay->is_discarding = 1; /* the file is the body, and has its own length */
        return;
    }
    if (relay->sendfile != NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                      "JSGID0459: [group %s] X-Sendfile: %s is not sent, since the status is %d; a "
                      "response with status 200 would be right",
                      jsgid_relay_group(relay), relay->sendfile, head.status);
        relay->sendfile = NULL;
    }
    if (AP_STATUS_IS_HEADER_ONLY(head.status)) {
        if (head.status != HTTP_NOT_MODIFIED) {
            relay->declared = -1;
        }
    } else if (relay->declared >= 0) {
        ap_set_content_length(r, relay->declared);
    }
}

/* ---- informational responses and trailers ---- */

/* Both are rare, and never there at the same time: informational responses come before the header
 * block, trailers after it. */
void jsgid_response_extra(jsgid_relay_t *relay, const unsigned char *data, apr_size_t length)
{
    if (relay->reader.record.type == JSGID_FCGI_TRAILERS) {
        relay->is_trailing = 1;
    } else if (relay->is_head_done) {
        return;
    }
    if (relay->extra_length + length > JSGID_TRAILERS_MAX) {
        if (relay->extra_length <= JSGID_TRAILERS_MAX) {
            relay->extra_length = JSGID_TRAILERS_MAX + 1;
        }
        return;
    }
    if (relay->extra_length + length > relay->extra_size) {
        apr_size_t size = 2 * (relay->extra_length + length);
        char *grown = apr_palloc(relay->r->pool, size);

        if (relay->extra_length > 0) {
            memcpy(grown, relay->extra, relay->extra_length);
        }
        relay->extra = grown;
        relay->extra_size = size;
    }
    memcpy(relay->extra + relay->extra_length, data, length);
    relay->extra_length += length;
}

static void take_interim_header(void *baton, char *name, char *value)
{
    apr_table_t *headers = baton;

    if (!is_own_business(name) && ap_cstr_casecmp(name, "Content-Length") != 0 &&
        ap_cstr_casecmp(name, "Trailer") != 0) {
        apr_table_addn(headers, name, value);
    }
}

void jsgid_response_interim(jsgid_relay_t *relay)
{
    request_rec *r = relay->r;
    apr_table_t *headers = apr_table_make(r->pool, 4);
    apr_table_t *kept = r->headers_out;
    const char *line = r->status_line;
    int status = r->status;
    jsgid_head_t head;
    const char *wrong;

    if (relay->is_head_done || relay->extra_length == 0) {
        wrong = "it is empty, or the response has begun";
    } else {
        wrong = jsgid_interim_parse(relay->extra, relay->extra_length, &head, take_interim_header,
                                    headers);
        relay->extra = NULL; /* the headers lie in it */
        relay->extra_size = 0;
        relay->extra_length = 0;
    }
    if (wrong != NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                      "JSGID0425: [group %s] an informational response is left out: %s",
                      jsgid_relay_group(relay), wrong);
        return;
    }
    if (r->main != NULL || r->proto_num < HTTP_VERSION(1, 1) ||
        (head.status == HTTP_CONTINUE && !r->expecting_100)) {
        return;
    }
    r->status = head.status;
    r->status_line = head.reason != NULL && strlen(head.reason) > 4 ? head.reason : NULL;
    r->headers_out = headers;
    ap_send_interim_response(r, 1);
    r->headers_out = kept;
    r->status = status;
    r->status_line = line;
    if (head.status == HTTP_CONTINUE) {
        r->expecting_100 = 0;
        relay->client_at = apr_time_now();
    }
}

/* 1 when bytes of the body are not for the client. */
static int is_without_body(const jsgid_relay_t *relay)
{
    return relay->is_discarding || relay->r->header_only ||
           AP_STATUS_IS_HEADER_ONLY(relay->r->status);
}

static void take_body(jsgid_relay_t *relay, const unsigned char *data, apr_size_t length)
{
    if (relay->is_switching) {
        jsgid_relay_no_response(relay, HTTP_BAD_GATEWAY, "JSGID0464",
                                "the application answers with 101 (Switching Protocols) and a "
                                "body; what it has to say comes after the upgrade");
        return;
    }
    if (is_without_body(relay)) {
        return;
    }
    if (relay->declared >= 0 && (apr_off_t)length > relay->declared - relay->delivered) {
        if (!relay->is_excess_told) {
            relay->is_excess_told = 1;
            ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, relay->r,
                          "JSGID0414: [group %s] the response is longer than its Content-Length of "
                          "%" APR_OFF_T_FMT " bytes; the rest is dropped",
                          jsgid_relay_group(relay), relay->declared);
        }
        length = (apr_size_t)(relay->declared - relay->delivered);
    }
    if (length == 0) {
        return;
    }
    relay->delivered += (apr_off_t)length;
    APR_BRIGADE_INSERT_TAIL(relay->out,
                            apr_bucket_transient_create((const char *)data, length,
                                                        relay->r->connection->bucket_alloc));
}

/* Bytes of STDOUT: header block, then body. */
void jsgid_response_stdout(jsgid_relay_t *relay, const unsigned char *data, apr_size_t length)
{
    apr_size_t looked = relay->head_length;
    apr_size_t end;

    if (relay->is_head_done) {
        take_body(relay, data, length);
        return;
    }
    if (relay->head_length + length > relay->head_size) {
        apr_size_t size = relay->head_length + length;
        char *grown;

        if (relay->head_size > 0) {
            size *= 2;
        }
        grown = apr_palloc(relay->r->pool, size);
        memcpy(grown, relay->head != NULL ? relay->head : "", relay->head_length);
        relay->head = grown;
        relay->head_size = size;
    }
    memcpy(relay->head + relay->head_length, data, length);
    relay->head_length += length;
    end = jsgid_head_length(relay->head, relay->head_length, looked);
    if (end > JSGID_HEAD_MAX || (end == 0 && relay->head_length > JSGID_HEAD_MAX)) {
        jsgid_relay_send_abort(relay);
        jsgid_relay_no_response(relay, HTTP_BAD_GATEWAY, "JSGID0412",
                                "the response has a header block of more than 256 KiB");
        return;
    }
    if (end > 0) {
        apr_size_t body = relay->head_length - end;

        begin_response(relay, relay->head, end);
        if (!relay->failed && body > 0) {
            /* These bytes are the last of this piece of the read buffer. */
            take_body(relay, data + (length - body), body);
        }
    }
}

/* The severity of a line, and how many bytes say so: "<N>" (extension "levels"). */
static apr_size_t level_of(const char *line, apr_size_t length, int *plevel)
{
    *plevel = APLOG_ERR;
    if (length < LEVEL_LENGTH || line[0] != '<' || line[1] < '0' || line[1] > '7' ||
        line[2] != '>') {
        return 0;
    }
    *plevel = line[1] - '0'; /* httpd's numbers are syslog's */
    return LEVEL_LENGTH;
}

void jsgid_response_log_line(jsgid_relay_t *relay)
{
    apr_size_t length = relay->line_length;
    apr_size_t start = 0;

    while (length > 0 && (relay->line[length - 1] == '\r' || relay->line[length - 1] == '\0')) {
        length--;
    }
    relay->line_length = 0;
    if (!relay->is_line_cut) {
        start = level_of(relay->line, length, &relay->line_level);
    }
    if (length > start) {
        ap_log_rerror(APLOG_MARK, relay->line_level, 0, relay->r, "JSGID0420: [group %s] %.*s",
                      jsgid_relay_group(relay), (int)(length - start), relay->line + start);
    }
    relay->is_line_cut = 0;
}

void jsgid_response_stderr(jsgid_relay_t *relay, const unsigned char *data, apr_size_t length)
{
    apr_size_t i;

    for (i = 0; i < length; i++) {
        if (data[i] == '\n') {
            jsgid_response_log_line(relay);
        } else if (relay->line_length == STDERR_LINE_MAX) {
            jsgid_response_log_line(relay);
            relay->is_line_cut = 1;
        }
        if (data[i] != '\n') {
            relay->line[relay->line_length++] = (char)data[i];
        }
    }
}

void jsgid_response_end(jsgid_relay_t *relay)
{
    uint32_t app_status;
    unsigned protocol_status;

    jsgid_response_log_line(relay);
    relay->is_ended = 1;
    if (jsgid_fcgi_end_decode(&relay->reader, &app_status, &protocol_status) != 0) {
        jsgid_relay_no_response(relay, HTTP_BAD_GATEWAY, "JSGID0429",
                                "the daemon sent an END_REQUEST that is not 8 bytes long");
        return;
    }
    relay->process = jsgid_fcgi_end_process(&relay->reader, &relay->load);
    if (relay->request.is_question && protocol_status == JSGID_FCGI_WRONG_PROCESS) {
        return; /* the answer */
    }
    if (protocol_status == JSGID_FCGI_OVERLOADED) {
        apr_table_setn(relay->r->err_headers_out, "Retry-After", "1");
        jsgid_relay_no_response(
            relay, HTTP_SERVICE_UNAVAILABLE, "JSGID0416",
            "the daemon has as many requests as it may (JsgiThreads, JsgiQueueLimit, "
            "JsgiQueueTimeout)");
    } else if (protocol_status != JSGID_FCGI_REQUEST_COMPLETE) {
        jsgid_relay_no_response(
            relay, HTTP_BAD_GATEWAY, "JSGID0417",
            apr_psprintf(relay->r->pool, "the daemon refused the request with protocol status %u",
                         protocol_status));
    } else if (app_status != 0) {
        jsgid_relay_no_response(
            relay, HTTP_INTERNAL_SERVER_ERROR, "JSGID0418",
            apr_psprintf(relay->r->pool,
                         "the response broke off (application status %u); the reason is in the "
                         "lines above",
                         (unsigned)app_status));
    } else if (!relay->is_head_done) {
        jsgid_relay_no_response(relay, HTTP_BAD_GATEWAY, "JSGID0412",
                                "the response ended before its headers did");
    } else if (relay->declared >= 0 && !is_without_body(relay) &&
               relay->delivered < relay->declared) {
        jsgid_relay_no_response(relay, HTTP_BAD_GATEWAY, "JSGID0419",
                                apr_psprintf(relay->r->pool,
                                             "the response has %" APR_OFF_T_FMT
                                             " bytes, fewer than its Content-Length "
                                             "of %" APR_OFF_T_FMT,
                                             relay->delivered, relay->declared));
    }
}
