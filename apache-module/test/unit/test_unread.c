/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* Whether a peer has read anything: with a socket pair, whose other end reads as a daemon does. */
#include "test_jsgid.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jsgid_unread.h"

/* What a daemon reads at a time, at least (PROTOCOL.md). */
#define DAEMON_READS 32768

static char bytes[65536];

typedef struct {
    int ours;
    int peers;
    jsgid_unread_t unread;
} pair_t;

static void open_pair(pair_t *pair)
{
    int fds[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
    pair->ours = fds[0];
    pair->peers = fds[1];
    jsgid_unread_start(&pair->unread);
}

static void close_pair(const pair_t *pair)
{
    (void)close(pair->ours);
    (void)close(pair->peers);
}

/* Sends at most that many bytes as the relay does, with a read of the peer before the look when
 * is_read. Returns how many. */
static size_t send_piece(pair_t *pair, size_t length, int is_read)
{
    size_t limit = jsgid_unread_limit(&pair->unread, pair->ours, length);
    ssize_t n;

    ck_assert_uint_le(limit, length);
    n = send(pair->ours, bytes, limit, 0);
    if (is_read) {
        ck_assert_int_gt(recv(pair->peers, bytes, DAEMON_READS, 0), 0);
    }
    ck_assert_int_gt(n, 0);
    jsgid_unread_sent(&pair->unread, pair->ours, (size_t)n);
    return (size_t)n;
}

START_TEST(nothing_sent_is_not_unread)
{
    pair_t pair;

    open_pair(&pair);
    ck_assert_int_eq(jsgid_unread_look(&pair.unread, pair.ours), 0);
    close_pair(&pair);
}
END_TEST

START_TEST(what_nobody_reads_stays_unread)
{
    static const size_t pieces[] = {700, 1, 60000, 700, 32768, 300};
    pair_t pair;
    size_t i;

    open_pair(&pair);
    for (i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
        (void)send_piece(&pair, pieces[i], 0);
        ck_assert_int_eq(jsgid_unread_look(&pair.unread, pair.ours), 1);
    }
    close_pair(&pair);
}
END_TEST

START_TEST(first_read_is_seen_whatever_was_sent)
{
    static const size_t firsts[] = {1, 700, 4096, 16000, 17000, 32768, 65536};
    static const size_t nexts[] = {1, 700, 4096, 16000, 17000, 32768, 65536};
    pair_t pair;
    size_t n;

    open_pair(&pair);
    (void)send_piece(&pair, firsts[_i / 7], 0);
    for (n = 0; n < 5; n++) {
        (void)send_piece(&pair, nexts[_i % 7], 0);
    }
    ck_assert_int_eq(jsgid_unread_look(&pair.unread, pair.ours), 1);
    ck_assert_int_gt(recv(pair.peers, bytes, DAEMON_READS, 0), 0);
    ck_assert_int_eq(jsgid_unread_look(&pair.unread, pair.ours), 0);
    close_pair(&pair);
}
END_TEST

/* The read comes after a piece is sent and before the look at what is in use: were the new piece
   larger than the first, it would hide what the read has freed. */
START_TEST(read_between_sending_and_looking_is_seen)
{
    static const size_t sizes[] = {1, 700, 4096, 16000, 17000, 32768, 65536};
    pair_t pair;
    int at;

    for (at = 0; at < 4; at++) {
        int n;

        open_pair(&pair);
        for (n = 0; n <= at; n++) {
            (void)send_piece(&pair, n == 0 ? sizes[_i / 7] : sizes[_i % 7], n == at);
        }
        ck_assert_int_eq(jsgid_unread_look(&pair.unread, pair.ours), 0);
        /* And it stays so, whatever is sent now. */
        ck_assert_uint_eq(jsgid_unread_limit(&pair.unread, pair.ours, sizeof(bytes)),
                          sizeof(bytes));
        (void)send_piece(&pair, 60000, 0);
        ck_assert_int_eq(jsgid_unread_look(&pair.unread, pair.ours), 0);
        close_pair(&pair);
    }
}
END_TEST

START_TEST(no_piece_is_longer_than_the_first_while_that_is_unread)
{
    pair_t pair;

    open_pair(&pair);
    ck_assert_uint_eq(send_piece(&pair, 700, 0), 700);
    ck_assert_uint_eq(send_piece(&pair, 60000, 0), 700);
    ck_assert_int_gt(recv(pair.peers, bytes, DAEMON_READS, 0), 0);
    ck_assert_uint_eq(send_piece(&pair, 60000, 0), 60000);
    close_pair(&pair);

    open_pair(&pair);
    ck_assert_uint_eq(send_piece(&pair, 60000, 0), JSGID_UNREAD_FIRST);
    close_pair(&pair);
}
END_TEST

START_TEST(what_an_earlier_request_left_unread_does_not_count)
{
    pair_t pair;

    open_pair(&pair);
    ck_assert_int_eq(send(pair.ours, bytes, 3000, 0), 3000);
    jsgid_unread_start(&pair.unread);
    ck_assert_int_eq(jsgid_unread_look(&pair.unread, pair.ours), 0);
    (void)send_piece(&pair, 2000, 0);
    ck_assert_int_eq(jsgid_unread_look(&pair.unread, pair.ours), 1);
    /* In doubt it was read: the bytes before it are gone, and perhaps some of it. */
    ck_assert_int_gt(recv(pair.peers, bytes, DAEMON_READS, 0), 0);
    ck_assert_int_eq(jsgid_unread_look(&pair.unread, pair.ours), 0);
    close_pair(&pair);
}
END_TEST

Suite *suite_unread(void)
{
    Suite *suite = suite_create("unread");
    TCase *tests = tcase_create("unread");

    tcase_add_test(tests, nothing_sent_is_not_unread);
    tcase_add_test(tests, what_nobody_reads_stays_unread);
    tcase_add_loop_test(tests, first_read_is_seen_whatever_was_sent, 0, 49);
    tcase_add_loop_test(tests, read_between_sending_and_looking_is_seen, 0, 49);
    tcase_add_test(tests, no_piece_is_longer_than_the_first_while_that_is_unread);
    tcase_add_test(tests, what_an_earlier_request_left_unread_does_not_count);
    suite_add_tcase(suite, tests);
    return suite;
}
