#define _GNU_SOURCE /* struct ucred, MSG_CMSG_CLOEXEC */
#include "launcher_channel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "launcher_line.h"

/* A monitor answers at once. The tests are built with a shorter time. */
#ifndef LAUNCHER_PATIENCE_SECONDS
#define LAUNCHER_PATIENCE_SECONDS 30
#endif

enum { MANAGEMENT_LINE_MAX = 8 * 1024, DESCRIPTORS_MAX = 8 };

static bool set_patience(int socket, time_t seconds)
{
    struct timeval time = {.tv_sec = seconds, .tv_usec = 0};
    return setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0 &&
           setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)) == 0;
}

static bool connect_to_monitor(const struct launcher_args *args, int *psocket,
                               struct launcher_failure *pfailure)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(args->management);
    if (length == 0 || length >= sizeof(address.sun_path)) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_CONNECT,
                             "the path \"%s\" must have 1 to %zu bytes", args->management,
                             sizeof(address.sun_path) - 1);
    }
    memcpy(address.sun_path, args->management, length + 1);
    *psocket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*psocket < 0 || !set_patience(*psocket, LAUNCHER_PATIENCE_SECONDS) ||
        connect(*psocket, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_CONNECT, "%s: %s", args->management,
                             strerror(errno));
    }
    return true;
}

/*
 * The launch message chooses what runs as whom. The folder of the socket is root's alone, so
 * another user's process behind it means that something is badly wrong.
 */
static bool check_monitor(int socket, struct launcher_failure *pfailure)
{
    struct ucred peer = {0, 0, 0};
    socklen_t size = sizeof(peer);
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_MONITOR_IDENTITY, "%s", strerror(errno));
    }
    if (peer.uid != geteuid()) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_MONITOR_IDENTITY,
                             "it is user %u, the launcher is user %u", peer.uid, geteuid());
    }
    return true;
}

/* MSG_NOSIGNAL: a monitor that is gone is an error to report, not a SIGPIPE. */
static bool send_all(int socket, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent <= 0) {
            return false;
        }
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

static bool receive_all(int socket, char *bytes, size_t size, struct launcher_failure *pfailure)
{
    size_t wanted = size;
    while (size > 0) {
        ssize_t received = recv(socket, bytes, size, 0);
        if (received < 0 && errno == EINTR) {
            continue;
        }
        if (received <= 0) {
            return launcher_fail(pfailure, LAUNCHER_EXIT_MESSAGE_LOST, "%zu of %zu bytes came: %s",
                                 wanted - size, wanted,
                                 received == 0 ? "end of file" : strerror(errno));
        }
        bytes += received;
        size -= (size_t)received;
    }
    return true;
}

/*
 * Takes the descriptors out of a control message. More than one would be a descriptor that nobody
 * knows the purpose of: all are closed then, and the listener stays -1.
 */
static int take_listener(struct msghdr *message)
{
    int found[DESCRIPTORS_MAX];
    size_t count = 0;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL;
         part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        size_t here = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < here && count < DESCRIPTORS_MAX; i++) {
            memcpy(&found[count++], CMSG_DATA(part) + i * sizeof(int), sizeof(int));
        }
    }
    if (count == 1 && (message->msg_flags & MSG_CTRUNC) == 0) {
        return found[0];
    }
    for (size_t i = 0; i < count; i++) {
        (void)close(found[i]);
    }
    return -1;
}

/* The first byte, which the listening socket is attached to. */
static bool receive_first(struct launcher_channel *channel, char *pbyte,
                          struct launcher_failure *pfailure)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * DESCRIPTORS_MAX)];
        struct cmsghdr aligned;
    } control;
    struct iovec part = {.iov_base = pbyte, .iov_len = 1};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes),
    };
    ssize_t received;
    do {
        received = recvmsg(channel->management, &message, MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    if (received <= 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_MESSAGE_LOST, "no byte of it came: %s",
                             received == 0 ? "end of file" : strerror(errno));
    }
    channel->listener = take_listener(&message);
    return true;
}

/* The decimal count and its newline, a byte at a time so that nothing behind it is taken. */
static bool receive_size(struct launcher_channel *channel, struct launcher_failure *pfailure)
{
    size_t size = 0;
    char byte = '\0';
    if (!receive_first(channel, &byte, pfailure)) {
        return false;
    }
    for (int digits = 0; byte != '\n' || digits == 0; digits++) {
        if (byte < '0' || byte > '9') {
            return launcher_fail(pfailure, LAUNCHER_EXIT_MESSAGE_MALFORMED,
                                 "its count of bytes is no number");
        }
        size = size * 10 + (size_t)(byte - '0');
        if (size > LAUNCH_MESSAGE_MAX) {
            return launcher_fail(pfailure, LAUNCHER_EXIT_MESSAGE_TOO_LARGE,
                                 "it announces at least %zu bytes", size);
        }
        if (digits > 20) {
            return launcher_fail(pfailure, LAUNCHER_EXIT_MESSAGE_MALFORMED,
                                 "its count of bytes does not end");
        }
        if (!receive_all(channel->management, &byte, 1, pfailure)) {
            return false;
        }
    }
    channel->message_size = size;
    return true;
}

static bool receive_message(struct launcher_channel *channel, struct launcher_failure *pfailure)
{
    if (!receive_size(channel, pfailure)) {
        return false;
    }
    channel->message = malloc(channel->message_size + 1);
    if (channel->message == NULL) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_MEMORY, "%zu bytes",
                             channel->message_size + 1);
    }
    return receive_all(channel->management, channel->message, channel->message_size, pfailure);
}

bool launcher_channel_open(const struct launcher_args *args, struct launcher_channel *pchannel,
                           struct launcher_failure *pfailure)
{
    char greeting[512];
    if (!connect_to_monitor(args, &pchannel->management, pfailure) ||
        !check_monitor(pchannel->management, pfailure)) {
        return false;
    }
    int length = snprintf(greeting, sizeof(greeting), "launch %s\n", args->token);
    if (!send_all(pchannel->management, greeting, (size_t)length)) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_MESSAGE_LOST, "sending the token: %s",
                             strerror(errno));
    }
    if (!receive_message(pchannel, pfailure)) {
        return false;
    }
    /* The keeper polls. */
    if (!set_patience(pchannel->management, 0)) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_DESCRIPTORS,
                             "the management connection's timeouts: %s", strerror(errno));
    }
    return true;
}

void launcher_channel_report(const struct launcher_channel *channel,
                             const struct launcher_failure *failure)
{
    char reason[MANAGEMENT_LINE_MAX / 4];
    (void)snprintf(reason, sizeof(reason), "%s (%s)", launcher_exit_sentence(failure->status),
                   failure->detail);
    if (channel->management >= 0) {
        char bytes[MANAGEMENT_LINE_MAX];
        struct launcher_line line = {.bytes = bytes, .size = 0, .room = sizeof(bytes)};
        launcher_line_put(&line, "failed status=%d reason=", failure->status);
        launcher_line_put_value(&line, reason, strlen(reason));
        launcher_line_put(&line, "\n");
        /* A monitor that is gone learns nothing, and needs nothing: standard error has it too. */
        (void)send_all(channel->management, line.bytes, line.size);
    }
    (void)fprintf(stderr, "jsgid-launch: JSGID0%d: %s\n", failure->status, reason);
}
