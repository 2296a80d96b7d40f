/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_input: large bodies of requests, from the client's socket.
 *
 * httpd's core filter reads 8000 bytes at a time into buckets of its own. A filter right before it
 * reads what there is into the relay's buffer instead, once the core filter has given out all that
 * it had read. The filters above (HTTP_IN, which knows where the body ends, and mod_reqtimeout) get
 * buckets as ever. It stays with its connection, and does nothing while nobody offers it room.
 */
#include "mod_jsgid_input.h"

#include <errno.h>
#include <strings.h>
#include <sys/socket.h>
#include <util_filter.h>

/* More than anybody reads at once. */
#define READ_MAX ((apr_size_t)1 << 30)

struct jsgid_input_t {
    int fd;
    unsigned char *room;
    apr_size_t size;
    apr_size_t core_rest; /* most that the core filter may have read and not given out */
    int is_drained;
};

static ap_filter_rec_t *input_filter;

/* Bytes that the buffer of the last bucket has behind it: what the core filter has left of its last
 * read, if that filled the buffer. */
static apr_size_t room_behind(apr_bucket_brigade *brigade)
{
    const apr_bucket *last = APR_BRIGADE_LAST(brigade);
    const apr_bucket_heap *heap;

    if (APR_BRIGADE_EMPTY(brigade) || !APR_BUCKET_IS_HEAP(last)) {
        return READ_MAX;
    }
    heap = last->data;
    return heap->alloc_len - (apr_size_t)last->start - last->length;
}

static apr_status_t read_core(jsgid_input_t *input, ap_filter_t *f, apr_bucket_brigade *brigade,
                              apr_size_t wanted)
{
    apr_off_t length = 0;
    apr_status_t rv;

    if (wanted > input->core_rest) {
        wanted = input->core_rest;
    }
    rv = ap_get_brigade(f->next, brigade, AP_MODE_READBYTES, APR_NONBLOCK_READ, (apr_off_t)wanted);
    /* It reads until there is nothing more, or it has as much as was wanted, and may be left with
     * the rest of a read only then. To ask for just that rest leaves it with nothing, sooner or
     * later. */
    if (APR_STATUS_IS_EAGAIN(rv) ||
        (rv == APR_SUCCESS && apr_brigade_length(brigade, 0, &length) == APR_SUCCESS &&
         length >= 0 && length < (apr_off_t)wanted)) {
        input->core_rest = 0;
    } else {
        input->core_rest = room_behind(brigade);
    }
    return rv;
}

static apr_status_t read_input(ap_filter_t *f, apr_bucket_brigade *brigade, ap_input_mode_t mode,
                               apr_read_type_e block, apr_off_t wanted)
{
    jsgid_input_t *input = f->ctx;
    apr_size_t size = input->size;
    ssize_t n;

    if (size == 0 || mode != AP_MODE_READBYTES || block != APR_NONBLOCK_READ || wanted <= 0) {
        input->core_rest = READ_MAX;
        return ap_get_brigade(f->next, brigade, mode, block, wanted);
    }
    if ((apr_off_t)size > wanted) {
        size = (apr_size_t)wanted;
    }
    if (input->core_rest > 0) {
        return read_core(input, f, brigade, size);
    }
    do {
        n = recv(input->fd, input->room, size, MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        input->is_drained = 1;
        return errno;
    }
    if (n == 0) {
        return ap_get_brigade(f->next, brigade, mode, block,
                              wanted); /* the end of what the client sends */
    }
    input->is_drained = (apr_size_t)n < size;
    APR_BRIGADE_INSERT_TAIL(
        brigade,
        apr_bucket_transient_create((const char *)input->room, (apr_size_t)n, f->c->bucket_alloc));
    return APR_SUCCESS;
}

void jsgid_input_register(void)
{
    /* Right before the core filter, and behind mod_logio's. */
    input_filter = ap_register_input_filter("JSGID_INPUT", read_input, NULL,
                                            (ap_filter_type)(AP_FTYPE_NETWORK - 1));
}

/* 1 for a filter of whole connections that looks at lengths only. Another one might keep buckets,
 * or make other bytes of them (TLS). */
static int is_transparent(const ap_filter_t *f)
{
    const char *name = f->frec->name;

    return strcasecmp(name, "reqtimeout") == 0 || strcasecmp(name, "log_input_output") == 0;
}

jsgid_input_t *jsgid_input_of(request_rec *r, int fd)
{
    ap_filter_t *f = r->input_filters;
    jsgid_input_t *input;

    if (f == NULL || strcasecmp(f->frec->name, "http_in") != 0) {
        return NULL;
    }
    for (f = f->next; f != NULL && is_transparent(f); f = f->next) {
    }
    if (f != NULL && f->frec == input_filter) {
        input = f->ctx;
    } else if (f != NULL && strcasecmp(f->frec->name, "core_in") == 0) {
        input = apr_palloc(r->connection->pool, sizeof(*input));
        ap_add_input_filter_handle(input_filter, input, r, r->connection);
    } else {
        return NULL;
    }
    input->fd = fd;
    jsgid_input_withdraw(input);
    input->core_rest = READ_MAX;
    input->is_drained = 0;
    return input;
}

void jsgid_input_offer(jsgid_input_t *input, unsigned char *room, apr_size_t size)
{
    input->room = room;
    input->size = size;
    input->is_drained = 0;
}

void jsgid_input_withdraw(jsgid_input_t *input)
{
    input->room = NULL;
    input->size = 0;
}

int jsgid_input_is_drained(const jsgid_input_t *input)
{
    return input->is_drained;
}
