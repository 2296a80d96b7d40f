/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* Which process of a group a request goes to. */
#include "test_jsgid.h"

#include <string.h>

#include "jsgid_choice.h"

#define N 3
#define THREADS 5
#define NOW apr_time_from_sec(1000)

static const jsgid_wish_t any = {N, THREADS, 0, 0};

/* Three processes that have just told that they have nothing to do, with one connection to each. */
static void at_rest(jsgid_process_t *processes)
{
    unsigned i;

    memset(processes, 0, (N + 1) * sizeof(*processes));
    for (i = 1; i <= N; i++) {
        processes[i].idle = 1;
        processes[i].last_used = NOW - i;
        processes[i].told_at = NOW;
    }
}

static void check_choice(jsgid_process_t *processes, const jsgid_wish_t *wish,
                         jsgid_choice_kind_t kind, unsigned process, int is_asked)
{
    jsgid_choice_t chosen = jsgid_choose(processes, wish, NOW);

    ck_assert_int_eq(chosen.kind, kind);
    ck_assert_uint_eq(chosen.process, process);
    ck_assert_int_eq(chosen.ask, is_asked);
}

START_TEST(without_connections_whoever_accepts_is_asked)
{
    jsgid_process_t processes[N + 1] = {{0}};
    jsgid_wish_t tired = any;

    check_choice(processes, &any, JSGID_CHOICE_NEW, 0, 1);
    tired.tries = N * JSGID_CHOICE_TRIES;
    check_choice(processes, &tired, JSGID_CHOICE_NEW, 0, 0);
}
END_TEST

START_TEST(the_least_busy_process_is_chosen_and_of_equal_ones_the_last_used)
{
    jsgid_process_t processes[N + 1];

    at_rest(processes);
    check_choice(processes, &any, JSGID_CHOICE_IDLE, 1, 0);
    processes[1].own = 1;
    check_choice(processes, &any, JSGID_CHOICE_IDLE, 2, 0);
    processes[2].others = 2;
    processes[3].others = 1;
    check_choice(processes, &any, JSGID_CHOICE_IDLE, 1, 0);
    processes[1].own = 3;
    check_choice(processes, &any, JSGID_CHOICE_IDLE, 3, 0);
    processes[3].idle = 0;
    check_choice(processes, &any, JSGID_CHOICE_IDLE, 2, 0);
}
END_TEST

START_TEST(a_process_that_has_told_nothing_for_a_while_is_asked_first)
{
    jsgid_process_t processes[N + 1];
    jsgid_wish_t tired = any;

    at_rest(processes);
    processes[1].told_at = NOW - JSGID_CHOICE_FRESH;
    check_choice(processes, &any, JSGID_CHOICE_IDLE, 1, 1);
    jsgid_process_told(&processes[1], 4, NOW);
    check_choice(processes, &any, JSGID_CHOICE_IDLE, 2, 0);
    processes[2].told_at = 0;
    tired.tries = N * JSGID_CHOICE_TRIES;
    check_choice(processes, &tired, JSGID_CHOICE_IDLE, 2, 0);
}
END_TEST

START_TEST(when_all_that_are_connected_are_full_another_is_sought)
{
    jsgid_process_t processes[N + 1];
    jsgid_wish_t tired = any;

    at_rest(processes);
    processes[1].others = THREADS;
    processes[2].own = THREADS + 1;
    processes[3].idle = 0;
    check_choice(processes, &any, JSGID_CHOICE_NEW, 0, 1);
    tired.tries = N * JSGID_CHOICE_TRIES;
    check_choice(processes, &tired, JSGID_CHOICE_IDLE, 1, 0);
    processes[3].others = THREADS;
    check_choice(processes, &any, JSGID_CHOICE_IDLE, 1, 0);
    processes[3].told_at = NOW - JSGID_CHOICE_FRESH;
    check_choice(processes, &any, JSGID_CHOICE_NEW, 0, 1);
    processes[3].absent_until = NOW + 1;
    check_choice(processes, &any, JSGID_CHOICE_IDLE, 1, 0);
}
END_TEST

START_TEST(what_a_process_told_holds_this_childs_requests_too)
{
    jsgid_process_t process = {0};

    process.own = 3;
    jsgid_process_told(&process, 5, NOW);
    ck_assert_uint_eq(process.others, 2);
    jsgid_process_told(&process, 1, NOW);
    ck_assert_uint_eq(process.others, 0);
    ck_assert_int_eq(process.told_at, NOW);
}
END_TEST

START_TEST(a_route_leads_to_its_process_however_busy)
{
    jsgid_process_t processes[N + 1];
    jsgid_wish_t wish = any;

    at_rest(processes);
    wish.route = 3;
    processes[3].others = 10 * THREADS;
    processes[3].told_at = 0;
    check_choice(processes, &wish, JSGID_CHOICE_IDLE, 3, 0);
    processes[3].idle = 0;
    check_choice(processes, &wish, JSGID_CHOICE_NEW, 3, 1);
}
END_TEST

START_TEST(a_route_to_a_process_that_does_not_come_leads_to_the_next_number)
{
    jsgid_process_t processes[N + 1];
    jsgid_wish_t wish = any;

    at_rest(processes);
    wish.route = 3;
    wish.tries = N * JSGID_CHOICE_TRIES;
    processes[3].idle = 0;
    processes[2].last_used = NOW;
    check_choice(processes, &wish, JSGID_CHOICE_IDLE, 1, 0);
    ck_assert(processes[3].absent_until > NOW);
    wish.tries = 0;
    check_choice(processes, &wish, JSGID_CHOICE_IDLE, 1, 0);
    processes[1].idle = 0;
    check_choice(processes, &wish, JSGID_CHOICE_NEW, 1, 1);
    jsgid_process_told(&processes[3], 0, NOW);
    check_choice(processes, &wish, JSGID_CHOICE_NEW, 3, 1);
}
END_TEST

START_TEST(a_connection_to_nobody_knows_whom_is_better_than_none)
{
    jsgid_process_t processes[N + 1] = {{0}};

    processes[0].idle = 1;
    check_choice(processes, &any, JSGID_CHOICE_IDLE, 0, 1);
}
END_TEST

static const struct {
    const char *id;
    unsigned route;
} ids[] = {{"A1B2.3", 3},  {"A1.B2.1", 1}, {".2", 2},      {"A1B2", 0},        {"3", 0},
           {"A1B2.", 0},   {"A1B2.0", 0},  {"A1B2.4", 0},  {"A1B2.03", 0},     {"A1B2.3x", 0},
           {"A1B2.-1", 0}, {"", 0},        {"A.99999", 0}, {"A.4294967297", 0}};

START_TEST(a_route_is_a_number_of_a_process_behind_the_last_dot)
{
    ck_assert_uint_eq(jsgid_route_of_id(ids[_i].id, strlen(ids[_i].id), N), ids[_i].route);
}
END_TEST

static const struct {
    const char *cookies;
    unsigned route;
} headers[] = {{"JSESSIONID=A.2", 2},
               {"a=b; JSESSIONID=A.2; c=d", 2},
               {"XJSESSIONID=A.1; JSESSIONID=A.2", 2},
               {"JSESSIONIDX=A.1", 0},
               {"jsessionid=A.1", 0},
               {"JSESSIONID=A; JSESSIONID=B.3", 3},
               {"JSESSIONID=\"A.2\"", 2},
               {"JSESSIONID=A.2 ;x", 2},
               {"JSESSIONID", 0},
               {"JSESSIONID=", 0},
               {"a=JSESSIONID=A.1", 0},
               {"", 0},
               {";;;", 0}};

START_TEST(the_route_of_a_cookie_is_found)
{
    ck_assert_uint_eq(jsgid_route_of_cookies(headers[_i].cookies, "JSESSIONID", N),
                      headers[_i].route);
}
END_TEST

static const struct {
    const char *uri;
    unsigned route;
} uris[] = {{"/a;jsessionid=A.2", 2},
            {"/a;jsessionid=A.2?x=1", 2},
            {"/a;x=1;jsessionid=A.3/b", 3},
            {"/a?b;jsessionid=A.2", 0},
            {"/a;jsessionid=", 0},
            {"/a;jsessionid", 0},
            {"/a;JSESSIONID=A.2", 0},
            {"/a", 0},
            {"/a;", 0},
            {"/a;jsessionid=A;jsessionid=B.1", 1}};

START_TEST(the_route_of_a_path_parameter_is_found)
{
    ck_assert_uint_eq(jsgid_route_of_path(uris[_i].uri, "jsessionid", N), uris[_i].route);
}
END_TEST

START_TEST(a_cookies_name_is_a_token)
{
    ck_assert_int_eq(jsgid_cookie_name_is_valid("__Host-route"), 1);
    ck_assert_int_eq(jsgid_cookie_name_is_valid("a b"), 0);
    ck_assert_int_eq(jsgid_cookie_name_is_valid("a=b"), 0);
    ck_assert_int_eq(jsgid_cookie_name_is_valid("a;"), 0);
    ck_assert_int_eq(jsgid_cookie_name_is_valid(""), 0);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof(*(table)))

Suite *suite_choice(void)
{
    Suite *suite = suite_create("choice");
    TCase *tests = tcase_create("choice");

    tcase_add_test(tests, without_connections_whoever_accepts_is_asked);
    tcase_add_test(tests, the_least_busy_process_is_chosen_and_of_equal_ones_the_last_used);
    tcase_add_test(tests, a_process_that_has_told_nothing_for_a_while_is_asked_first);
    tcase_add_test(tests, when_all_that_are_connected_are_full_another_is_sought);
    tcase_add_test(tests, what_a_process_told_holds_this_childs_requests_too);
    tcase_add_test(tests, a_route_leads_to_its_process_however_busy);
    tcase_add_test(tests, a_route_to_a_process_that_does_not_come_leads_to_the_next_number);
    tcase_add_test(tests, a_connection_to_nobody_knows_whom_is_better_than_none);
    tcase_add_loop_test(tests, a_route_is_a_number_of_a_process_behind_the_last_dot, 0, COUNT(ids));
    tcase_add_loop_test(tests, the_route_of_a_cookie_is_found, 0, COUNT(headers));
    tcase_add_loop_test(tests, the_route_of_a_path_parameter_is_found, 0, COUNT(uris));
    tcase_add_test(tests, a_cookies_name_is_a_token);
    suite_add_tcase(suite, tests);
    return suite;
}
