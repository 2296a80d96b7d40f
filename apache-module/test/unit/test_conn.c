/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* Connections to a group's socket, and when a request may be sent again. */
#include "test_jsgid.h"

#include <apr_strings.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "jsgid_conn.h"

#define MANY 3

typedef struct {
    apr_pool_t *pool;
    const char *folder;
    const char *route;
    jsgid_conns_t *conns;
} fixture_t;

static fixture_t set_up(void)
{
    fixture_t f;

    f.pool = test_pool();
    f.folder = test_folder(f.pool);
    f.route = apr_pstrcat(f.pool, f.folder, "/g.sock", NULL);
    f.conns = jsgid_conns_create(f.pool, MANY, apr_time_from_sec(30));
    ck_assert_ptr_nonnull(f.conns);
    return f;
}

/* Listens on a new socket, and makes the route point to it. */
static int listen_behind_route(const fixture_t *f, const char *name)
{
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;
    apr_cpystrn(address.sun_path, apr_pstrcat(f->pool, f->folder, "/", name, NULL),
                sizeof(address.sun_path));
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(listen(fd, 0), 0);
    (void)unlink(f->route);
    ck_assert_int_eq(symlink(name, f->route), 0);
    return fd;
}

static jsgid_conn_t *take(const fixture_t *f)
{
    jsgid_unavailable_t why;
    jsgid_conn_t *conn = NULL;

    ck_assert_int_eq(jsgid_conn_take(f->conns, "g", f->route, &conn, &why), JSGID_CONN_OK);
    return conn;
}

START_TEST(last_used_connection_is_taken_first)
{
    fixture_t f = set_up();
    int listener = listen_behind_route(&f, "1");
    jsgid_conn_t *a = take(&f);
    int peer = accept(listener, NULL, NULL);
    jsgid_conn_t *b = take(&f);
    int other = accept(listener, NULL, NULL);

    ck_assert_int_eq(a->is_reused, 0);
    jsgid_conn_put(f.conns, "g", a);
    jsgid_conn_put(f.conns, "g", b);
    ck_assert_ptr_eq(take(&f), b);
    ck_assert_int_eq(b->is_reused, 1);
    ck_assert_ptr_eq(take(&f), a);
    jsgid_conn_close(f.conns, a);
    jsgid_conn_close(f.conns, b);
    (void)close(peer);
    (void)close(other);
    (void)close(listener);
    apr_pool_destroy(f.pool);
}
END_TEST

START_TEST(connection_that_the_daemon_closed_is_not_used_again)
{
    fixture_t f = set_up();
    int listener = listen_behind_route(&f, "1");
    jsgid_conn_t *conn = take(&f);
    int peer = accept(listener, NULL, NULL);

    jsgid_conn_put(f.conns, "g", conn);
    (void)close(peer);
    conn = take(&f);
    ck_assert_int_eq(conn->is_reused, 0);
    jsgid_conn_close(f.conns, conn);
    (void)close(listener);
    apr_pool_destroy(f.pool);
}
END_TEST

START_TEST(connection_on_which_something_came_is_not_used_again)
{
    fixture_t f = set_up();
    int listener = listen_behind_route(&f, "1");
    jsgid_conn_t *conn = take(&f);
    int peer = accept(listener, NULL, NULL);

    jsgid_conn_put(f.conns, "g", conn);
    ck_assert_int_eq(send(peer, "\1\144\0\0\0\0\0\0", 8, 0), 8);
    conn = take(&f);
    ck_assert_int_eq(conn->is_reused, 0);
    jsgid_conn_close(f.conns, conn);
    (void)close(peer);
    (void)close(listener);
    apr_pool_destroy(f.pool);
}
END_TEST

START_TEST(connection_of_a_former_route_is_not_used_again)
{
    fixture_t f = set_up();
    int former = listen_behind_route(&f, "1");
    jsgid_conn_t *conn = take(&f);
    int peer = accept(former, NULL, NULL);
    int listener;
    char byte;

    jsgid_conn_put(f.conns, "g", conn);
    listener = listen_behind_route(&f, "2");
    conn = take(&f);
    ck_assert_int_eq(conn->is_reused, 0);
    ck_assert_int_eq(recv(peer, &byte, 1, 0), 0); /* the idle one was closed */
    jsgid_conn_close(f.conns, conn);
    (void)close(peer);
    (void)close(former);
    (void)close(listener);
    apr_pool_destroy(f.pool);
}
END_TEST

/* A route that was looked up is believed for a moment, and no longer. */
START_TEST(connection_of_a_former_route_is_soon_not_used_any_more)
{
    fixture_t f = set_up();
    int former = listen_behind_route(&f, "1");
    jsgid_conn_t *conn = take(&f);
    int peer = accept(former, NULL, NULL);
    apr_time_t deadline = apr_time_now() + apr_time_from_sec(30);
    int listener;

    jsgid_conn_put(f.conns, "g", conn);
    jsgid_conn_put(f.conns, "g", take(&f)); /* looks the route up */
    listener = listen_behind_route(&f, "2");
    do {
        conn = take(&f);
        if (conn->is_reused) {
            jsgid_conn_put(f.conns, "g", conn);
            conn = NULL;
        }
    } while (conn == NULL && apr_time_now() < deadline);
    ck_assert_ptr_nonnull(conn);
    jsgid_conn_close(f.conns, conn);
    (void)close(peer);
    (void)close(former);
    (void)close(listener);
    apr_pool_destroy(f.pool);
}
END_TEST

START_TEST(route_that_says_so_is_unavailable)
{
    fixture_t f = set_up();
    jsgid_unavailable_t why;
    jsgid_conn_t *conn;

    ck_assert_int_eq(symlink("unavailable:backoff:7", f.route), 0);
    ck_assert_int_eq(jsgid_conn_take(f.conns, "g", f.route, &conn, &why), JSGID_CONN_UNAVAILABLE);
    ck_assert_str_eq(why.state, "backoff");
    ck_assert_uint_eq(why.retry_after, 7);
    apr_pool_destroy(f.pool);
}
END_TEST

START_TEST(missing_route_and_refused_connection_are_to_be_tried_again)
{
    fixture_t f = set_up();
    jsgid_unavailable_t why;
    jsgid_conn_t *conn;
    int listener;

    ck_assert_int_eq(jsgid_conn_take(f.conns, "g", f.route, &conn, &why), JSGID_CONN_NOT_YET);
    ck_assert_int_eq(symlink("no-such-socket", f.route), 0);
    ck_assert_int_eq(jsgid_conn_take(f.conns, "g", f.route, &conn, &why), JSGID_CONN_NOT_YET);
    listener = listen_behind_route(&f, "1");
    (void)close(listener);
    ck_assert_int_eq(jsgid_conn_take(f.conns, "g", f.route, &conn, &why), JSGID_CONN_NOT_YET);
    apr_pool_destroy(f.pool);
}
END_TEST

START_TEST(full_backlog_does_not_block)
{
    fixture_t f = set_up();
    int listener = listen_behind_route(&f, "1");
    jsgid_conn_status_t status = JSGID_CONN_OK;
    jsgid_unavailable_t why;
    jsgid_conn_t *conns[16];
    int count = 0;

    /* Nobody accepts: with a backlog of 0 the kernel takes one or two. */
    while (count < 16 && (status = jsgid_conn_take(f.conns, "g", f.route, &conns[count], &why)) ==
                             JSGID_CONN_OK) {
        count++;
    }
    ck_assert_int_eq(status, JSGID_CONN_NOT_YET);
    while (count > 0) {
        jsgid_conn_close(f.conns, conns[--count]);
    }
    (void)close(listener);
    apr_pool_destroy(f.pool);
}
END_TEST

START_TEST(idle_connections_are_bounded_in_number)
{
    fixture_t f = set_up();
    int listener = listen_behind_route(&f, "1");
    jsgid_conn_t *conns[MANY + 2];
    int peers[MANY + 2];
    int open = 0;
    int i;

    for (i = 0; i < MANY + 2; i++) {
        conns[i] = take(&f);
        peers[i] = accept(listener, NULL, NULL);
    }
    for (i = 0; i < MANY + 2; i++) {
        jsgid_conn_put(f.conns, "g", conns[i]);
    }
    for (i = 0; i < MANY + 2; i++) {
        char byte;

        open += recv(peers[i], &byte, 1, MSG_DONTWAIT) < 0;
        (void)close(peers[i]);
    }
    ck_assert_int_eq(open, MANY);
    (void)close(listener);
    apr_pool_destroy(f.pool);
}
END_TEST

/* PROTOCOL.md, "Retry", row by row. */
static const struct {
    jsgid_breakage_t breakage; /* how, going away, got record, written, body held,
                                  pieces */
    int again;
} retries[] = {
    {{JSGID_BROKE_AT_WRITE, 0, 0, 0, 1, 0}, 1},
    {{JSGID_BROKE_AT_WRITE, 0, 0, 1, 1, 1}, 0},
    {{JSGID_BROKE_RESET_AT_READ, 0, 0, 32768, 1, 1}, 1},
    {{JSGID_BROKE_RESET_AT_READ, 0, 0, 32769, 1, 1}, 0},
    {{JSGID_BROKE_RESET_AT_READ, 0, 0, 32768, 1, 2}, 0},
    {{JSGID_BROKE_RESET_AT_READ, 0, 0, 100, 0, 1}, 0},
    {{JSGID_BROKE_RESET_AT_READ, 0, 1, 100, 1, 1}, 0},
    {{JSGID_BROKE_END_AT_READ, 0, 0, 100, 1, 1}, 0},
    {{JSGID_BROKE_END_AT_READ, 1, 0, 100, 1, 1}, 1},
    {{JSGID_BROKE_END_AT_READ, 1, 0, 100000, 1, 1}, 1},
    {{JSGID_BROKE_END_AT_READ, 1, 0, 100, 0, 1}, 0},
    {{JSGID_BROKE_END_AT_READ, 1, 1, 100, 1, 1}, 0},
    {{JSGID_BROKE_RESET_AT_READ, 1, 0, 100000, 1, 1}, 1},
    {{JSGID_BROKE_AT_WRITE, 1, 0, 100, 1, 1}, 1},
};

START_TEST(request_is_sent_again_only_when_the_daemon_has_not_begun_it)
{
    ck_assert_int_eq(jsgid_retry_is_allowed(&retries[_i].breakage), retries[_i].again);
}
END_TEST

START_TEST(yielding_is_kept_up_while_it_pays_and_else_tried_now_and_then)
{
    jsgid_conn_t conn;
    int tried = 0;
    int i;

    memset(&conn, 0, sizeof(conn));
    for (i = 0; i < 10 * JSGID_YIELD_TRIED_EVERY; i++) {
        if (jsgid_conn_may_yield(&conn)) {
            tried++;
            jsgid_conn_yielded(&conn, 0);
        }
    }
    ck_assert_int_eq(tried, 10);
    while (!jsgid_conn_may_yield(&conn)) {
    }
    jsgid_conn_yielded(&conn, 1);
    for (i = 0; i < 100; i++) {
        ck_assert_int_eq(jsgid_conn_may_yield(&conn), 1);
        jsgid_conn_yielded(&conn, i % 3 == 0); /* it paid half as often as not */
    }
    for (i = 0; i < JSGID_YIELDS_KEPT; i++) {
        jsgid_conn_yielded(&conn, 0);
    }
    ck_assert_int_eq(jsgid_conn_may_yield(&conn), 0);
}
END_TEST

static const jsgid_wish_t any_of_two = {2, 1, 0, 0};

static jsgid_conn_t *take_process(const fixture_t *f, const jsgid_wish_t *wish, int *pask)
{
    jsgid_unavailable_t why;
    jsgid_conn_t *conn = NULL;

    ck_assert_int_eq(jsgid_conn_take_process(f->conns, "g", f->route, wish, &conn, pask, &why),
                     JSGID_CONN_OK);
    return conn;
}

START_TEST(requests_of_this_child_count_until_their_connection_is_put_back)
{
    fixture_t f = set_up();
    int listener = listen_behind_route(&f, "1");
    int is_asked;
    jsgid_conn_t *one = take_process(&f, &any_of_two, &is_asked);
    int peer = accept(listener, NULL, NULL);
    jsgid_conn_t *two = take_process(&f, &any_of_two, &is_asked);
    int other = accept(listener, NULL, NULL);

    ck_assert_int_eq(is_asked, 1);
    jsgid_conn_told(f.conns, "g", one, 1, 0);
    jsgid_conn_told(f.conns, "g", two, 2, 0);
    jsgid_conn_put(f.conns, "g", two);
    jsgid_conn_put(f.conns, "g", one);
    ck_assert_ptr_eq(take_process(&f, &any_of_two, &is_asked), one);
    ck_assert_ptr_eq(take_process(&f, &any_of_two, &is_asked), two);
    jsgid_conn_put(f.conns, "g", two);
    ck_assert_ptr_eq(take_process(&f, &any_of_two, &is_asked), two);
    jsgid_conn_close(f.conns, one);
    jsgid_conn_close(f.conns, two);
    (void)close(peer);
    (void)close(other);
    (void)close(listener);
    apr_pool_destroy(f.pool);
}
END_TEST

START_TEST(what_is_known_of_processes_is_forgotten_with_their_socket)
{
    static const jsgid_wish_t second = {2, 1, 2, 0};
    fixture_t f = set_up();
    int listener = listen_behind_route(&f, "1");
    int is_asked;
    jsgid_conn_t *conn = take_process(&f, &second, &is_asked);
    int peer = accept(listener, NULL, NULL);
    int next;

    ck_assert_int_eq(is_asked, 1);
    jsgid_conn_told(f.conns, "g", conn, 2, 0);
    jsgid_conn_put(f.conns, "g", conn);
    conn = take_process(&f, &second, &is_asked);
    ck_assert_int_eq(is_asked, 0);
    ck_assert_uint_eq(conn->process, 2);
    next = listen_behind_route(&f, "2");
    jsgid_conn_told(f.conns, "g", conn, 2, 7);
    jsgid_conn_put(f.conns, "g", conn);
    conn = take_process(&f, &second, &is_asked);
    ck_assert_int_eq(is_asked, 1);
    ck_assert_uint_eq(conn->process, 0);
    jsgid_conn_close(f.conns, conn);
    (void)close(peer);
    (void)close(listener);
    (void)close(next);
    apr_pool_destroy(f.pool);
}
END_TEST

Suite *suite_conn(void)
{
    Suite *suite = suite_create("conn");
    TCase *tests = tcase_create("conn");

    tcase_add_test(tests, last_used_connection_is_taken_first);
    tcase_add_test(tests, connection_that_the_daemon_closed_is_not_used_again);
    tcase_add_test(tests, connection_on_which_something_came_is_not_used_again);
    tcase_add_test(tests, connection_of_a_former_route_is_not_used_again);
    tcase_add_test(tests, connection_of_a_former_route_is_soon_not_used_any_more);
    tcase_add_test(tests, route_that_says_so_is_unavailable);
    tcase_add_test(tests, missing_route_and_refused_connection_are_to_be_tried_again);
    tcase_add_test(tests, full_backlog_does_not_block);
    tcase_add_test(tests, idle_connections_are_bounded_in_number);
    tcase_add_test(tests, yielding_is_kept_up_while_it_pays_and_else_tried_now_and_then);
    tcase_add_test(tests, requests_of_this_child_count_until_their_connection_is_put_back);
    tcase_add_test(tests, what_is_known_of_processes_is_forgotten_with_their_socket);
    tcase_add_loop_test(tests, request_is_sent_again_only_when_the_daemon_has_not_begun_it, 0,
                        (int)(sizeof(retries) / sizeof(*retries)));
    suite_add_tcase(suite, tests);
    return suite;
}
