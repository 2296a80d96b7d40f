/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#include "test_jsgid.h"

#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jsgid_tunnels.h"

/* Longest wait for something that is certain to come. */
#define PATIENCE_MILLIS 20000

typedef struct {
    jsgid_tunnels_t *tunnels;
    int client; /* what a client and an application hold */
    int daemon;
    int ended[2]; /* a pipe: a byte for each tunnel that has ended */
    jsgid_tunnel_end_t end;
} fixture_t;

static void on_end(void *baton, const jsgid_tunnel_end_t *end)
{
    fixture_t *f = baton;

    f->end = *end;
    ck_assert_int_eq(write(f->ended[1], "e", 1), 1);
}

static void begin(fixture_t *f, const char *to_daemon, const char *to_client, int seconds)
{
    jsgid_tunnel_spec_t spec;
    int client[2];
    int daemon[2];

    memset(f, 0, sizeof(*f));
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, client), 0);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, daemon), 0);
    ck_assert_int_eq(pipe(f->ended), 0);
    f->client = client[0];
    f->daemon = daemon[0];
    f->tunnels = jsgid_tunnels_create();
    ck_assert_ptr_nonnull(f->tunnels);
    memset(&spec, 0, sizeof(spec));
    spec.client = client[1];
    spec.daemon = daemon[1];
    spec.to_daemon = to_daemon;
    spec.to_daemon_length = strlen(to_daemon);
    spec.to_client = to_client;
    spec.to_client_length = strlen(to_client);
    spec.client_seconds = seconds;
    spec.daemon_seconds = seconds;
    spec.ended = on_end;
    spec.baton = f;
    ck_assert_int_eq(jsgid_tunnels_add(f->tunnels, &spec), 0);
}

static void await_readable(int fd)
{
    struct pollfd p = {fd, POLLIN, 0};

    ck_assert_int_eq(poll(&p, 1, PATIENCE_MILLIS), 1);
}

static void expect(int fd, const char *text)
{
    char buffer[100];
    size_t have = 0;

    while (have < strlen(text)) {
        ssize_t n;

        await_readable(fd);
        n = read(fd, buffer + have, strlen(text) - have);
        ck_assert_int_gt(n, 0);
        have += (size_t)n;
    }
    ck_assert_int_eq(memcmp(buffer, text, have), 0);
}

static void expect_end(int fd)
{
    char byte;

    await_readable(fd);
    ck_assert_int_le(read(fd, &byte, 1), 0);
}

static void say(int fd, const char *text)
{
    ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static void finish(fixture_t *f)
{
    jsgid_tunnels_destroy(f->tunnels);
    (void)close(f->client);
    (void)close(f->daemon);
    (void)close(f->ended[0]);
    (void)close(f->ended[1]);
}

START_TEST(bytes_go_both_ways_and_early_ones_first)
{
    fixture_t f;

    begin(&f, "early", "welcome", 0);
    expect(f.daemon, "early");
    expect(f.client, "welcome");
    say(f.client, "up");
    expect(f.daemon, "up");
    say(f.daemon, "down");
    expect(f.client, "down");
    ck_assert_uint_eq(jsgid_tunnels_count(f.tunnels), 1);
    finish(&f);
}
END_TEST

START_TEST(an_end_is_passed_on_and_the_other_way_stays_open)
{
    fixture_t f;

    begin(&f, "", "", 0);
    ck_assert_int_eq(shutdown(f.client, SHUT_WR), 0);
    expect_end(f.daemon);
    say(f.daemon, "last words");
    expect(f.client, "last words");
    ck_assert_int_eq(shutdown(f.daemon, SHUT_WR), 0);
    expect_end(f.client);
    expect(f.ended[0], "e");
    ck_assert_uint_eq(f.end.from_daemon, 10);
    ck_assert_uint_eq(f.end.from_client, 0);
    finish(&f);
}
END_TEST

START_TEST(what_a_daemon_that_is_gone_has_sent_still_reaches_the_client)
{
    fixture_t f;

    begin(&f, "", "", 0);
    say(f.daemon, "farewell");
    (void)close(f.daemon);
    f.daemon = -1;
    expect(f.client, "farewell");
    expect_end(f.client);
    (void)shutdown(f.client, SHUT_WR);
    expect(f.ended[0], "e");
    finish(&f);
}
END_TEST

START_TEST(a_client_that_is_gone_ends_the_daemons_side)
{
    fixture_t f;

    begin(&f, "", "", 0);
    (void)close(f.client);
    f.client = -1;
    expect_end(f.daemon);
    finish(&f);
}
END_TEST

static void *send_much(void *baton)
{
    static const char piece[65536];
    const fixture_t *f = baton;
    int i;

    for (i = 0; i < 256; i++) {
        size_t sent = 0;

        while (sent < sizeof(piece)) {
            ssize_t n = send(f->daemon, piece + sent, sizeof(piece) - sent, MSG_NOSIGNAL);

            if (n < 0) {
                return NULL;
            }
            sent += (size_t)n;
        }
    }
    return NULL;
}

START_TEST(a_slow_reader_slows_the_writer_down_and_loses_nothing)
{
    fixture_t f;
    pthread_t sender;
    size_t have = 0;
    char buffer[4096];

    begin(&f, "", "", 0);
    ck_assert_int_eq(pthread_create(&sender, NULL, send_much, &f), 0);
    /* The other way is open all the time. */
    say(f.client, "meanwhile");
    expect(f.daemon, "meanwhile");
    while (have < (size_t)256 * 65536) {
        ssize_t n;

        await_readable(f.client);
        n = read(f.client, buffer, sizeof(buffer));
        ck_assert_int_gt(n, 0);
        have += (size_t)n;
    }
    ck_assert_int_eq(pthread_join(sender, NULL), 0);
    finish(&f);
}
END_TEST

START_TEST(a_client_that_takes_nothing_is_cut_after_its_time)
{
    fixture_t f;
    pthread_t sender;

    begin(&f, "", "", 1);
    ck_assert_int_eq(pthread_create(&sender, NULL, send_much, &f), 0);
    expect(f.ended[0], "e");
    ck_assert_int_ge(f.end.millis, 1000);
    ck_assert_int_eq(pthread_join(sender, NULL), 0);
    finish(&f);
}
END_TEST

START_TEST(the_end_of_all_cuts_what_is_open)
{
    fixture_t f;

    begin(&f, "", "", 0);
    say(f.client, "x");
    expect(f.daemon, "x");
    jsgid_tunnels_destroy(f.tunnels);
    expect_end(f.client);
    expect_end(f.daemon);
    expect(f.ended[0], "e");
    f.tunnels = jsgid_tunnels_create();
    ck_assert_ptr_nonnull(f.tunnels);
    finish(&f);
}
END_TEST

Suite *suite_tunnels(void)
{
    Suite *suite = suite_create("tunnels");
    TCase *tcase = tcase_create("tunnels");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, bytes_go_both_ways_and_early_ones_first);
    tcase_add_test(tcase, an_end_is_passed_on_and_the_other_way_stays_open);
    tcase_add_test(tcase, what_a_daemon_that_is_gone_has_sent_still_reaches_the_client);
    tcase_add_test(tcase, a_client_that_is_gone_ends_the_daemons_side);
    tcase_add_test(tcase, a_slow_reader_slows_the_writer_down_and_loses_nothing);
    tcase_add_test(tcase, a_client_that_takes_nothing_is_cut_after_its_time);
    tcase_add_test(tcase, the_end_of_all_cuts_what_is_open);
    suite_add_tcase(suite, tcase);
    return suite;
}
