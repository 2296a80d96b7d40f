/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_unread: whether a peer has read anything yet. When in doubt it has.
 */
#include "jsgid_unread.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

/* Memory of the pieces that the peer has not read; -1: the system does not tell. */
static int in_use(int fd)
{
    int bytes = 0;

    return ioctl(fd, SIOCOUTQ, &bytes) == 0 ? bytes : -1;
}

void jsgid_unread_start(jsgid_unread_t *unread)
{
    unread->first = 0;
    unread->in_use = 0;
    unread->is_unread = 1;
}

size_t jsgid_unread_limit(jsgid_unread_t *unread, int fd, size_t length)
{
    size_t limit = unread->first > 0 ? unread->first : JSGID_UNREAD_FIRST;

    if (unread->is_unread && unread->first > 0 && in_use(fd) < unread->in_use) {
        unread->is_unread = 0;
    }
    return unread->is_unread && length > limit ? limit : length;
}

void jsgid_unread_sent(jsgid_unread_t *unread, int fd, size_t length)
{
    int now;

    if (!unread->is_unread) {
        return;
    }
    now = in_use(fd);
    /* The first piece is there as long as anything is, whatever an earlier request left before it.
     */
    if (now <= unread->in_use) {
        unread->is_unread = 0;
    }
    unread->in_use = now;
    if (unread->first == 0) {
        unread->first = length;
    }
}

int jsgid_unread_look(jsgid_unread_t *unread, int fd)
{
    if (unread->is_unread && unread->first > 0 && in_use(fd) < unread->in_use) {
        unread->is_unread = 0;
    }
    return unread->is_unread && unread->first > 0;
}
