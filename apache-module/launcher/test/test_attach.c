/*
 * jsgid-attach against a process that does what a HotSpot JVM does to be attached to. As root it
 * runs as nobody, as daemons run as another user; otherwise as whoever runs the tests.
 *
 *   test_attach PROGRAM
 */
#define _GNU_SOURCE
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, PATIENCE_SECONDS = 60 };

static const char *program;
static pid_t jvm;
static char folder[64];
static volatile sig_atomic_t is_asked;

/* ---- the JVM ---- */

static void note_quit(int number)
{
    (void)number;
    is_asked = 1;
}

/* As the JVM: the file must be there and its own user's. */
static void await_request(const sigset_t *unblocked)
{
    char name[64];
    struct stat seen;
    (void)snprintf(name, sizeof(name), "/tmp/.attach_pid%ld", (long)getpid());
    do {
        while (!is_asked) {
            (void)sigsuspend(unblocked);
        }
        is_asked = 0;
    } while (stat(name, &seen) != 0 || seen.st_uid != geteuid());
}

static int listen_as_jvm(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    (void)snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/.java_pid%ld", (long)getpid());
    (void)unlink(address.sun_path);
    (void)umask(0077);
    if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(listener, 5) != 0) {
        _exit(9);
    }
    return listener;
}

static void say(int connection, const char *text)
{
    if (write(connection, text, strlen(text)) < 0) {
        _exit(8);
    }
}

/* Version, command and three arguments, each ended by a NUL. */
static void read_command(int connection, char *fields[5], char *bytes, size_t size)
{
    size_t length = 0;
    int ends = 0;
    fields[0] = bytes;
    while (ends < 5 && length < size && read(connection, bytes + length, 1) == 1) {
        if (bytes[length++] == '\0' && ++ends < 5) {
            fields[ends] = bytes + length;
        }
    }
    if (ends < 5) {
        _exit(7);
    }
}

static void write_file(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (file < 0 || write(file, "content", 7) != 7 || close(file) != 0) {
        _exit(6);
    }
}

static void answer(int connection)
{
    char bytes[8192];
    char *fields[5];
    struct ucred peer;
    socklen_t size = sizeof(peer);
    read_command(connection, fields, bytes, sizeof(bytes));
    /* JDK 8 takes nobody but its own user and group, root neither. */
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
        peer.uid != geteuid() || peer.gid != getegid() || strcmp(fields[0], "1") != 0 ||
        strcmp(fields[1], "jcmd") != 0) {
        return;
    }
    if (strcmp(fields[2], "greet") == 0) {
        say(connection, "0\nhello");
    } else if (strcmp(fields[2], "refuse") == 0) {
        say(connection, "-1\nno such");
    } else if (strncmp(fields[2], "write ", 6) == 0) {
        write_file(fields[2] + 6);
        say(connection, "0\n");
    } else if (strncmp(fields[2], "half ", 5) == 0) {
        write_file(fields[2] + 5);
        (void)pause();
    } else if (strcmp(fields[2], "claim {file}") != 0 && strncmp(fields[2], "claim ", 6) == 0) {
        say(connection, "0\nwritten");
    } else {
        (void)pause();
    }
}

static void be_jvm(bool takes_signals, int started)
{
    sigset_t blocked, unblocked;
    struct sigaction action = {.sa_handler = note_quit};
    if (geteuid() == 0 &&
        (setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)) {
        _exit(5);
    }
    (void)prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL, 0UL, 0UL, 0UL);
    /* A daemon is: it has executed java after the change of user. */
    (void)prctl(PR_SET_DUMPABLE, 1UL, 0UL, 0UL, 0UL);
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGQUIT);
    (void)sigprocmask(SIG_BLOCK, &blocked, &unblocked);
    if (takes_signals) {
        (void)sigaction(SIGQUIT, &action, NULL);
    }
    say(started, "x");
    if (!takes_signals) {
        (void)pause();
    }
    await_request(&unblocked);
    int listener = listen_as_jvm();
    while (true) {
        int connection = accept(listener, NULL, NULL);
        answer(connection);
        (void)close(connection);
    }
}

static void start_jvm(bool takes_signals)
{
    int started[2];
    char byte;
    ck_assert_int_eq(pipe(started), 0);
    jvm = fork();
    ck_assert_int_ge(jvm, 0);
    if (jvm == 0) {
        be_jvm(takes_signals, started[1]);
    }
    (void)close(started[1]);
    ck_assert_int_eq(read(started[0], &byte, 1), 1);
    (void)close(started[0]);
}

static void set_up(void)
{
    jvm = 0;
    (void)snprintf(folder, sizeof(folder), "/tmp/test_attach.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(folder, NOBODY, NOBODY), 0);
    }
}

static void tear_down(void)
{
    char name[64];
    if (jvm > 0) {
        (void)kill(jvm, SIGKILL);
        (void)waitpid(jvm, NULL, 0);
        (void)snprintf(name, sizeof(name), "/tmp/.java_pid%ld", (long)jvm);
        (void)unlink(name);
    }
    /* Empty, or this is a failure of the test. */
    ck_assert_int_eq(rmdir(folder), 0);
}

/* ---- the program ---- */

static pid_t start(pid_t of, const char *seconds, const char *place, const char *space,
                   const char *command, int *poutput)
{
    int output[2];
    char pid[32];
    const char *arguments[24];
    int count = 0;
    ck_assert_int_eq(pipe(output), 0);
    (void)snprintf(pid, sizeof(pid), "%ld", (long)of);
    const char *whom[] = {program, "--pid", pid, "--seconds", seconds};
    for (size_t i = 0; i < sizeof(whom) / sizeof(whom[0]); i++) {
        arguments[count++] = whom[i];
    }
    if (geteuid() == 0) {
        const char *user[] = {"--uid", "65534", "--gid", "65534"};
        for (size_t i = 0; i < sizeof(user) / sizeof(user[0]); i++) {
            arguments[count++] = user[i];
        }
    }
    if (place != NULL) {
        const char *file[] = {"--folder", place, "--name", "file", "--space", space};
        for (size_t i = 0; i < sizeof(file) / sizeof(file[0]); i++) {
            arguments[count++] = file[i];
        }
    }
    arguments[count++] = "jcmd";
    arguments[count++] = command;
    arguments[count] = NULL;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        (void)dup2(output[1], STDOUT_FILENO);
        (void)execv(program, (char *const *)arguments);
        _exit(99);
    }
    (void)close(output[1]);
    *poutput = output[0];
    return child;
}

/* What it says, without the frames of each second. */
static int finish(pid_t child, int output, char *said, size_t size)
{
    size_t length = 0;
    ssize_t count;
    int status = 0;
    char *progress;
    while (length < size - 1 && (count = read(output, said + length, size - 1 - length)) > 0) {
        length += (size_t)count;
    }
    said[length] = '\0';
    (void)close(output);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    while ((progress = strstr(said, "progress ")) != NULL) {
        char *end = strchr(progress, '\n');
        ck_assert_ptr_nonnull(end);
        end += 1 + strtol(progress + strlen("progress "), NULL, 10);
        (void)memmove(progress, end, strlen(end) + 1);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int run(pid_t of, const char *seconds, const char *place, const char *space,
               const char *command, char *said, size_t size)
{
    int output = -1;
    pid_t child = start(of, seconds, place, space, command, &output);
    return finish(child, output, said, size);
}

/* ---- the tests ---- */

START_TEST(passes_on_what_the_jvm_says_also_the_second_time)
{
    char said[4096];
    start_jvm(true);
    for (int time = 0; time < 2; time++) {
        ck_assert_int_eq(run(jvm, "60", NULL, NULL, "greet", said, sizeof(said)), 0);
        ck_assert_str_eq(said, "output 5\nhellodone 0\n");
    }
}
END_TEST

START_TEST(tells_a_refusal_from_a_failure)
{
    char said[4096];
    start_jvm(true);
    ck_assert_int_eq(run(jvm, "60", NULL, NULL, "refuse", said, sizeof(said)), 1);
    ck_assert_str_eq(said, "output 7\nno suchfailed 8\nrefused ");
}
END_TEST

START_TEST(waits_no_longer_than_it_should)
{
    char said[4096];
    start_jvm(true);
    ck_assert_int_eq(run(jvm, "1", NULL, NULL, "hang", said, sizeof(said)), 1);
    ck_assert_ptr_nonnull(strstr(said, "silent the JVM of process"));
}
END_TEST

START_TEST(sends_no_signal_to_a_process_that_it_would_kill)
{
    char said[4096];
    start_jvm(false);
    ck_assert_int_eq(run(jvm, "1", NULL, NULL, "greet", said, sizeof(said)), 1);
    ck_assert_ptr_nonnull(strstr(said, "starting the JVM of process"));
    ck_assert_int_eq(waitpid(jvm, NULL, WNOHANG), 0);
}
END_TEST

START_TEST(says_that_a_process_is_gone)
{
    char said[4096];
    start_jvm(true);
    ck_assert_int_eq(kill(jvm, SIGKILL), 0);
    ck_assert_int_eq(waitpid(jvm, NULL, 0), jvm);
    ck_assert_int_eq(run(jvm, "60", NULL, NULL, "greet", said, sizeof(said)), 1);
    ck_assert_ptr_nonnull(strstr(said, "gone there is no process"));
    jvm = 0;
}
END_TEST

START_TEST(hands_a_file_on_and_removes_it)
{
    char said[4096];
    start_jvm(true);
    ck_assert_int_eq(run(jvm, "60", folder, "0", "write {file}", said, sizeof(said)), 0);
    ck_assert_str_eq(said, "size 1\n7file 7\ncontentdone 0\n");
}
END_TEST

START_TEST(says_that_there_is_no_file)
{
    char said[4096];
    start_jvm(true);
    ck_assert_int_eq(run(jvm, "60", folder, "0", "claim {file}", said, sizeof(said)), 1);
    ck_assert_ptr_nonnull(strstr(said, "no-file the JVM wrote no file"));
}
END_TEST

START_TEST(begins_nothing_without_room)
{
    char said[4096];
    start_jvm(true);
    ck_assert_int_eq(
        run(jvm, "60", folder, "4000000000000000000", "write {file}", said, sizeof(said)), 1);
    ck_assert_ptr_nonnull(strstr(said, "no-space the folder"));
}
END_TEST

START_TEST(removes_half_a_file_when_it_is_called_off)
{
    char said[4096];
    int output = -1;
    struct pollfd place;
    start_jvm(true);
    pid_t child = start(jvm, "60", folder, "0", "half {file}", &output);
    /* Its first frame comes after a second of waiting, long after the file was begun. */
    place = (struct pollfd){.fd = output, .events = POLLIN, .revents = 0};
    ck_assert_int_eq(poll(&place, 1, PATIENCE_SECONDS * 1000), 1);
    ck_assert_int_eq(kill(child, SIGTERM), 0);
    ck_assert_int_eq(finish(child, output, said, sizeof(said)), 1);
}
END_TEST

START_TEST(ends_when_nobody_reads_what_it_says)
{
    int output = -1;
    int status = 0;
    start_jvm(true);
    pid_t child = start(jvm, "60", folder, "0", "half {file}", &output);
    (void)close(output);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
}
END_TEST

START_TEST(is_for_monitors_only)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        (void)freopen("/dev/null", "w", stderr);
        (void)execl(program, program, "--pid", "1", "--uid", "0", "--gid", "0", "--seconds", "1",
                    "jcmd", "help", (char *)NULL);
        _exit(99);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(WEXITSTATUS(status), 2);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fprintf(stderr, "usage: test_attach PROGRAM\n");
        return 2;
    }
    program = argv[1];
    Suite *suite = suite_create("attach");
    TCase *group = tcase_create("a JVM");
    tcase_set_timeout(group, PATIENCE_SECONDS);
    tcase_add_checked_fixture(group, set_up, tear_down);
    tcase_add_test(group, passes_on_what_the_jvm_says_also_the_second_time);
    tcase_add_test(group, tells_a_refusal_from_a_failure);
    tcase_add_test(group, waits_no_longer_than_it_should);
    tcase_add_test(group, sends_no_signal_to_a_process_that_it_would_kill);
    tcase_add_test(group, says_that_a_process_is_gone);
    tcase_add_test(group, hands_a_file_on_and_removes_it);
    tcase_add_test(group, says_that_there_is_no_file);
    tcase_add_test(group, begins_nothing_without_room);
    tcase_add_test(group, removes_half_a_file_when_it_is_called_off);
    tcase_add_test(group, ends_when_nobody_reads_what_it_says);
    tcase_add_test(group, is_for_monitors_only);
    suite_add_tcase(suite, group);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
