/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * A FastCGI responder for mod_proxy_fcgi, about as small and fast as such a program can be: a
 * thread per connection that it keeps, one read buffer, answers in one write where they fit.
 *
 *   responder SOCKET      listens on that unix socket until it is killed
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <apr_sha1.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#define BLOCK 65536
#define DOWNLOAD_BLOCKS 4096
#define CONTENT_MAX 65528 /* of a record; a multiple of eight needs no padding */

enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

static unsigned char block[BLOCK];

struct connection {
    int fd;
    size_t at;
    size_t limit;
    char uri[256];
    char cookies[2048];
    int is_hashed;
    unsigned char params[BLOCK];
    unsigned char body[BLOCK];
    unsigned char buffer[BLOCK];
};

/* 1 when so many bytes were read, 0 at the end of the connection. */
static int take(struct connection *c, void *to, size_t length)
{
    unsigned char *put = to;

    while (length > 0) {
        size_t n = c->limit - c->at;

        if (n == 0) {
            ssize_t got = recv(c->fd, c->buffer, sizeof(c->buffer), 0);

            if (got <= 0) {
                return 0;
            }
            c->at = 0;
            c->limit = (size_t)got;
            continue;
        }
        n = n < length ? n : length;
        if (put != NULL) {
            memcpy(put, c->buffer + c->at, n);
            put += n;
        }
        c->at += n;
        length -= n;
    }
    return 1;
}

static void header(unsigned char *to, int type, size_t length)
{
    to[0] = 1;
    to[1] = (unsigned char)type;
    to[2] = 0;
    to[3] = 1;
    to[4] = (unsigned char)(length >> 8);
    to[5] = (unsigned char)length;
    to[6] = 0;
    to[7] = 0;
}

static int send_all(int fd, struct iovec *parts, int count)
{
    while (count > 0) {
        ssize_t n = writev(fd, parts, count);

        if (n < 0) {
            return 0;
        }
        while (count > 0 && (size_t)n >= parts->iov_len) {
            n -= (ssize_t)parts->iov_len;
            parts++;
            count--;
        }
        if (count > 0) {
            parts->iov_base = (char *)parts->iov_base + n;
            parts->iov_len -= (size_t)n;
        }
    }
    return 1;
}

/* The head in a record, a body of "times" times the same bytes, the end of the stream and of the
 * request. */
static int answer(int fd, const char *head, const void *body, size_t length, int times)
{
    unsigned char first[8];
    unsigned char records[2][8];
    unsigned char end[24];
    int i;

    header(first, STDOUT, strlen(head));
    header(end, STDOUT, 0);
    header(end + 8, END, 8);
    memset(end + 16, 0, 8);
    for (i = 0; i < times; i++) {
        struct iovec parts[7];
        int count = 0;
        size_t piece = length < CONTENT_MAX ? length : CONTENT_MAX;

        if (i == 0) {
            parts[count++] = (struct iovec){first, 8};
            parts[count++] = (struct iovec){(void *)head, strlen(head)};
        }
        header(records[0], STDOUT, piece);
        parts[count++] = (struct iovec){records[0], 8};
        parts[count++] = (struct iovec){(void *)body, piece};
        if (piece < length) {
            header(records[1], STDOUT, length - piece);
            parts[count++] = (struct iovec){records[1], 8};
            parts[count++] = (struct iovec){(char *)body + piece, length - piece};
        }
        if (i == times - 1) {
            parts[count++] = (struct iovec){end, 24};
        }
        if (!send_all(fd, parts, count)) {
            return 0;
        }
    }
    return 1;
}

static size_t length_of(const unsigned char **pat, const unsigned char *limit)
{
    const unsigned char *at = *pat;

    if (at < limit && *at < 128) {
        *pat = at + 1;
        return *at;
    }
    if (limit - at < 4) {
        *pat = limit;
        return 0;
    }
    *pat = at + 4;
    return ((size_t)(at[0] & 127) << 24) | ((size_t)at[1] << 16) | ((size_t)at[2] << 8) | at[3];
}

static void keep(char *to, size_t size, const unsigned char *value, size_t length)
{
    length = length < size - 1 ? length : size - 1;
    memcpy(to, value, length);
    to[length] = '\0';
}

static void read_params(struct connection *c, size_t length)
{
    const unsigned char *at = c->params;
    const unsigned char *limit = at + length;

    c->uri[0] = '\0';
    c->cookies[0] = '\0';
    c->is_hashed = 0;
    while (at < limit) {
        size_t name = length_of(&at, limit);
        size_t value = length_of(&at, limit);

        if (name + value > (size_t)(limit - at)) {
            return;
        }
        if (name == 11 && memcmp(at, "REQUEST_URI", 11) == 0) {
            keep(c->uri, sizeof(c->uri), at + 11, value);
        } else if (name == 11 && memcmp(at, "HTTP_COOKIE", 11) == 0) {
            keep(c->cookies, sizeof(c->cookies), at + 11, value);
        } else if (name == 17 && memcmp(at, "HTTP_X_BENCH_HASH", 17) == 0) {
            c->is_hashed = 1;
        }
        at += name + value;
    }
}

/* Answers one request whose parameters and body were read; 0 when the connection is of no use any
 * more. */
static int respond(struct connection *c, long long length, const unsigned char *hash)
{
    char head[1024];
    char text[96];
    const char *name = strrchr(c->uri, '/');
    const char *octets = "Content-Type: application/octet-stream\r\nContent-Length: %lld\r\n\r\n";

    name = name == NULL ? "" : name + 1;
    if (strcmp(name, "plain") == 0) {
        return answer(c->fd, "Content-Type: text/plain\r\nContent-Length: 13\r\n\r\n",
                      "Hello, world!", 13, 1);
    }
    if (strcmp(name, "large") == 0) {
        (void)snprintf(head, sizeof(head), octets, (long long)BLOCK);
        return answer(c->fd, head, block, BLOCK, 1);
    }
    if (strcmp(name, "echo") == 0 && length <= BLOCK) {
        (void)snprintf(head, sizeof(head), octets, length);
        return answer(c->fd, head, c->body, (size_t)length, 1);
    }
    if (strcmp(name, "download") == 0) {
        (void)snprintf(head, sizeof(head), octets, (long long)DOWNLOAD_BLOCKS * BLOCK);
        return answer(c->fd, head, block, BLOCK, DOWNLOAD_BLOCKS);
    }
    if (strcmp(name, "rich") == 0) {
        const char *session = strstr(c->cookies, "session=");
        size_t at = 0;
        int i;

        for (i = 0; i < 8; i++) {
            at += (size_t)snprintf(head + at, sizeof(head) - at,
                                   "X-Bench-%d: value of header number %d\r\n", i, i);
        }
        session = session == NULL ? "" : session + 8;
        (void)snprintf(
            head + at, sizeof(head) - at,
            "X-Session: %.*s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
            "2048\r\n\r\n",
            (int)strcspn(session, ";"), session);
        return answer(c->fd, head, block, 2048, 1);
    }
    if (strcmp(name, "upload") == 0) {
        int n = snprintf(text, sizeof(text), "%lld%s", length, c->is_hashed ? " " : "");
        int i;

        for (i = 0; c->is_hashed && i < APR_SHA1_DIGESTSIZE; i++) {
            n += snprintf(text + n, sizeof(text) - (size_t)n, "%02x", hash[i]);
        }
        (void)snprintf(head, sizeof(head), "Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n",
                       n);
        return answer(c->fd, head, text, (size_t)n, 1);
    }
    return answer(c->fd, "Status: 404 Not Found\r\nContent-Length: 2\r\n\r\n", "no", 2, 1);
}

static void *serve(void *data)
{
    struct connection *c = data;
    unsigned char record[8];
    size_t params = 0;
    long long body = 0;
    apr_sha1_ctx_t digest;
    unsigned char hash[APR_SHA1_DIGESTSIZE];
    int is_open = 1;

    while (is_open && take(c, record, 8)) {
        size_t length = (size_t)record[4] << 8 | record[5];

        if (record[1] == BEGIN) {
            params = 0;
            body = 0;
            apr_sha1_init(&digest);
            is_open = take(c, NULL, length);
        } else if (record[1] == PARAMS && length > 0) {
            is_open = length <= sizeof(c->params) - params && take(c, c->params + params, length);
            params += length;
        } else if (record[1] == PARAMS) {
            read_params(c, params);
        } else if (record[1] == STDIN && length > 0) {
            /* An echo keeps its body; what is longer than the buffer begins at its front again. */
            size_t at = body + (long long)length <= BLOCK ? (size_t)body : 0;

            is_open = take(c, c->body + at, length);
            if (is_open && c->is_hashed) {
                apr_sha1_update_binary(&digest, c->body + at, (unsigned)length);
            }
            body += (long long)length;
        } else if (record[1] == STDIN) {
            apr_sha1_final(hash, &digest);
            is_open = take(c, NULL, record[6]) && respond(c, body, hash);
            continue;
        } else {
            is_open = take(c, NULL, length);
        }
        is_open = is_open && take(c, NULL, record[6]);
    }
    (void)close(c->fd);
    free(c);
    return NULL;
}

int main(int argc, char **argv)
{
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int i;

    if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path)) {
        (void)fputs("responder: the one argument is the path of a unix socket\n", stderr);
        return 2;
    }
    for (i = 0; i < BLOCK; i++) {
        block[i] = (unsigned char)(i * 31 + (i >> 8) * 17);
    }
    (void)signal(SIGPIPE, SIG_IGN);
    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", argv[1]);
    (void)umask(0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, 511) != 0) {
        perror("responder");
        return 1;
    }
    for (;;) {
        pthread_t thread;
        struct connection *c = calloc(1, sizeof(*c));

        if (c == NULL) {
            return 1;
        }
        c->fd = accept(fd, NULL, NULL);
        if (c->fd < 0 || pthread_create(&thread, NULL, serve, c) != 0) {
            perror("responder");
            return 1;
        }
        (void)pthread_detach(thread);
    }
}
