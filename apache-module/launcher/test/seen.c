/*
 * What the tests execute instead of java: prints what a program sees of itself, one `name=value` a
 * line, on standard output. It uses system calls only, since it also runs where there is no /proc.
 * With the argument "serve" it then accepts one connection on descriptor 0 and echoes a line, and
 * repeats a line of the management connection.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

enum { HIGHEST_DESCRIPTOR = 4096 };

static void print_ids(void)
{
    uid_t uid[3];
    gid_t gid[3];
    gid_t groups[1024];
    int count = getgroups(1024, groups);
    if (getresuid(&uid[0], &uid[1], &uid[2]) == 0 && getresgid(&gid[0], &gid[1], &gid[2]) == 0) {
        printf("uid=%u %u %u\ngid=%u %u %u\n", uid[0], uid[1], uid[2], gid[0], gid[1], gid[2]);
    }
    printf("groups=");
    for (int i = 0; i < count; i++) {
        printf("%s%u", i > 0 ? " " : "", groups[i]);
    }
    printf("\n");
}

static void print_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    struct __user_cap_data_struct set[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
    unsigned bounding = 0;
    unsigned ambient = 0;
    if (syscall(SYS_capget, &header, set) == 0) {
        printf("capabilities=%x %x %x\n", set[0].permitted | set[1].permitted,
               set[0].effective | set[1].effective, set[0].inheritable | set[1].inheritable);
    }
    for (unsigned long number = 0; prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; number++) {
        bounding += prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1;
        ambient += prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, number, 0, 0) == 1;
    }
    printf("bounding=%u\nambient=%u\n", bounding, ambient);
    printf("no-new-privs=%d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    printf("dumpable=%d\n", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
}

static void print_descriptors(void)
{
    printf("descriptors=");
    for (int i = 0; i < HIGHEST_DESCRIPTOR; i++) {
        if (fcntl(i, F_GETFD) >= 0) {
            printf("%s%d", i > 0 ? " " : "", i);
        }
    }
    printf("\n");
}

static void print_signals(void)
{
    unsigned changed = 0;
    unsigned blocked = 0;
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    for (int number = 1; number <= SIGRTMAX; number++) {
        struct sigaction action;
        changed += sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL;
        blocked += sigismember(&mask, number) == 1;
    }
    printf("signals-changed=%u\nsignals-blocked=%u\n", changed, blocked);
}

static void print_limit(const char *name, int resource)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) == 0) {
        printf("limit-%s=%llu %llu\n", name, (unsigned long long)limit.rlim_cur,
               (unsigned long long)limit.rlim_max);
    }
}

static void print_surroundings(void)
{
    char folder[4096];
    struct itimerval timer;
    struct timeval patience = {1, 1};
    socklen_t size = sizeof(patience);
    mode_t mask = umask(0);
    printf("umask=%04o\n", mask);
    printf("directory=%s\n", getcwd(folder, sizeof(folder)) != NULL ? folder : "?");
    printf("session=%s\n", getsid(0) == getpid() ? "own" : "inherited");
    printf("nice=%d\n", getpriority(PRIO_PROCESS, 0));
    printf("timer=%s\n",
           getitimer(ITIMER_REAL, &timer) == 0 && timer.it_value.tv_sec == 0 ? "none" : "set");
    if (getsockopt(3, SOL_SOCKET, SO_RCVTIMEO, &patience, &size) == 0) {
        printf("patience=%ld\n", (long)patience.tv_sec);
    }
    print_limit("nofile", RLIMIT_NOFILE);
    print_limit("core", RLIMIT_CORE);
    print_limit("cpu", RLIMIT_CPU);
    print_limit("data", RLIMIT_DATA);
}

/* Copies one line, which is short, from one descriptor to another. */
static int copy_line(int from, int to)
{
    char byte = '\0';
    while (byte != '\n') {
        if (read(from, &byte, 1) != 1 || write(to, &byte, 1) != 1) {
            return 1;
        }
    }
    return 0;
}

static int serve(void)
{
    int connection = accept(0, NULL, NULL);
    if (connection < 0 || copy_line(connection, connection) != 0) {
        return 1;
    }
    return copy_line(3, 3);
}

int main(int argc, char **argv, char **envp)
{
    for (int i = 0; i < argc; i++) {
        printf("arg=%s\n", argv[i]);
    }
    for (char **variable = envp; *variable != NULL; variable++) {
        printf("env=%s\n", *variable);
    }
    print_ids();
    print_capabilities();
    print_descriptors();
    print_signals();
    print_surroundings();
    printf("end=yes\n");
    fflush(stdout);
    return argc > 1 && strcmp(argv[argc - 1], "serve") == 0 ? serve() : 0;
}
