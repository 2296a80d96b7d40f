/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_trailers: trailer fields of requests and of responses.
 *
 * httpd keeps those of a request in r->trailers_in once its body is read, over HTTP/1.1 and HTTP/2.
 * Those of a response belong into r->trailers_out, from where mod_http2 takes them; over HTTP/1.1
 * nobody does: httpd's CHUNK filter ends a chunked body without any. So a filter of ours stands
 * behind that one and writes them into the last chunk. It does nothing but that, and only when
 * CHUNK has written a last chunk: a response that broke off has none.
 */
#include "mod_jsgid_relay_private.h"

#include <http_protocol.h>
#include <util_filter.h>

#include "jsgid_head.h"

#define LAST_CHUNK "0\r\n\r\n"
#define LAST_CHUNK_LENGTH 5

static ap_filter_rec_t *last_chunk_filter;

/* ---- of the request ---- */

const unsigned char *jsgid_trailers_encode(jsgid_relay_t *relay, apr_size_t *plength)
{
    request_rec *r = relay->r;
    const apr_array_header_t *fields;
    const apr_table_entry_t *field;
    jsgid_fcgi_writer_t writer;
    apr_size_t content = 0;
    apr_size_t size;
    unsigned char *records;
    int i;

    if (r->trailers_in == NULL || apr_is_empty_table(r->trailers_in)) {
        return NULL;
    }
    fields = apr_table_elts(r->trailers_in);
    field = (const apr_table_entry_t *)fields->elts;
    for (i = 0; i < fields->nelts; i++) {
        if (jsgid_trailer_is_allowed(field[i].key)) {
            content += strlen(field[i].key) + strlen(field[i].val) + 4;
        }
    }
    if (content > JSGID_TRAILERS_MAX) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                      "JSGID0426: [group %s] the trailer fields of the request, %" APR_SIZE_T_FMT
                      " bytes, are left out; at most %d can be passed on",
                      jsgid_relay_group(relay), content, JSGID_TRAILERS_MAX);
        return NULL;
    }
    if (content == 0) {
        return NULL;
    }
    size = jsgid_fcgi_stream_size(content);
    records = apr_palloc(r->pool, size);
    jsgid_fcgi_writer_start(&writer, records, size, JSGID_FCGI_TRAILERS, JSGID_FCGI_ID);
    for (i = 0; i < fields->nelts; i++) {
        if (jsgid_trailer_is_allowed(field[i].key)) {
            const char *line = apr_pstrcat(r->pool, field[i].key, ": ", field[i].val, "\r\n", NULL);

            if (jsgid_fcgi_writer_bytes(&writer, line, strlen(line))) {
                return NULL;
            }
        }
    }
    jsgid_fcgi_writer_close(&writer);
    *plength = writer.length;
    return records;
}

/* ---- of the response ---- */

/* The last chunk as CHUNK has written it, right before the end; NULL when it is not there. */
static apr_bucket *find_last_chunk(apr_bucket_brigade *brigade)
{
    apr_bucket *b;

    for (b = APR_BRIGADE_FIRST(brigade); b != APR_BRIGADE_SENTINEL(brigade);
         b = APR_BUCKET_NEXT(b)) {
        if (APR_BUCKET_IS_EOS(b)) {
            apr_bucket *last = APR_BUCKET_PREV(b);
            const char *data;
            apr_size_t length;

            if (last != APR_BRIGADE_SENTINEL(brigade) && !APR_BUCKET_IS_METADATA(last) &&
                last->length == LAST_CHUNK_LENGTH &&
                apr_bucket_read(last, &data, &length, APR_BLOCK_READ) == APR_SUCCESS &&
                length == LAST_CHUNK_LENGTH && memcmp(data, LAST_CHUNK, LAST_CHUNK_LENGTH) == 0) {
                return last;
            }
            return NULL;
        }
    }
    return NULL;
}

static apr_status_t write_last_chunk(ap_filter_t *f, apr_bucket_brigade *brigade)
{
    request_rec *r = f->r;
    apr_bucket *last = r->chunked ? find_last_chunk(brigade) : NULL;

    if (last != NULL) {
        const apr_array_header_t *fields = apr_table_elts(r->trailers_out);
        const apr_table_entry_t *field = (const apr_table_entry_t *)fields->elts;
        const char *text = "0\r\n";
        apr_bucket *with;
        int i;

        for (i = 0; i < fields->nelts; i++) {
            text = apr_pstrcat(r->pool, text, field[i].key, ": ", field[i].val, "\r\n", NULL);
        }
        text = apr_pstrcat(r->pool, text, "\r\n", NULL);
        with = apr_bucket_pool_create(text, strlen(text), r->pool, f->c->bucket_alloc);
        APR_BUCKET_INSERT_BEFORE(last, with);
        apr_bucket_delete(last);
        ap_remove_output_filter(f);
    }
    return ap_pass_brigade(f->next, brigade);
}

void jsgid_trailers_register(void)
{
    /* Behind CHUNK, whose type is AP_FTYPE_TRANSCODE, before the connection's filters. */
    last_chunk_filter = ap_register_output_filter("JSGID_LAST_CHUNK", write_last_chunk, NULL,
                                                  (ap_filter_type)(AP_FTYPE_TRANSCODE + 1));
}

static void take_field(void *baton, char *name, char *value)
{
    jsgid_relay_t *relay = baton;
    request_rec *r = relay->r;

    if (jsgid_trailer_is_allowed(name)) {
        if (r->trailers_out == NULL) {
            r->trailers_out = apr_table_make(r->pool, 4);
        }
        apr_table_addn(r->trailers_out, name, value);
    } else {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                      "JSGID0427: [group %s] the trailer field %s of the response is left out: it "
                      "has no place behind the body (RFC 9110, section 6.5.1)",
                      jsgid_relay_group(relay), name);
    }
}

int jsgid_trailers_give(jsgid_relay_t *relay)
{
    request_rec *r = relay->r;
    const char *wrong;

    if (!relay->is_trailing || relay->extra_length == 0 || r->main != NULL ||
        r->proto_num < HTTP_VERSION(1, 1)) {
        return 0;
    }
    relay->is_trailing = 0;
    if (r->trailers_out != NULL) {
        apr_table_clear(r->trailers_out);
    }
    wrong = relay->extra_length > JSGID_TRAILERS_MAX
                ? "they have more than 64 KiB"
                : jsgid_trailers_parse(relay->extra, relay->extra_length, take_field, relay);
    if (wrong != NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, r,
                      "JSGID0428: [group %s] the trailer fields of the response are left out: %s",
                      jsgid_relay_group(relay), wrong);
        if (r->trailers_out != NULL) {
            apr_table_clear(r->trailers_out);
        }
    }
    if (r->trailers_out == NULL || apr_is_empty_table(r->trailers_out)) {
        return 0;
    }
    if (r->connection->master == NULL) {
        ap_add_output_filter_handle(last_chunk_filter, NULL, r, r->connection);
    }
    return 1;
}
