/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* What a started process has, and what it has not. */
#include "test_jsgid.h"

#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "jsgid_spawn.h"

/* Runs a shell script with input, and returns what it writes. */
static const char *output_of(apr_pool_t *pool, const char *script, const char *input)
{
    char *const arguments[] = {(char *)"a name", (char *)"-c", (char *)script, NULL};
    char *const environment[] = {(char *)"PATH=/usr/bin:/bin", (char *)"ONLY=this", NULL};
    int in[2];
    int out[2];
    char *text = apr_pcalloc(pool, 4096);
    size_t length = 0;
    ssize_t n;
    int error = 0;
    int status;
    jsgid_spawn_t what;
    pid_t pid;

    ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
    ck_assert_int_eq(write(in[1], input, strlen(input)), (ssize_t)strlen(input));
    (void)close(in[1]);
    what.program = "/bin/sh";
    what.arguments = arguments;
    what.environment = environment;
    what.input = in[0];
    what.output = out[1];
    what.delay = 0;
    pid = jsgid_spawn(&what, &error);
    (void)close(in[0]);
    (void)close(out[1]);
    ck_assert_int_gt(pid, 0);
    while (length < 4095 && (n = read(out[0], text + length, 4095 - length)) > 0) {
        length += (size_t)n;
    }
    (void)close(out[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return text;
}

START_TEST(process_has_no_descriptor_but_the_first_three)
{
    apr_pool_t *pool = test_pool();
    int leaked = open("/dev/null", O_RDONLY);

    ck_assert_int_gt(dup2(leaked, 77), 0);
    /* Not with ls or *: whoever lists the folder has it open. */
    ck_assert_str_eq(
        output_of(
            pool,
            "n=0; while [ $n -lt 300 ]; do [ -e /proc/$$/fd/$n ] && echo $n; n=$((n+1)); done", ""),
        "0\n1\n2\n");
    (void)close(77);
    (void)close(leaked);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(process_has_its_environment_folder_session_and_input)
{
    apr_pool_t *pool = test_pool();
    const char *text =
        output_of(pool,
                  "read line; echo \"$line\" $ONLY ${HOME-none} $PWD $(umask); "
                  "set -- $(cat /proc/$$/stat); [ $6 = $$ ] && echo own session; echo err >&2",
                  "hello\n");

    ck_assert_str_eq(text, "hello this none / 0077\nown session\nerr\n");
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(process_has_default_signals)
{
    apr_pool_t *pool = test_pool();
    sigset_t all;

    ck_assert_ptr_ne(signal(SIGUSR1, SIG_IGN), SIG_ERR);
    sigfillset(&all);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, &all, NULL), 0);
    /* Signals 32 and 33 are the C library's own: it lets nobody change them. */
    ck_assert_str_eq(
        output_of(pool,
                  "while read key value; do case $key in SigBlk:|SigIgn:) "
                  "echo $key $((0x$value & ~0x180000000));; esac; done </proc/$$/status",
                  ""),
        "SigBlk: 0\nSigIgn: 0\n");
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(program_that_is_not_there_is_told)
{
    char *const arguments[] = {(char *)"x", NULL};
    char *const environment[] = {NULL};
    jsgid_spawn_t what = {"/no/such/program", arguments, environment, 0, 2, 0};
    int error = 0;

    ck_assert_int_eq(jsgid_spawn(&what, &error), -1);
    ck_assert_int_eq(error, ENOENT);
    ck_assert_int_lt(waitpid(-1, NULL, WNOHANG), 0); /* nobody is left */
}
END_TEST

/* Starts /bin/echo a second later with this on its input; its output, "" when it did not run. */
static const char *delayed(apr_pool_t *pool, const char *input, int keep_open, int *pstatus,
                           int *pmillis)
{
    char *const arguments[] = {(char *)"echo", (char *)"it runs", NULL};
    char *const environment[] = {NULL};
    jsgid_spawn_t what = {"/bin/echo", arguments, environment, -1, -1, 1};
    char *text = apr_pcalloc(pool, 64);
    struct timespec begin;
    struct timespec end;
    int in[2];
    int out[2];
    int error = 0;
    pid_t pid;

    ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
    ck_assert_int_eq(write(in[1], input, strlen(input)), (ssize_t)strlen(input));
    what.input = in[0];
    what.output = out[1];
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    pid = jsgid_spawn(&what, &error);
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    ck_assert_int_gt(pid, 0);
    ck_assert_int_lt((end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000,
                     900);
    (void)close(in[0]);
    (void)close(out[1]);
    if (!keep_open) {
        (void)close(in[1]);
    }
    (void)!read(out[0], text, 63);
    ck_assert_int_eq(waitpid(pid, pstatus, 0), pid);
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    *pmillis = (int)((end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000);
    (void)close(out[0]);
    if (keep_open) {
        (void)close(in[1]);
    }
    return text;
}

START_TEST(process_with_a_delay_runs_after_it)
{
    apr_pool_t *pool = test_pool();
    int status;
    int millis;

    ck_assert_str_eq(delayed(pool, "reload\n", 1, &status, &millis), "it runs\n");
    ck_assert_int_ge(millis, 1000);
    ck_assert_int_eq(status, 0);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(process_with_a_delay_is_stopped_before_it_runs)
{
    apr_pool_t *pool = test_pool();
    int status;
    int millis;

    ck_assert_str_eq(delayed(pool, "reload\nstop 5\n", 1, &status, &millis), "");
    ck_assert_int_eq(status, 0);
    ck_assert_int_lt(millis, 1000);
    /* Its parent has gone. */
    ck_assert_str_eq(delayed(pool, "", 0, &status, &millis), "");
    ck_assert_int_eq(status, 0);
    ck_assert_int_lt(millis, 1000);
    apr_pool_destroy(pool);
}
END_TEST

Suite *suite_spawn(void)
{
    Suite *suite = suite_create("spawn");
    TCase *tests = tcase_create("spawn");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, process_has_no_descriptor_but_the_first_three);
    tcase_add_test(tests, process_has_its_environment_folder_session_and_input);
    tcase_add_test(tests, process_has_default_signals);
    tcase_add_test(tests, program_that_is_not_there_is_told);
    tcase_add_test(tests, process_with_a_delay_runs_after_it);
    tcase_add_test(tests, process_with_a_delay_is_stopped_before_it_runs);
    suite_add_tcase(suite, tests);
    return suite;
}
