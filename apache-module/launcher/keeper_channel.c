#define _GNU_SOURCE /* struct ucred */
#include "keeper_channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void keeper_channel_take(struct keeper_channel *pchannel, int socket)
{
    *pchannel = (struct keeper_channel){.socket = socket};
    int flags = socket < 0 ? -1 : fcntl(socket, F_GETFL);
    if (flags >= 0) {
        (void)fcntl(socket, F_SETFL, flags | O_NONBLOCK);
    }
}

/* Who listens there is given a listening socket and a memo; it must be a monitor of this server. */
static bool is_of_own_user(int socket)
{
    struct ucred peer = {0, 0, 0};
    socklen_t size = sizeof(peer);
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

bool keeper_channel_connect(struct keeper_channel *pchannel, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof(address.sun_path)) {
        return false;
    }
    memcpy(address.sun_path, path, length + 1);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) {
        return false;
    }
    /* A monitor whose queue of connections is full is EAGAIN: later, then. */
    if (connect(descriptor, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        !is_of_own_user(descriptor)) {
        (void)close(descriptor);
        return false;
    }
    keeper_channel_take(pchannel, descriptor);
    return true;
}

static void forget_pending(struct keeper_channel *channel)
{
    free(channel->pending);
    channel->pending = NULL;
    channel->pending_size = 0;
    channel->pending_sent = 0;
    channel->descriptor_count = 0;
}

void keeper_channel_close(struct keeper_channel *pchannel)
{
    forget_pending(pchannel);
    if (pchannel->socket >= 0) {
        (void)close(pchannel->socket);
    }
    pchannel->socket = -1;
    pchannel->heard_size = 0;
    pchannel->is_skipping = false;
}

bool keeper_channel_has_pending(const struct keeper_channel *channel)
{
    return channel->pending_sent < channel->pending_size;
}

bool keeper_channel_say(struct keeper_channel *pchannel, const char *bytes, size_t size,
                        const int *descriptors, size_t descriptor_count, int64_t now)
{
    if (!keeper_channel_has_pending(pchannel)) {
        pchannel->moved = now;
    }
    char *longer = realloc(pchannel->pending, pchannel->pending_size + size);
    if (longer == NULL) {
        return false;
    }
    memcpy(longer + pchannel->pending_size, bytes, size);
    pchannel->pending = longer;
    pchannel->pending_size += size;
    for (size_t i = 0; i < descriptor_count; i++) {
        pchannel->descriptors[i] = descriptors[i];
    }
    pchannel->descriptor_count =
        descriptor_count > 0 ? descriptor_count : pchannel->descriptor_count;
    return true;
}

static ssize_t send_pending(const struct keeper_channel *channel)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * KEEPER_CHANNEL_DESCRIPTORS)];
        struct cmsghdr aligned;
    } control = {.bytes = {0}};
    struct iovec part = {
        .iov_base = channel->pending + channel->pending_sent,
        .iov_len = channel->pending_size - channel->pending_sent,
    };
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (channel->descriptor_count > 0) {
        size_t size = sizeof(int) * channel->descriptor_count;
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(size);
        struct cmsghdr *rights = &control.aligned;
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(size);
        memcpy(CMSG_DATA(rights), channel->descriptors, size);
    }
    ssize_t sent;
    do {
        sent = sendmsg(channel->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

bool keeper_channel_flush(struct keeper_channel *pchannel, int64_t now)
{
    while (keeper_channel_has_pending(pchannel)) {
        ssize_t sent = send_pending(pchannel);
        if (sent < 0) {
            return (errno == EAGAIN || errno == EWOULDBLOCK) &&
                   now - pchannel->moved < KEEPER_CHANNEL_STUCK_MILLIS;
        }
        pchannel->pending_sent += (size_t)sent;
        pchannel->descriptor_count = 0;
        pchannel->moved = now;
    }
    forget_pending(pchannel);
    return true;
}

bool keeper_channel_hear(struct keeper_channel *pchannel)
{
    if (pchannel->heard_size == sizeof(pchannel->heard)) {
        /* Full, and next_line has found no end in it. */
        pchannel->heard_size = 0;
        pchannel->is_skipping = true;
    }
    ssize_t count = recv(pchannel->socket, pchannel->heard + pchannel->heard_size,
                         sizeof(pchannel->heard) - pchannel->heard_size, MSG_DONTWAIT);
    if (count < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    }
    pchannel->heard_size += (size_t)count;
    return count > 0;
}

bool keeper_channel_next_line(struct keeper_channel *pchannel, char *line)
{
    for (;;) {
        const char *end = memchr(pchannel->heard, '\n', pchannel->heard_size);
        if (end == NULL) {
            return false;
        }
        size_t length = (size_t)(end - pchannel->heard);
        bool is_whole = !pchannel->is_skipping;
        if (is_whole) {
            memcpy(line, pchannel->heard, length);
            line[length] = '\0';
        }
        pchannel->heard_size -= length + 1;
        memmove(pchannel->heard, end + 1, pchannel->heard_size);
        pchannel->is_skipping = false;
        if (is_whole) {
            return true;
        }
    }
}
