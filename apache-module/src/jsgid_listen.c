/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* jsgid_listen: where a group takes FastCGI requests over TCP, and from whom. */
#include "jsgid_listen.h"

#include <apr_strings.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

/* Ports below are root's, and daemons never are. */
#define PORT_LEAST 1024
#define PORT_MOST 65535

#define FROM "from="

/* 1 for an address in its usual writing, of IPv4 or IPv6; *plocal: only this machine has it. */
static int is_address(const char *text, int *plocal)
{
    struct in_addr four;
    struct in6_addr six;

    if (inet_pton(AF_INET, text, &four) == 1) {
        *plocal = (ntohl(four.s_addr) >> 24) == IN_LOOPBACKNET;
        return 1;
    }
    if (inet_pton(AF_INET6, text, &six) == 1) {
        *plocal = IN6_IS_ADDR_LOOPBACK(&six);
        return 1;
    }
    return 0;
}

/* Takes ADDRESS:PORT or [ADDRESS]:PORT apart; NULL when it is neither. */
static const char *address_of(apr_pool_t *pool, const char *word, long *pport)
{
    const char *colon = strrchr(word, ':');
    apr_size_t length = colon != NULL ? (apr_size_t)(colon - word) : 0;
    char *end;

    if (length == 0 || strspn(colon + 1, "0123456789") != strlen(colon + 1) || colon[1] == '\0' ||
        strlen(colon + 1) > 5) {
        return NULL;
    }
    *pport = strtol(colon + 1, &end, 10);
    if (word[0] == '[') {
        return word[length - 1] == ']' && length > 2 ? apr_pstrndup(pool, word + 1, length - 2)
                                                     : NULL;
    }
    return memchr(word, ':', length) == NULL ? apr_pstrndup(pool, word, length) : NULL;
}

const char *jsgid_listen_parse(apr_pool_t *pool, const apr_array_header_t *words,
                               const char **ptext)
{
    const char *word = words->nelts > 0 ? APR_ARRAY_IDX(words, 0, const char *) : "";
    const char *from = words->nelts > 1 ? APR_ARRAY_IDX(words, 1, const char *) : NULL;
    const char *address;
    char *rest;
    char *one;
    char *state = NULL;
    int is_local = 0;
    int is_other_local = 0;
    int count = 0;
    long port = 0;

    address = address_of(pool, word, &port);
    if (address == NULL || !is_address(address, &is_local)) {
        return apr_psprintf(pool,
                            "\"%s\" is no address with a port; 127.0.0.1:9000, 192.0.2.7:9000 or "
                            "[::1]:9000 would be right",
                            word);
    }
    if (port < PORT_LEAST || port > PORT_MOST) {
        return apr_psprintf(
            pool,
            "the port %ld is not between %d and %d; daemons are never root's, whose "
            "the lower ones are",
            port, PORT_LEAST, PORT_MOST);
    }
    if (words->nelts > 2 || (from != NULL && strncmp(from, FROM, strlen(FROM)) != 0)) {
        return "after the address, from=IP,IP,... (or from=any) would be right, and nothing more";
    }
    if (from == NULL) {
        if (!is_local) {
            return apr_psprintf(pool,
                                "who can connect to %s can have any file run that the group's user "
                                "may read, so it must be said who may: from=IP,IP,... with the "
                                "addresses of the web servers would be right",
                                word);
        }
        *ptext = apr_pstrcat(pool, word, " 127.0.0.1,::1", NULL);
        return NULL;
    }
    from += strlen(FROM);
    if (strcmp(from, "any") != 0) {
        rest = apr_pstrdup(pool, from);
        for (one = apr_strtok(rest, ",", &state); one != NULL;
             one = apr_strtok(NULL, ",", &state)) {
            if (!is_address(one, &is_other_local)) {
                return apr_psprintf(pool,
                                    "\"%s\" in from= is no IP address; those of the web servers, "
                                    "separated by commas, would be right",
                                    one);
            }
            count++;
        }
        if (count == 0) {
            return "from= names nobody; the IP addresses of the web servers would be right";
        }
    }
    *ptext = apr_pstrcat(pool, word, " ", from, NULL);
    return NULL;
}
