/*
 * Lets the real launcher become a keeper, with a shell script in place of java and a monitor in
 * this process that ends and comes again.
 *
 *     test_keeper LAUNCHER [old-kernel]
 *
 * With "old-kernel" the launcher is one that was built to use no pidfd.
 *
 * Tests of a change of user need root; without it they are skipped, with the reason printed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fake_monitor.h"
#include "launcher_exit.h"

static bool is_old_kernel;

/* A process in the place of Apache's parent. */
static pid_t apache;

static void set_up(void)
{
    set_up_monitor();
    ck_assert_int_eq(chmod(folder, 0777), 0);
    apache = fork();
    ck_assert_int_ge(apache, 0);
    if (apache == 0) {
        (void)close(management_server);
        (void)close(listener);
        for (;;) {
            (void)pause();
        }
    }
}

static void tear_down(void)
{
    if (apache > 0) {
        (void)kill(apache, SIGKILL);
    }
    tear_down_monitor();
}

static void say_script(const char *script)
{
    say("exec", "/bin/sh");
    say("arg", "jsgid: shop");
    say("arg", "-c");
    say("arg", script);
    say("env", "PATH=/usr/bin:/bin");
    say("name", "shop");
    say_number("apache-pid", apache);
    say("alone", "1");
    say_user();
}

static void start_script(const char *script)
{
    say_script(script);
    expect_started_keeper();
}

/* As the kernel does with the descriptors of a monitor that is killed. */
static void lose_monitor(void)
{
    (void)close(management_server);
    (void)close(connection);
    (void)close(management);
    (void)close(output);
    (void)close(listener);
    connection = management = output = listener = -1;
}

static void await_adoption(void)
{
    int found[3] = {-1, -1, -1};
    int pid = 0;
    wait_readable(management_server);
    connection = accept4(management_server, NULL, NULL, SOCK_CLOEXEC);
    ck_assert_int_ge(connection, 0);
    ck_assert_uint_eq(read_line_with(connection, found, 3), 3);
    ck_assert_msg(sscanf(line, "adopt pid=%d memo=", &pid) == 1, "%s", line);
    ck_assert_int_eq(pid, daemon_pid);
    management = found[0];
    output = found[1];
    adopted_listener = found[2];
}

static void come_again(void)
{
    ck_assert_int_eq(unlink(management_path), 0);
    management_server = listen_at(management_path);
    await_adoption();
}

static void end_apache(void)
{
    ck_assert_int_eq(kill(apache, SIGKILL), 0);
    ck_assert_int_eq(waitpid(apache, NULL, 0), apache);
    apache = -1;
}

/* The exit status of the keeper, which has to end by itself. */
static int await_keeper(void)
{
    int status = 0;
    for (long end = now_millis() + DEADLINE_MILLIS; now_millis() < end;) {
        pid_t ended = waitpid(keeper, &status, WNOHANG);
        ck_assert_int_ge(ended, 0);
        if (ended == keeper) {
            keeper = -1;
            ck_assert_msg(WIFEXITED(status), "ended by signal %d", WTERMSIG(status));
            return WEXITSTATUS(status);
        }
        (void)poll(NULL, 0, 10);
    }
    ck_abort_msg("the keeper did not end before the deadline");
}

static bool is_running(pid_t pid)
{
    char path[64];
    char text[512] = "";
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    ssize_t size = read(file, text, sizeof(text) - 1);
    (void)close(file);
    const char *name_end = size > 0 ? strrchr(text, ')') : NULL;
    return name_end != NULL && name_end[2] != 'Z' && name_end[2] != 'X';
}

static void await_end(pid_t pid)
{
    for (long end = now_millis() + DEADLINE_MILLIS; is_running(pid);) {
        ck_assert_msg(now_millis() < end, "process %d did not end before the deadline", (int)pid);
        (void)poll(NULL, 0, 10);
    }
}

static pid_t read_pid(void)
{
    int pid = 0;
    read_line(management);
    ck_assert_msg(sscanf(line, "pid %d", &pid) == 1, "%s", line);
    return pid;
}

/* A line of /proc/PID/status. */
static void expect_status(pid_t pid, const char *wanted)
{
    char path[64];
    char text[8192] = "";
    (void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    (void)fclose(file);
    ck_assert_msg(strstr(text, wanted) != NULL, "\"%s\" is not in:\n%s", wanted, text);
}

/* ---- with a monitor ---- */

START_TEST(daemon_has_its_four_descriptors_and_a_session_of_its_own)
{
    start_script("echo seen; read -r question <&3; echo \"answer to $question\" >&3");
    expect_line(output, "seen");
    ck_assert_int_eq(getsid(daemon_pid), daemon_pid);
    ck_assert_int_eq(getpgid(daemon_pid), daemon_pid);
    ck_assert_int_eq(getsid(keeper), keeper);
    send_text(management, "this\n");
    expect_line(management, "answer to this");
    expect_line(connection, "exited status=0");
    ck_assert_int_eq(await_keeper(), 0);
}
END_TEST

START_TEST(exit_status_is_told)
{
    start_script("exit 75");
    expect_line(connection, "exited status=75");
    ck_assert_int_eq(await_keeper(), 0);
}
END_TEST

START_TEST(signal_that_ended_the_daemon_is_told)
{
    start_script("kill -9 $$");
    expect_line(connection, "exited signal=9 core=no");
}
END_TEST

START_TEST(signals_reach_the_daemon)
{
    start_script("trap 'echo term >&3; exit 3' TERM; echo ready >&3; while :; do sleep 0.05; done");
    expect_line(management, "ready");
    send_text(connection, "\nsignal name=NONE scope=daemon\nunknown x=y\nsignal name=TERM "
                          "scope=daemon\n");
    expect_line(management, "term");
    expect_line(connection, "exited status=3");
}
END_TEST

START_TEST(stopped_daemon_goes_on)
{
    start_script("echo ready >&3; read -r line <&3; exit 4");
    expect_line(management, "ready");
    send_text(connection, "signal name=STOP scope=all\n");
    for (long end = now_millis() + DEADLINE_MILLIS;;) {
        char path[64];
        char state = '?';
        (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)daemon_pid);
        FILE *file = fopen(path, "re");
        ck_assert_ptr_nonnull(file);
        ck_assert_int_eq(fscanf(file, "%*d (%*[^)]) %c", &state), 1);
        (void)fclose(file);
        if (state == 'T') {
            break;
        }
        ck_assert_int_lt(now_millis(), end);
        (void)poll(NULL, 0, 10);
    }
    send_text(management, "go\n");
    send_text(connection, "signal name=CONT scope=daemon\n");
    expect_line(connection, "exited status=4");
}
END_TEST

START_TEST(terminated_keeper_terminates_its_daemon)
{
    start_script("trap 'exit 5' TERM; echo ready >&3; while :; do sleep 0.05; done");
    expect_line(management, "ready");
    ck_assert_int_eq(kill(keeper, SIGTERM), 0);
    expect_line(connection, "exited status=5");
}
END_TEST

START_TEST(killed_keeper_takes_its_daemon_with_it)
{
    start_script("echo ready >&3; exec sleep 1000");
    expect_line(management, "ready");
    ck_assert_int_eq(kill(keeper, SIGKILL), 0);
    await_end(daemon_pid);
}
END_TEST

START_TEST(processes_that_left_the_session_end_with_the_daemon)
{
    start_script("setsid sh -c 'setsid sh -c \"echo pid \\$\\$ >&3; exec sleep 1000\" & exit' & "
                 "read -r line <&3; exit 6");
    pid_t grandchild = read_pid();
    send_text(management, "go\n");
    expect_line(connection, "exited status=6");
    ck_assert(!is_running(grandchild));
}
END_TEST

START_TEST(signal_to_all_reaches_processes_that_left_the_session)
{
    start_script("setsid sh -c 'trap \"echo got >&3; exit\" TERM; echo pid $$ >&3; "
                 "while :; do sleep 0.05; done' & trap : TERM; wait; wait; exit 7");
    pid_t child = read_pid();
    send_text(connection, "signal name=TERM scope=all\n");
    expect_line(management, "got");
    expect_line(connection, "exited status=7");
    ck_assert(!is_running(child));
}
END_TEST

START_TEST(keeper_shows_the_name_of_its_group)
{
    char path[64];
    char text[256] = "";
    start_script("read -r line <&3");
    (void)snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)keeper);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_gt(read(file, text, sizeof(text) - 1), 0);
    (void)close(file);
    ck_assert_str_eq(text, "jsgid-keeper: shop");
    expect_status(keeper, "Name:\tjsgid-keeper\n");
}
END_TEST

START_TEST(keeper_holds_no_power_but_to_signal)
{
    if (lacks_root("keeper_holds_no_power_but_to_signal")) {
        return;
    }
    start_script("read -r line <&3");
    expect_status(keeper, "CapInh:\t0000000000000000\nCapPrm:\t0000000000000020\n"
                          "CapEff:\t0000000000000020\nCapBnd:\t0000000000000000\n"
                          "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\n");
}
END_TEST

static size_t count_descriptors(pid_t pid, size_t *pnulls)
{
    char path[64];
    char target[256];
    size_t count = 0;
    const struct dirent *entry;
    (void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    DIR *descriptors = opendir(path);
    ck_assert_ptr_nonnull(descriptors);
    *pnulls = 0;
    while ((entry = readdir(descriptors)) != NULL) {
        ssize_t size = readlinkat(dirfd(descriptors), entry->d_name, target, sizeof(target) - 1);
        if (size > 0) {
            target[size] = '\0';
            count++;
            *pnulls += strcmp(target, "/dev/null") == 0;
        }
    }
    (void)closedir(descriptors);
    return count;
}

START_TEST(keeper_holds_no_descriptor_more_than_it_needs)
{
    size_t nulls = 0;
    if (lacks_root("keeper_holds_no_descriptor_more_than_it_needs")) {
        return;
    }
    start_script("read -r line <&3");
    /* /dev/null three times, connection, listening socket, management, output, signals, Apache. */
    const size_t needed = is_old_kernel ? 8 : 9;
    ck_assert_uint_eq(count_descriptors(keeper, &nulls), needed);
    ck_assert_uint_eq(nulls, 3);
    for (int i = 0; i < 3; i++) {
        lose_monitor();
        come_again();
        ck_assert_uint_eq(count_descriptors(keeper, &nulls), needed);
        listener = adopted_listener;
    }
}
END_TEST

/* A folder of the cgroup v2 tree, where root may make one. */
static bool make_cgroup(char *path, size_t room)
{
    static const char *const trees[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
    for (size_t i = 0; i < 2; i++) {
        (void)snprintf(path, room, "%s/cgroup.controllers", trees[i]);
        bool is_tree = access(path, F_OK) == 0;
        (void)snprintf(path, room, "%s/jsgid-test-%d", trees[i], (int)getpid());
        if (is_tree && mkdir(path, 0755) == 0) {
            return true;
        }
    }
    return false;
}

START_TEST(daemon_and_its_children_are_in_the_cgroup_and_none_is_left_there)
{
    char cgroup[128];
    char wanted[160];
    char path[160];
    if (!make_cgroup(cgroup, sizeof(cgroup))) {
        printf("skipped: daemon_and_its_children_are_in_the_cgroup_and_none_is_left_there: no "
               "writable cgroup v2\n");
        return;
    }
    say_script("echo \"$(grep ^0: /proc/self/cgroup)\" >&3; "
               "setsid sh -c 'exec sleep 1000' & read -r line <&3; exit 2");
    say("cgroup", cgroup);
    expect_started_keeper();
    read_line(management);
    (void)snprintf(wanted, sizeof(wanted), "/jsgid-test-%d", (int)getpid());
    ck_assert_msg(strstr(line, wanted) != NULL, "%s", line);
    send_text(management, "go\n");
    expect_line(connection, "exited status=2");
    (void)snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fgetc(file), EOF);
    (void)fclose(file);
    ck_assert_int_eq(rmdir(cgroup), 0);
}
END_TEST

static void become_unprivileged(void)
{
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(folder, USER, GROUP), 0);
        ck_assert_int_eq(setresgid(GROUP, GROUP, GROUP), 0);
        ck_assert_int_eq(setresuid(USER, USER, USER), 0);
        /* A socket's peer is who called listen. */
        (void)close(management_server);
        ck_assert_int_eq(unlink(management_path), 0);
        management_server = listen_at(management_path);
    }
}

START_TEST(without_root_a_keeper_does_the_same)
{
    become_unprivileged();
    start_script("setsid sh -c 'echo pid $$ >&3; exec sleep 1000' & read -r line <&3; exit 2");
    pid_t child = read_pid();
    expect_status(keeper, "CapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n");
    lose_monitor();
    come_again();
    send_text(management, "go\n");
    expect_line(connection, "exited status=2");
    ck_assert(!is_running(child));
}
END_TEST

START_TEST(without_root_a_killed_keeper_takes_its_daemon_with_it)
{
    become_unprivileged();
    start_script("echo ready >&3; exec sleep 1000");
    expect_line(management, "ready");
    ck_assert_int_eq(kill(keeper, SIGKILL), 0);
    await_end(daemon_pid);
}
END_TEST

/* ---- failures ---- */

START_TEST(failure_before_the_fork_is_told_on_the_keeper_connection)
{
    say_script("exit 0");
    say("colour", "blue");
    launch();
    read_line(connection);
    ck_assert_msg(strncmp(line, "failed status=208 reason=", 25) == 0, "%s", line);
    ck_assert_int_eq(await_keeper(), LAUNCHER_EXIT_UNKNOWN_KEY);
}
END_TEST

START_TEST(failure_after_the_fork_is_told_by_the_daemon)
{
    say_script("exit 0");
    say("directory", "/no/such/folder");
    expect_started_keeper();
    read_line(management);
    ck_assert_msg(strncmp(line, "failed status=231 reason=", 25) == 0, "%s", line);
    read_line(output);
    ck_assert_msg(strncmp(line, "jsgid-launch: JSGID0231: ", 25) == 0, "%s", line);
    expect_line(connection, "exited status=231");
    ck_assert_int_eq(await_keeper(), 0);
}
END_TEST

START_TEST(folder_that_is_no_cgroup_is_reported)
{
    char path[128];
    say_script("exit 0");
    (void)snprintf(path, sizeof(path), "%s/cgroup.procs", folder);
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    ck_assert_int_ge(file, 0);
    (void)close(file);
    say("cgroup", folder);
    expect_started_keeper();
    expect_line(connection, "exited status=234");
}
END_TEST

static const char *const bad_pairs[][2] = {
    {"name", "second"},  {"apache-pid", "0"}, {"apache-pid", "-1"},
    {"apache-pid", "x"}, {"apache-pid", "7"}, {"alone", "-1"},
    {"alone", "1"},      {"alone", "86401"},  {"cgroup", "here"},
};

START_TEST(bad_value_of_a_keepers_key_is_refused)
{
    say_script("exit 0");
    say(bad_pairs[_i][0], bad_pairs[_i][1]);
    launch();
    read_line(connection);
    ck_assert_msg(strncmp(line, "failed status=209 reason=", 25) == 0, "%s", line);
    ck_assert_ptr_nonnull(strstr(line, bad_pairs[_i][0]));
}
END_TEST

START_TEST(memo_that_is_too_long_is_refused)
{
    static char memo[32 * 1024 + 2];
    memset(memo, 'm', sizeof(memo) - 1);
    say_script("exit 0");
    say("memo", memo);
    launch();
    read_line(connection);
    ck_assert_msg(strncmp(line, "failed status=209 reason=", 25) == 0, "%s", line);
}
END_TEST

/* ---- without a monitor, and with the next one ---- */

START_TEST(next_monitor_gets_descriptors_that_work_and_the_exit_status)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    static char memo[32 * 1024 + 1];
    memset(memo, '\n', sizeof(memo) - 1);
    memcpy(memo, "generation=7 50%\nend\xC3\xA4", 23);
    say_script("read -r line <&3; echo \"heard $line\" >&3; echo said; read -r line <&3; exit 8");
    say("memo", memo);
    expect_started_keeper();
    lose_monitor();
    come_again();
    ck_assert_str_eq(field("memo"), memo);
    send_text(management, "this\n");
    expect_line(management, "heard this");
    expect_line(output, "said");
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memcpy(address.sun_path, listener_path, strlen(listener_path) + 1);
    ck_assert_int_eq(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_ge(accept(adopted_listener, NULL, NULL), 0);
    send_text(management, "end\n");
    expect_line(connection, "exited status=8");
    ck_assert_int_eq(await_keeper(), 0);
}
END_TEST

START_TEST(what_is_said_meanwhile_is_kept)
{
    start_script("read -r line <&3; echo one; echo 't\303\266o %'; printf '\\377'; "
                 "echo done >&3; exec sleep 1000");
    int kept = dup(management);
    send_text(management, "go\n");
    lose_monitor();
    expect_line(kept, "done");
    (void)close(kept);
    come_again();
    read_line(connection);
    ck_assert_msg(strncmp(line, "output lost=0 text=", 19) == 0, "%s", line);
    ck_assert_str_eq(field("text"), "one\nt\xC3\xB6o %\n\xEF\xBF\xBD");
}
END_TEST

START_TEST(daemon_that_writes_endlessly_goes_on_and_only_the_last_part_is_kept)
{
    unsigned long long lost = 0;
    size_t size = 0;
    start_script("i=0; while [ $i -lt 2000 ]; do i=$((i+1)); "
                 "echo \"$i 0123456789012345678901234567890123456789012345678901234567890123456789"
                 "0123456789012345678901234567890123456789012345678901234567890123456789"
                 "0123456789012345678901234567890123456789012345678901234567890123456789\"; done; "
                 "echo done >&3; exec sleep 1000");
    int kept = dup(management);
    lose_monitor();
    /* Some 430 KB, more than pipe and ring together. */
    expect_line(kept, "done");
    (void)close(kept);
    come_again();
    for (bool is_last = false; !is_last;) {
        read_line(connection);
        ck_assert_uint_le(strlen(line), 64 * 1024);
        if (size == 0) {
            ck_assert_int_eq(sscanf(line, "output lost=%llu", &lost), 1);
        }
        const char *text = field("text");
        size += strlen(text);
        is_last = strstr(text, "\n2000 ") != NULL;
    }
    ck_assert_uint_eq(size, 64 * 1024);
    ck_assert_uint_gt(lost, 64 * 1024);
}
END_TEST

/* Private memory of a process, in KiB. */
static long private_memory(pid_t pid)
{
    char path[64];
    char name[64];
    long sum = 0;
    long kibibytes = 0;
    (void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "%*[^\n]"), 0);
    while (fscanf(file, "%63s %ld kB", name, &kibibytes) == 2) {
        sum += strcmp(name, "Private_Dirty:") == 0 ? kibibytes : 0;
    }
    (void)fclose(file);
    return sum;
}

START_TEST(keeper_does_not_grow_with_what_is_said_nor_with_the_monitors_that_come_and_go)
{
    char report[64];
    long first = 0;
    start_script("yes 'a line that nobody reads' & while read -r line; do echo \"$line\" >&3; "
                 "done <&3");
    for (int round = 0; round < 20; round++) {
        int kept = dup(management);
        wait_readable(output);
        lose_monitor();
        /* The daemon goes on, although its output never ends. */
        (void)snprintf(report, sizeof(report), "round %d", round);
        send_text(kept, report);
        send_text(kept, "\n");
        expect_line(kept, report);
        (void)close(kept);
        come_again();
        do {
            read_line(connection);
        } while (strstr(line, "nobody") == NULL);
        listener = adopted_listener;
        if (round == 3) {
            first = private_memory(keeper);
        }
    }
    /* With sanitizers freed memory is not used again. */
    ck_assert(is_old_kernel || private_memory(keeper) <= first + 16);
}
END_TEST

START_TEST(exit_status_waits_for_the_next_monitor)
{
    start_script("read -r line <&3; echo last words; exit 9");
    send_text(management, "go\n");
    lose_monitor();
    await_end(daemon_pid);
    come_again();
    read_line(connection);
    ck_assert_str_eq(field("text"), "last words\n");
    expect_line(connection, "exited status=9");
    ck_assert_int_eq(await_keeper(), 0);
}
END_TEST

START_TEST(monitor_that_ends_while_it_adopts_is_followed_by_another)
{
    start_script("echo kept; echo done >&3; exec sleep 1000");
    expect_line(management, "done");
    lose_monitor();
    ck_assert_int_eq(unlink(management_path), 0);
    management_server = listen_at(management_path);
    wait_readable(management_server);
    connection = accept4(management_server, NULL, NULL, SOCK_CLOEXEC);
    lose_monitor();
    come_again();
    ck_assert_str_eq(field("memo"), "");
}
END_TEST

START_TEST(monitor_of_another_user_is_not_trusted)
{
    if (lacks_root("monitor_of_another_user_is_not_trusted")) {
        return;
    }
    start_script("exec sleep 1000");
    lose_monitor();
    ck_assert_int_eq(unlink(management_path), 0);
    pid_t stranger = fork();
    ck_assert_int_ge(stranger, 0);
    if (stranger == 0) {
        if (setgid(GROUP) != 0 || setuid(USER) != 0) {
            _exit(2);
        }
        /* The keeper has no right over files that root has not by owning them. */
        (void)umask(0);
        int server = listen_at(management_path);
        struct pollfd wanted = {.fd = server, .events = POLLIN};
        char byte;
        if (poll(&wanted, 1, DEADLINE_MILLIS) != 1) {
            _exit(1);
        }
        /* It hangs up without a byte. */
        _exit(read(accept(server, NULL, NULL), &byte, 1) == 0 ? 0 : 3);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(stranger, &status, 0), stranger);
    ck_assert_int_eq(status, 0);
    come_again();
}
END_TEST

START_TEST(alone_it_ends_when_apache_is_gone)
{
    start_script("trap 'exit 0' TERM; echo ready >&3; while :; do sleep 0.05; done");
    expect_line(management, "ready");
    lose_monitor();
    end_apache();
    ck_assert_int_eq(await_keeper(), 0);
    ck_assert(!is_running(daemon_pid));
}
END_TEST

START_TEST(alone_it_kills_what_does_not_end)
{
    start_script("trap '' TERM; setsid sh -c 'echo pid $$ >&3; while :; do sleep 0.05; done' & "
                 "echo ready >&3; while :; do sleep 0.05; done");
    pid_t child = 0;
    for (int i = 0; i < 2; i++) {
        read_line(management);
        if (strcmp(line, "ready") != 0) {
            ck_assert_int_eq(sscanf(line, "pid %d", &child), 1);
        }
    }
    lose_monitor();
    end_apache();
    long begin = now_millis();
    ck_assert_int_eq(await_keeper(), 0);
    /* `alone` is one second. */
    ck_assert_int_ge(now_millis() - begin, 1900);
    ck_assert(!is_running(daemon_pid));
    ck_assert(!is_running(child));
}
END_TEST

START_TEST(with_a_monitor_the_end_of_apache_changes_nothing)
{
    start_script("echo ready >&3; read -r line <&3; exit 3");
    expect_line(management, "ready");
    end_apache();
    struct pollfd nothing = {.fd = connection, .events = POLLIN};
    ck_assert_int_eq(poll(&nothing, 1, 300), 0);
    send_text(management, "go\n");
    expect_line(connection, "exited status=3");
}
END_TEST

START_TEST(monitor_that_takes_nothing_counts_as_gone)
{
    static char memo[32 * 1024 + 1];
    if (!is_old_kernel) {
        /* The program that is built for tests waits a second in place of ten. */
        return;
    }
    memset(memo, '\n', sizeof(memo) - 1);
    say_script("head -c 65536 /dev/zero | tr '\\0' '\\n'; echo done >&3; exec sleep 1000");
    say("memo", memo);
    expect_started_keeper();
    expect_line(management, "done");
    lose_monitor();
    ck_assert_int_eq(unlink(management_path), 0);
    management_server = listen_at(management_path);
    wait_readable(management_server);
    int silent = accept4(management_server, NULL, NULL, SOCK_CLOEXEC);
    ck_assert_int_ge(silent, 0);
    /* More than a socket takes waits to be read, and then is given to the next one. */
    await_adoption();
    ck_assert_str_eq(field("memo"), memo);
    for (size_t size = 0; size < 65536;) {
        read_line(connection);
        size += strlen(field("text"));
    }
}
END_TEST

static Suite *keeper_suite(void)
{
    Suite *suite = suite_create("jsgid-keeper");
    TCase *kept = tcase_create("with a monitor");
    TCase *failures = tcase_create("failures");
    TCase *alone = tcase_create("without a monitor");
    tcase_add_checked_fixture(kept, set_up, tear_down);
    tcase_set_timeout(kept, 120);
    tcase_add_test(kept, daemon_has_its_four_descriptors_and_a_session_of_its_own);
    tcase_add_test(kept, exit_status_is_told);
    tcase_add_test(kept, signal_that_ended_the_daemon_is_told);
    tcase_add_test(kept, signals_reach_the_daemon);
    tcase_add_test(kept, stopped_daemon_goes_on);
    tcase_add_test(kept, terminated_keeper_terminates_its_daemon);
    tcase_add_test(kept, killed_keeper_takes_its_daemon_with_it);
    tcase_add_test(kept, processes_that_left_the_session_end_with_the_daemon);
    tcase_add_test(kept, signal_to_all_reaches_processes_that_left_the_session);
    tcase_add_test(kept, keeper_shows_the_name_of_its_group);
    tcase_add_test(kept, keeper_holds_no_power_but_to_signal);
    tcase_add_test(kept, keeper_holds_no_descriptor_more_than_it_needs);
    tcase_add_test(kept, daemon_and_its_children_are_in_the_cgroup_and_none_is_left_there);
    tcase_add_test(kept, without_root_a_keeper_does_the_same);
    tcase_add_test(kept, without_root_a_killed_keeper_takes_its_daemon_with_it);
    suite_add_tcase(suite, kept);

    tcase_add_checked_fixture(failures, set_up, tear_down);
    tcase_set_timeout(failures, 120);
    tcase_add_test(failures, failure_before_the_fork_is_told_on_the_keeper_connection);
    tcase_add_test(failures, failure_after_the_fork_is_told_by_the_daemon);
    tcase_add_test(failures, folder_that_is_no_cgroup_is_reported);
    tcase_add_loop_test(failures, bad_value_of_a_keepers_key_is_refused, 0,
                        (int)(sizeof(bad_pairs) / sizeof(bad_pairs[0])));
    tcase_add_test(failures, memo_that_is_too_long_is_refused);
    suite_add_tcase(suite, failures);

    tcase_add_checked_fixture(alone, set_up, tear_down);
    tcase_set_timeout(alone, 120);
    tcase_add_test(alone, next_monitor_gets_descriptors_that_work_and_the_exit_status);
    tcase_add_test(alone, what_is_said_meanwhile_is_kept);
    tcase_add_test(alone, daemon_that_writes_endlessly_goes_on_and_only_the_last_part_is_kept);
    tcase_add_test(alone,
                   keeper_does_not_grow_with_what_is_said_nor_with_the_monitors_that_come_and_go);
    tcase_add_test(alone, exit_status_waits_for_the_next_monitor);
    tcase_add_test(alone, monitor_that_ends_while_it_adopts_is_followed_by_another);
    tcase_add_test(alone, monitor_of_another_user_is_not_trusted);
    tcase_add_test(alone, alone_it_ends_when_apache_is_gone);
    tcase_add_test(alone, alone_it_kills_what_does_not_end);
    tcase_add_test(alone, with_a_monitor_the_end_of_apache_changes_nothing);
    tcase_add_test(alone, monitor_that_takes_nothing_counts_as_gone);
    suite_add_tcase(suite, alone);
    return suite;
}

int main(int argc, char **argv)
{
    is_old_kernel = argc == 3 && strcmp(argv[2], "old-kernel") == 0;
    if (argc < 2 || argc > 3 || (argc == 3 && !is_old_kernel)) {
        (void)fprintf(stderr, "usage: test_keeper LAUNCHER [old-kernel]\n");
        return 2;
    }
    launcher = realpath(argv[1], NULL);
    SRunner *runner = srunner_create(keeper_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
