/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef JSGID_UNREAD_H
#define JSGID_UNREAD_H

#include <stddef.h>

/**
 * Whether the peer of a unix stream socket has read anything of what was sent to it since a moment.
 * Knows libc and Linux only.
 *
 * Linux tells by SIOCOUTQ how much memory the pieces take that the peer has not read to their ends.
 * That is not a number of bytes, but it never becomes less without a read, and a piece takes no
 * more than a longer one. So: the peer is taken to read a whole first piece at once (PROTOCOL.md:
 * a daemon reads at least 32768 bytes at a time), no later piece is longer than the first while
 * that is unread, and the memory in use must grow with each. A read between two looks cannot hide
 * then, since what it frees is at least what the new piece takes. Bytes that an earlier request
 * left lie before all of these, so that they are gone before any of these is.
 */
typedef struct {
    int is_unread; /**< 1: as far as is known, nothing has been read */
    size_t first;  /**< bytes of the first piece, 0 before it */
    int in_use;    /**< what SIOCOUTQ said after the last piece */
} jsgid_unread_t;

/** Longest first piece. */
#define JSGID_UNREAD_FIRST 32768

/** Before anything of a request is sent. */
void jsgid_unread_start(jsgid_unread_t *unread);

/** How many of that many bytes may be sent next, in one call; all of them once something was read.
 */
size_t jsgid_unread_limit(jsgid_unread_t *unread, int fd, size_t length);

/** So many bytes were sent by one call. */
void jsgid_unread_sent(jsgid_unread_t *unread, int fd, size_t length);

/** 1 when something was sent, and nothing of it has been read. */
int jsgid_unread_look(jsgid_unread_t *unread, int fd);

#endif
