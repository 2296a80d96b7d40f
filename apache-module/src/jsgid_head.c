/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_head: the header block of a CGI response.
 *
 * What an application writes must not reach the client as something else than what it is: names are
 * tokens, values hold no control characters, continuation lines are refused. Uses string functions
 * only.
 */
#include "jsgid_head.h"

#include <string.h>
#include <strings.h>

size_t jsgid_head_length(const char *data, size_t length, size_t from)
{
    /* Look again at the three bytes before: the empty line may straddle the calls. */
    size_t at = from > 3 ? from - 3 : 0;

    if (length > 0 && data[0] == '\n') {
        return 1;
    }
    if (length > 1 && data[0] == '\r' && data[1] == '\n') {
        return 2;
    }
    while (at < length) {
        const char *lf = memchr(data + at, '\n', length - at);
        size_t next;

        if (lf == NULL) {
            return 0;
        }
        next = (size_t)(lf - data) + 1;
        if (next < length && data[next] == '\n') {
            return next + 1;
        }
        if (next + 1 < length && data[next] == '\r' && data[next + 1] == '\n') {
            return next + 2;
        }
        at = next;
    }
    return 0;
}

static int is_token(const char *from, const char *to)
{
    static const char others[] = "!#$%&'*+-.^_`|~";

    if (from == to) {
        return 0;
    }
    for (; from < to; from++) {
        char c = *from;

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (c != '\0' && strchr(others, c) != NULL))) {
            return 0;
        }
    }
    return 1;
}

static int is_clean(const char *from, const char *to)
{
    for (; from < to; from++) {
        unsigned char c = (unsigned char)*from;

        if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return 0;
        }
    }
    return 1;
}

static int read_status(const char *value, int lowest, int highest, int *pstatus)
{
    int status = 0;
    int i;

    for (i = 0; i < 3; i++) {
        if (value[i] < '0' || value[i] > '9') {
            return -1;
        }
        status = status * 10 + (value[i] - '0');
    }
    if (value[3] != '\0' && value[3] != ' ') {
        return -1;
    }
    /* 101 is no informational response: it stands in the place of a final one, and after it another
     * protocol is spoken. */
    if (status == 101 ? highest < 200 : status < lowest || status > highest) {
        return -1;
    }
    *pstatus = status;
    return 0;
}

/* What the lines of a block are. */
typedef enum { RESPONSE, INFORMATION, TRAILERS } block_t;

static const char *parse(block_t block, char *data, size_t length, jsgid_head_t *phead,
                         jsgid_head_line_fn *line, void *baton)
{
    char *next = data;
    char *limit = data + length;

    phead->status = 200;
    phead->has_status = 0;
    phead->reason = NULL;
    while (next < limit) {
        char *lf = memchr(next, '\n', (size_t)(limit - next));
        char *end = lf;
        char *colon;
        char *value;

        if (lf == NULL) {
            return "a line without an end";
        }
        if (end > next && end[-1] == '\r') {
            end--;
        }
        if (end == next) {
            return block == INFORMATION && !phead->has_status ? "no Status" : NULL;
        }
        colon = memchr(next, ':', (size_t)(end - next));
        if (colon == NULL) {
            return "a header line without a colon";
        }
        if (!is_token(next, colon)) {
            return "a header name that is not a token";
        }
        value = colon + 1;
        while (value < end && (*value == ' ' || *value == '\t')) {
            value++;
        }
        while (end > value && (end[-1] == ' ' || end[-1] == '\t')) {
            end--;
        }
        if (!is_clean(value, end)) {
            return "a header value with a control character";
        }
        *colon = '\0';
        *end = '\0';
        if (block != TRAILERS && strcasecmp(next, "Status") == 0) {
            if (phead->has_status) {
                return "two Status lines";
            }
            if (block == RESPONSE && read_status(value, 200, 999, &phead->status)) {
                return "a Status that is neither 101 nor a number from 200 to 999";
            }
            if (block == INFORMATION && read_status(value, 100, 199, &phead->status)) {
                return "a Status that is not 100 or 102 to 199";
            }
            phead->has_status = 1;
            phead->reason = value;
        } else {
            line(baton, next, value);
        }
        next = lf + 1;
    }
    return block == TRAILERS ? NULL : "no empty line after the headers";
}

const char *jsgid_head_parse(char *data, size_t length, jsgid_head_t *phead,
                             jsgid_head_line_fn *line, void *baton)
{
    return parse(RESPONSE, data, length, phead, line, baton);
}

const char *jsgid_interim_parse(char *data, size_t length, jsgid_head_t *phead,
                                jsgid_head_line_fn *line, void *baton)
{
    return parse(INFORMATION, data, length, phead, line, baton);
}

const char *jsgid_trailers_parse(char *data, size_t length, jsgid_head_line_fn *line, void *baton)
{
    jsgid_head_t unused;

    return parse(TRAILERS, data, length, &unused, line, baton);
}

int jsgid_trailer_is_allowed(const char *name)
{
    static const char *const forbidden[] = {"age",
                                            "authorization",
                                            "cache-control",
                                            "connection",
                                            "content-encoding",
                                            "content-length",
                                            "content-range",
                                            "content-type",
                                            "cookie",
                                            "date",
                                            "expect",
                                            "expires",
                                            "host",
                                            "if-match",
                                            "if-modified-since",
                                            "if-none-match",
                                            "if-range",
                                            "if-unmodified-since",
                                            "keep-alive",
                                            "location",
                                            "max-forwards",
                                            "pragma",
                                            "proxy-authenticate",
                                            "proxy-authorization",
                                            "proxy-connection",
                                            "range",
                                            "retry-after",
                                            "set-cookie",
                                            "status",
                                            "te",
                                            "trailer",
                                            "transfer-encoding",
                                            "upgrade",
                                            "vary",
                                            "warning",
                                            "www-authenticate"};
    size_t i;

    for (i = 0; i < sizeof(forbidden) / sizeof(*forbidden); i++) {
        if (strcasecmp(name, forbidden[i]) == 0) {
            return 0;
        }
    }
    return 1;
}
