/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * The client of the 256 MiB workloads. It sends from one block of memory, and takes what it gets
 * without copying it (MSG_TRUNC discards in the kernel), so that it costs as little as a client
 * can.
 *
 *   bulk content BYTES
 *     the content that all workloads use, on standard output
 *
 *   bulk download PORT PATH BYTES SECONDS
 *   bulk upload PORT PATH BYTES SECONDS
 *     transfers for that long, at least one
 *
 *   bulk hash PORT PATH BYTES
 *     one upload that asks for a hash; prints the answer's body
 *
 * download and upload print "TRANSFERS MICROSECONDS CPU-MICROSECONDS", CPU being the client's own.
 * Exit status 1 with a message when an answer is not 200 or not of the right length.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 65536
#define BLOCKS 16

static unsigned char content[BLOCK * BLOCKS];

static void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)fputs("bulk: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static long long micros(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long long cpu_micros(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

static int connected(int port)
{
    struct sockaddr_in address;
    struct timeval limit = {120, 0};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        fail("cannot connect to port %d: %s", port, strerror(errno));
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    return fd;
}

static void send_all(int fd, const void *data, size_t length)
{
    const char *at = data;

    while (length > 0) {
        ssize_t n = send(fd, at, length, MSG_NOSIGNAL);

        if (n < 0 && errno != EINTR) {
            fail("cannot send: %s", strerror(errno));
        }
        if (n > 0) {
            at += n;
            length -= (size_t)n;
        }
    }
}

/* Reads the head of a response; what came behind it is in body. The declared length is returned, -1
 * when there is none. */
static long long read_head(int fd, char *body, size_t size, size_t *pbody, int *pis_chunked)
{
    static char head[32768];
    size_t length = 0;
    char *end = NULL;
    char *field;
    long long declared = -1;

    while (end == NULL) {
        ssize_t n = recv(fd, head + length, sizeof(head) - 1 - length, 0);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            fail("no response: %s", n == 0 ? "the connection was closed" : strerror(errno));
        }
        length += (size_t)n;
        head[length] = '\0';
        end = strstr(head, "\r\n\r\n");
        if (end == NULL && length == sizeof(head) - 1) {
            fail("the head of the response is too long");
        }
    }
    if (strncmp(head, "HTTP/1.1 200 ", 13) != 0) {
        fail("not 200: %.*s", (int)strcspn(head, "\r"), head);
    }
    *pbody = length - (size_t)(end + 4 - head);
    if (*pbody > size) {
        fail("the response is too long");
    }
    memcpy(body, end + 4, *pbody);
    *end = '\0';
    *pis_chunked = 0;
    for (field = strstr(head, "\r\n"); field != NULL; field = strstr(field + 2, "\r\n")) {
        if (strncasecmp(field + 2, "Content-Length:", 15) == 0) {
            declared = strtoll(field + 17, NULL, 10);
        } else if (strncasecmp(field + 2, "Transfer-Encoding: chunked", 26) == 0) {
            *pis_chunked = 1;
        }
    }
    return declared;
}

/* The length of a body in chunks, of which the first bytes are here. What has no length beforehand
 * has to be looked at, so this costs a copy. */
static long long read_chunks(int fd, const char *first, size_t length)
{
    static char buffer[1 << 18];
    const char *at = first;
    const char *limit = first + length;
    long long total = 0;
    long long left = 0; /* of the chunk */
    long long size = 0;
    enum { SIZE, REST_OF_LINE, DATA, END_OF_DATA, LAST } state = SIZE;

    for (;;) {
        if (at == limit) {
            ssize_t n = recv(fd, buffer, sizeof(buffer), 0);

            if (n < 0 && errno == EINTR) {
                continue;
            }
            if (n <= 0) {
                fail("the response ends within its chunks");
            }
            at = buffer;
            limit = buffer + n;
        }
        if (state == SIZE && isxdigit((unsigned char)*at)) {
            size = size * 16 + (isdigit((unsigned char)*at) ? *at - '0' : (*at | 32) - 'a' + 10);
            at++;
        } else if (state == SIZE) {
            state = REST_OF_LINE;
        } else if (state == REST_OF_LINE) {
            if (*at++ == '\n') {
                state = size > 0 ? DATA : LAST;
                left = size;
                total += size;
                size = 0;
            }
        } else if (state == DATA) {
            long long n = limit - at < left ? limit - at : left;

            at += n;
            left -= n;
            state = left > 0 ? DATA : END_OF_DATA;
        } else if (*at++ == '\n') {
            if (state == LAST) {
                return total;
            }
            state = SIZE;
        }
    }
}

static void download(int port, const char *path, long long bytes)
{
    static char body[32768];
    char head[1024];
    size_t first;
    int is_chunked;
    long long length;
    int fd = connected(port);

    send_all(
        fd, head,
        (size_t)snprintf(head, sizeof(head), "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path));
    length = read_head(fd, body, sizeof(body), &first, &is_chunked);
    if (is_chunked) {
        length = read_chunks(fd, body, first);
    }
    if (length != bytes) {
        fail("the response has %lld bytes and not %lld", length, bytes);
    }
    length -= (long long)first;
    while (!is_chunked && length > 0) {
        ssize_t n = recv(fd, NULL, (size_t)(length < (1 << 22) ? length : (1 << 22)), MSG_TRUNC);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            fail("the response ends %lld bytes early", length);
        }
        length -= n;
    }
    (void)close(fd);
}

static void upload(int port, const char *path, long long bytes, int is_hashed, char *answer,
                   size_t size)
{
    char head[1024];
    size_t length;
    int is_chunked;
    long long declared;
    long long left = bytes;
    int fd = connected(port);

    send_all(fd, head,
             (size_t)snprintf(
                 head, sizeof(head),
                 "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                 "application/octet-stream\r\nContent-Length: %lld\r\nConnection: close\r\n%s\r\n",
                 path, bytes, is_hashed ? "X-Bench-Hash: 1\r\n" : ""));
    while (left > 0) {
        size_t piece = left < (long long)sizeof(content) ? (size_t)left : sizeof(content);

        send_all(fd, content, piece);
        left -= (long long)piece;
    }
    declared = read_head(fd, answer, size - 1, &length, &is_chunked);
    while (length < size - 1) {
        ssize_t n = recv(fd, answer + length, size - 1 - length, 0);

        if (n < 0) {
            fail("the response is not complete: %s", strerror(errno));
        }
        if (n == 0) {
            break;
        }
        length += (size_t)n;
    }
    answer[length] = '\0';
    (void)close(fd);
    if (is_chunked) {
        /* One chunk, and the last one. */
        char *begin = strstr(answer, "\r\n");

        declared = strtoll(answer, NULL, 16);
        if (begin == NULL || strcmp(begin + 2 + declared, "\r\n0\r\n\r\n") != 0) {
            fail("the response is not one chunk: %s", answer);
        }
        memmove(answer, begin + 2, (size_t)declared);
        answer[declared] = '\0';
    } else if (declared != (long long)length) {
        fail("the response is not complete");
    }
}

int main(int argc, char **argv)
{
    char answer[256];
    char right[32];
    long long bytes;
    long long begin;
    long long cpu;
    double seconds;
    long transfers = 0;
    int i;

    for (i = 0; i < BLOCK * BLOCKS; i++) {
        int at = i % BLOCK;

        content[i] = (unsigned char)(at * 31 + (at >> 8) * 17);
    }
    if (argc == 3 && strcmp(argv[1], "content") == 0) {
        for (bytes = strtoll(argv[2], NULL, 10); bytes > 0; bytes -= BLOCK) {
            if (fwrite(content, (size_t)(bytes < BLOCK ? bytes : BLOCK), 1, stdout) != 1) {
                fail("cannot write: %s", strerror(errno));
            }
        }
        return fflush(stdout) == 0 ? 0 : 1;
    }
    if (argc == 5 && strcmp(argv[1], "hash") == 0) {
        upload(atoi(argv[2]), argv[3], strtoll(argv[4], NULL, 10), 1, answer, sizeof(answer));
        return puts(answer) < 0;
    }
    if (argc != 6 || (strcmp(argv[1], "download") != 0 && strcmp(argv[1], "upload") != 0)) {
        fail("see the comment at the top of bulk.c");
    }
    bytes = strtoll(argv[4], NULL, 10);
    seconds = strtod(argv[5], NULL);
    (void)snprintf(right, sizeof(right), "%lld", bytes);
    begin = micros();
    cpu = cpu_micros();
    do {
        if (argv[1][0] == 'd') {
            download(atoi(argv[2]), argv[3], bytes);
        } else {
            upload(atoi(argv[2]), argv[3], bytes, 0, answer, sizeof(answer));
            if (strcmp(answer, right) != 0) {
                fail("the answer is \"%s\" and not \"%s\"", answer, right);
            }
        }
        transfers++;
    } while ((double)(micros() - begin) < seconds * 1e6);
    printf("%ld %lld %lld\n", transfers, micros() - begin, cpu_micros() - cpu);
    return 0;
}
