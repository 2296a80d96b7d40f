#define _GNU_SOURCE
#include "fake_monitor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

const char *launcher;
char folder[64];
char management_path[128];
char listener_path[128];
int management_server;
int listener;
pid_t keeper;
int connection;
pid_t daemon_pid;
int management;
int output;
int adopted_listener;
char message[128 * 1024];
size_t message_size;
int attached[4];
size_t attached_count;
void (*in_child)(void);
char line[LONGEST_LINE];

int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(server, 0);
    ck_assert_uint_lt(strlen(path), sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path) + 1);
    ck_assert_int_eq(bind(server, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(listen(server, 8), 0);
    return server;
}

void set_up_monitor(void)
{
    strcpy(folder, "/tmp/jsgid-launch-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chmod(folder, 0755), 0);
    (void)snprintf(management_path, sizeof(management_path), "%s/management", folder);
    (void)snprintf(listener_path, sizeof(listener_path), "%s/listener", folder);
    management_server = listen_at(management_path);
    listener = listen_at(listener_path);
    /* What a test leaves behind becomes this process's child, and tear_down_monitor ends it. */
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    connection = management = output = adopted_listener = -1;
    keeper = daemon_pid = -1;
    message_size = 0;
    attached[0] = listener;
    attached_count = 1;
    in_child = NULL;
}

void tear_down_monitor(void)
{
    char command[128];
    if (keeper > 0) {
        (void)kill(keeper, SIGKILL);
        (void)waitpid(keeper, NULL, 0);
    }
    if (daemon_pid > 0) {
        (void)kill(-daemon_pid, SIGKILL);
    }
    (void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}

bool lacks_root(const char *test)
{
    if (geteuid() != 0) {
        printf("skipped: %s: needs root\n", test);
        return true;
    }
    return false;
}

long now_millis(void)
{
    struct timespec time;
    ck_assert_int_eq(clock_gettime(CLOCK_MONOTONIC, &time), 0);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void wait_readable(int descriptor)
{
    struct pollfd wanted = {.fd = descriptor, .events = POLLIN};
    ck_assert_msg(poll(&wanted, 1, DEADLINE_MILLIS) == 1,
                  "nothing came before the deadline; the last line was: %.300s", line);
}

/* ---- the launch ---- */

void say(const char *key, const char *value)
{
    size_t key_size = strlen(key) + 1;
    size_t value_size = strlen(value) + 1;
    ck_assert_uint_le(message_size + key_size + value_size, sizeof(message));
    memcpy(message + message_size, key, key_size);
    memcpy(message + message_size + key_size, value, value_size);
    message_size += key_size + value_size;
}

void say_number(const char *key, long value)
{
    char text[32];
    (void)snprintf(text, sizeof(text), "%ld", value);
    say(key, text);
}

void say_user(void)
{
    if (geteuid() == 0) {
        say_number("uid", USER);
        say_number("gid", GROUP);
    }
}

void start_with(char *const *arguments)
{
    keeper = fork();
    ck_assert_int_ge(keeper, 0);
    if (keeper == 0) {
        char error_path[128];
        (void)snprintf(error_path, sizeof(error_path), "%s/stderr", folder);
        (void)dup2(open(error_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), 2);
        (void)setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
        if (in_child != NULL) {
            in_child();
        }
        (void)execv(launcher, arguments);
        _exit(99);
    }
}

void start(void)
{
    char *arguments[] = {(char *)launcher, "--management", management_path,
                         "--token",        "t0k3n",        NULL};
    start_with(arguments);
}

void accept_launcher(void)
{
    wait_readable(management_server);
    connection = accept4(management_server, NULL, NULL, SOCK_CLOEXEC);
    ck_assert_int_ge(connection, 0);
    expect_line(connection, "launch t0k3n");
}

void send_bytes(const char *bytes, size_t size)
{
    union {
        char bytes[CMSG_SPACE(sizeof(attached))];
        struct cmsghdr aligned;
    } control = {.bytes = {0}};
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};
    struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
    if (attached_count > 0) {
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(sizeof(int) * attached_count);
        struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int) * attached_count);
        memcpy(CMSG_DATA(rights), attached, sizeof(int) * attached_count);
    }
    ck_assert_int_eq(sendmsg(connection, &header, MSG_NOSIGNAL), (ssize_t)size);
}

void send_message(void)
{
    static char bytes[sizeof(message) + 16];
    int length = snprintf(bytes, sizeof(bytes), "%zu\n", message_size);
    memcpy(bytes + length, message, message_size);
    send_bytes(bytes, (size_t)length + message_size);
}

void launch(void)
{
    start();
    accept_launcher();
    send_message();
}

/* ---- lines ---- */

size_t read_line_with(int from, int *descriptors, size_t room)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int) * 8)];
        struct cmsghdr aligned;
    } control;
    size_t size = 0;
    size_t count = 0;
    do {
        struct iovec part = {.iov_base = line + size, .iov_len = 1};
        struct msghdr header = {.msg_iov = &part,
                                .msg_iovlen = 1,
                                .msg_control = control.bytes,
                                .msg_controllen = sizeof(control.bytes)};
        wait_readable(from);
        ck_assert_int_eq(recvmsg(from, &header, MSG_CMSG_CLOEXEC), 1);
        for (struct cmsghdr *rights = CMSG_FIRSTHDR(&header); rights != NULL;
             rights = CMSG_NXTHDR(&header, rights)) {
            ck_assert_uint_eq(size, 0);
            count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            ck_assert_uint_le(count, room);
            memcpy(descriptors, CMSG_DATA(rights), count * sizeof(int));
        }
        ck_assert_uint_lt(size, sizeof(line) - 1);
    } while (line[size++] != '\n');
    line[size - 1] = '\0';
    return count;
}

void read_line(int from)
{
    size_t size = 0;
    do {
        wait_readable(from);
        ck_assert_int_eq(read(from, line + size, 1), 1);
        ck_assert_uint_lt(size, sizeof(line) - 1);
    } while (line[size++] != '\n');
    line[size - 1] = '\0';
}

void expect_line(int from, const char *wanted)
{
    read_line(from);
    ck_assert_str_eq(line, wanted);
}

void send_text(int to, const char *text)
{
    ck_assert_int_eq(send(to, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

char *field(const char *name)
{
    char wanted[32];
    (void)snprintf(wanted, sizeof(wanted), " %s=", name);
    char *value = strstr(line, wanted);
    ck_assert_msg(value != NULL, "no %s in %.200s", name, line);
    value += strlen(wanted);
    char *to = value;
    for (const char *from = value; *from != '\0' && *from != ' '; from++) {
        unsigned byte = (unsigned char)*from;
        if (*from == '%') {
            ck_assert_int_eq(sscanf(from + 1, "%2X", &byte), 1);
            from += 2;
        }
        *to++ = (char)byte;
    }
    *to = '\0';
    return value;
}

/* ---- what is handed over ---- */

void take_started(const int *descriptors, size_t count)
{
    int pid = 0;
    ck_assert_msg(sscanf(line, "started pid=%d", &pid) == 1, "%s", line);
    ck_assert_uint_eq(count, 2);
    daemon_pid = pid;
    management = descriptors[0];
    output = descriptors[1];
}

void expect_started_keeper(void)
{
    int found[2] = {-1, -1};
    launch();
    size_t count = read_line_with(connection, found, 2);
    take_started(found, count);
}
