#define _GNU_SOURCE /* O_PATH */
#include "attach_jvm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* How often the JVM is looked at while it makes its socket, which takes some milliseconds. */
static const long LOOK_MILLIS = 20;
static const long SECOND_MILLIS = 1000;
/* A JVM that made no socket after a SIGQUIT is sent another, since it may have been busy. */
enum { LOOKS_PER_SECOND = 50, LOOKS_PER_SIGNAL = 150, LONGEST_ARGUMENT = 1023 };

bool attach_jvm_open(pid_t pid, struct attach_jvm *pjvm, struct attach_failure *pfailure)
{
    char path[64];
    pjvm->pid = pid;
    pjvm->socket = -1;
    pjvm->root = -1;
    (void)snprintf(path, sizeof(path), "/proc/%ld", (long)pid);
    pjvm->process = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (pjvm->process < 0) {
        return attach_fail(pfailure, "gone", "there is no process %ld any more", (long)pid);
    }
    pjvm->root = openat(pjvm->process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (pjvm->root < 0) {
        return attach_fail(pfailure, errno == ENOENT || errno == ESRCH ? "gone" : "closed",
                           "the root folder of process %ld cannot be entered (%s); it has ended, "
                           "or its java program is not readable to its own user",
                           (long)pid, strerror(errno));
    }
    return true;
}

/* Reads a small file of the process's folder; an empty text when it cannot. */
static void read_small(const struct attach_jvm *jvm, const char *name, char *text, size_t size)
{
    ssize_t count = -1;
    int file = openat(jvm->process, name, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        count = read(file, text, size - 1);
        (void)close(file);
    }
    text[count > 0 ? count : 0] = '\0';
}

/* SIGQUIT kills a process that does not catch it, and a JVM that has just started is one. */
static bool catches_quit(const struct attach_jvm *jvm, bool *pgone)
{
    char status[4096];
    read_small(jvm, "status", status, sizeof(status));
    *pgone = status[0] == '\0' || strstr(status, "\nState:\tZ") != NULL;
    const char *caught = strstr(status, "\nSigCgt:");
    return caught != NULL && (strtoull(caught + 8, NULL, 16) & (1ULL << (SIGQUIT - 1))) != 0;
}

/* Eclipse OpenJ9 has another mechanism, and takes SIGQUIT for an order to write files. */
static bool is_other_jvm(const struct attach_jvm *jvm)
{
    bool is_other = false;
    char *line = NULL;
    size_t size = 0;
    int maps = openat(jvm->process, "maps", O_RDONLY | O_CLOEXEC);
    FILE *lines = maps < 0 ? NULL : fdopen(maps, "r");
    if (lines == NULL) {
        if (maps >= 0) {
            (void)close(maps);
        }
        return false;
    }
    while (!is_other && getline(&line, &size, lines) > 0) {
        is_other = strstr(line, "/libj9vm") != NULL;
    }
    free(line);
    (void)fclose(lines);
    return is_other;
}

/* Both files have names that only this user's processes can have made, or they are not ours. */
static bool is_socket_there(int folder, const char *name)
{
    struct stat seen;
    return fstatat(folder, name, &seen, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(seen.st_mode) &&
           seen.st_uid == geteuid();
}

static bool try_connect(struct attach_jvm *pjvm, int folder, const char *name,
                        struct attach_failure *pfailure)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    /* Through the descriptor: a root folder's own path may be longer than an address. */
    int length =
        snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", folder, name);
    pjvm->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (length < 0 || (size_t)length >= sizeof(address.sun_path) || pjvm->socket < 0) {
        return attach_fail(pfailure, "failed", "no socket could be made: %s", strerror(errno));
    }
    if (connect(pjvm->socket, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        /* EAGAIN: its queue is full of those who wait for an answer. */
        return attach_fail(pfailure, errno == EAGAIN ? "silent" : "failed",
                           errno == EAGAIN
                               ? "others wait for answers of process %ld already%s"
                               : "process %ld takes no connection on its socket in /tmp: %s",
                           (long)pjvm->pid, errno == EAGAIN ? "" : strerror(errno));
    }
    return true;
}

/* The JVM looks in its working folder and in /tmp. Which of both it was is for the caller. */
static int ask(const struct attach_jvm *jvm, int temporary, const char *name, int *pworking)
{
    const int flags = O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW;
    int file = openat(temporary, name, flags, 0600);
    *pworking = -1;
    if (file < 0) {
        *pworking = openat(jvm->process, "cwd", O_PATH | O_DIRECTORY | O_CLOEXEC);
        file = *pworking < 0 ? -1 : openat(*pworking, name, flags, 0600);
    }
    return file;
}

static bool await_socket(const struct attach_jvm *jvm, int temporary, const char *name,
                         const struct timespec *until, struct attach_failure *pfailure)
{
    bool is_asked = false;
    bool is_gone = false;
    for (int look = 0; !attach_is_over(until) && !attach_is_called_off(); look++) {
        if (is_socket_there(temporary, name)) {
            return true;
        }
        if (look % LOOKS_PER_SECOND == LOOKS_PER_SECOND - 1 && !attach_say_size("progress", 0)) {
            return attach_fail(pfailure, "called-off", "nobody listens any more");
        }
        bool is_listening = catches_quit(jvm, &is_gone);
        if (is_gone) {
            return attach_fail(pfailure, "gone", "process %ld has ended", (long)jvm->pid);
        }
        if (is_listening && (!is_asked || look % LOOKS_PER_SIGNAL == 0)) {
            is_asked = kill(jvm->pid, SIGQUIT) == 0;
        }
        (void)attach_wait(-1, 0, until, LOOK_MILLIS);
    }
    if (attach_is_called_off()) {
        return attach_fail(pfailure, "called-off", "it was called off");
    }
    return is_asked
               ? attach_fail(pfailure, "silent",
                             "the JVM of process %ld opened no socket for diagnostics: it hangs, "
                             "or it was started with -XX:+DisableAttachMechanism, or something "
                             "removed its socket /tmp/%s",
                             (long)jvm->pid, name)
               : attach_fail(pfailure, "starting",
                             "the JVM of process %ld takes no signals yet; it is only starting, or "
                             "was started with -Xrs, with which no diagnostics are possible",
                             (long)jvm->pid);
}

bool attach_jvm_connect(struct attach_jvm *pjvm, const struct timespec *until,
                        struct attach_failure *pfailure)
{
    char name[64];
    char request[64];
    (void)snprintf(name, sizeof(name), ".java_pid%ld", (long)pjvm->pid);
    (void)snprintf(request, sizeof(request), ".attach_pid%ld", (long)pjvm->pid);
    if (is_other_jvm(pjvm)) {
        return attach_fail(pfailure, "not-hotspot",
                           "process %ld runs on OpenJ9, which has another mechanism; only HotSpot "
                           "JVMs have these diagnostics",
                           (long)pjvm->pid);
    }
    /* The JVM itself always takes /tmp, whatever java.io.tmpdir is. */
    int temporary = openat(pjvm->root, "tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (temporary < 0 || (faccessat(temporary, ".", W_OK, AT_EACCESS) != 0)) {
        int reason = errno;
        if (temporary >= 0) {
            (void)close(temporary);
        }
        return attach_fail(pfailure, "no-tmp",
                           "the JVM of process %ld has no folder /tmp that its user may write to "
                           "(%s), where it would listen for diagnostics; in a group with "
                           "JsgiChroot make one there: install -d -m 1777 CHROOT/tmp",
                           (long)pjvm->pid, strerror(reason));
    }
    bool is_connected;
    if (is_socket_there(temporary, name)) {
        is_connected = try_connect(pjvm, temporary, name, pfailure);
    } else {
        int working = -1;
        int file = ask(pjvm, temporary, request, &working);
        if (file < 0) {
            is_connected = attach_fail(pfailure, "failed", "the file /tmp/%s cannot be made: %s",
                                       request, strerror(errno));
        } else {
            is_connected = await_socket(pjvm, temporary, name, until, pfailure) &&
                           try_connect(pjvm, temporary, name, pfailure);
            (void)unlinkat(working >= 0 ? working : temporary, request, 0);
            (void)close(file);
        }
        if (working >= 0) {
            (void)close(working);
        }
    }
    (void)close(temporary);
    return is_connected;
}

static bool is_late(const struct attach_jvm *jvm, struct attach_failure *pfailure)
{
    return attach_is_called_off()
               ? attach_fail(pfailure, "called-off", "it was called off")
               : attach_fail(pfailure, "silent",
                             "the JVM of process %ld gave no answer in time: it hangs, or waits "
                             "for a thread that does not come to a safepoint",
                             (long)jvm->pid);
}

static bool send_text(const struct attach_jvm *jvm, const char *text, const struct timespec *until,
                      struct attach_failure *pfailure)
{
    size_t length = strlen(text) + 1;
    while (length > 0) {
        if (!attach_wait(jvm->socket, POLLOUT, until, SECOND_MILLIS) &&
            (attach_is_over(until) || attach_is_called_off())) {
            return is_late(jvm, pfailure);
        }
        ssize_t count = send(jvm->socket, text, length, MSG_NOSIGNAL);
        if (count > 0) {
            text += count;
            length -= (size_t)count;
        } else if (errno != EAGAIN && errno != EINTR) {
            return attach_fail(pfailure, "failed", "process %ld closed the connection: %s",
                               (long)jvm->pid, strerror(errno));
        }
    }
    return true;
}

bool attach_jvm_send(const struct attach_jvm *jvm, const char *command, char *const *arguments,
                     const struct timespec *until, struct attach_failure *pfailure)
{
    for (size_t i = 0; i < ATTACH_ARGUMENTS; i++) {
        if (arguments[i] != NULL && strlen(arguments[i]) > LONGEST_ARGUMENT) {
            return attach_fail(pfailure, "too-long",
                               "a command may have %d bytes, since JVMs take no more",
                               LONGEST_ARGUMENT);
        }
    }
    /* Version 1, which every HotSpot from JDK 8 to 27 takes. */
    if (!send_text(jvm, "1", until, pfailure) || !send_text(jvm, command, until, pfailure)) {
        return false;
    }
    for (size_t i = 0; i < ATTACH_ARGUMENTS; i++) {
        if (!send_text(jvm, arguments[i] == NULL ? "" : arguments[i], until, pfailure)) {
            return false;
        }
    }
    return true;
}

/* The first line of an answer is a number: 0 when it is done. */
struct answer {
    char status[16];
    size_t status_length;
    bool has_status;
};

static bool pass_on(struct answer *panswer, const char *bytes, size_t length)
{
    while (length > 0 && !panswer->has_status) {
        if (*bytes == '\n') {
            panswer->has_status = true;
        } else if (panswer->status_length < sizeof(panswer->status) - 1) {
            panswer->status[panswer->status_length++] = *bytes;
        }
        bytes++;
        length--;
    }
    return length == 0 || attach_say("output", bytes, length);
}

bool attach_jvm_answer(const struct attach_jvm *jvm, const struct timespec *until,
                       bool (*while_waiting)(void *context), void *context,
                       struct attach_failure *pfailure)
{
    static char bytes[ATTACH_FRAME];
    struct answer answer = {.status_length = 0, .has_status = false};
    while (true) {
        bool can_read = attach_wait(jvm->socket, POLLIN, until, SECOND_MILLIS);
        if (!can_read && (attach_is_called_off() || attach_is_over(until))) {
            return is_late(jvm, pfailure);
        }
        if (!can_read && !while_waiting(context)) {
            return attach_fail(pfailure, "called-off", "nobody listens any more");
        }
        ssize_t count = recv(jvm->socket, bytes, sizeof(bytes), 0);
        if (count == 0) {
            break;
        }
        if (count < 0 && errno != EAGAIN && errno != EINTR) {
            return attach_fail(pfailure, "gone", "process %ld broke off its answer: %s",
                               (long)jvm->pid, strerror(errno));
        }
        if (count > 0 && !pass_on(&answer, bytes, (size_t)count)) {
            return attach_fail(pfailure, "called-off", "nobody listens any more");
        }
    }
    answer.status[answer.status_length] = '\0';
    if (!answer.has_status) {
        return attach_fail(pfailure, "gone",
                           "process %ld gave no answer; it has ended, or refuses "
                           "this user",
                           (long)jvm->pid);
    }
    return strcmp(answer.status, "0") == 0 || attach_fail(pfailure, "refused", "%s", "");
}

void attach_jvm_close(struct attach_jvm *pjvm)
{
    const int held[] = {pjvm->socket, pjvm->root, pjvm->process};
    for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
        if (held[i] >= 0) {
            (void)close(held[i]);
        }
    }
    *pjvm = (struct attach_jvm){.pid = 0, .process = -1, .root = -1, .socket = -1};
}
