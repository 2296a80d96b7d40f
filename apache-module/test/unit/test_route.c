/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* Routes' texts, names of groups, and which mount a path belongs to. */
#include "test_jsgid.h"

#include <string.h>

#include "jsgid_route.h"

START_TEST(unavailable_route_tells_state_and_seconds)
{
    jsgid_unavailable_t why;

    ck_assert_int_eq(jsgid_route_unavailable("unavailable:no-runtime:30", &why), 1);
    ck_assert_str_eq(why.state, "no-runtime");
    ck_assert_uint_eq(why.retry_after, 30);
    ck_assert_int_eq(jsgid_route_unavailable("unavailable:backoff:0", &why), 1);
    ck_assert_uint_eq(why.retry_after, 0);
    ck_assert_int_eq(jsgid_route_unavailable("unavailable:failed:99999999999999999999", &why), 1);
    ck_assert_uint_eq(why.retry_after, 86400);
}
END_TEST

START_TEST(other_texts_are_not_unavailable)
{
    static const char *const texts[] = {"../sockets/shop.1.sock",
                                        "",
                                        "unavailable",
                                        "unavailable:",
                                        "unavailable:x",
                                        "unavailable::3",
                                        "unavailable:x:",
                                        "unavailable:x:3s",
                                        "unavailable:x:-1",
                                        "unavailable:a-state-of-more-than-thirty-one-letters:3"};
    jsgid_unavailable_t why;
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        ck_assert_msg(jsgid_route_unavailable(texts[i], &why) == 0, "%s", texts[i]);
    }
}
END_TEST

START_TEST(names_of_groups)
{
    ck_assert_int_eq(jsgid_group_name_is_valid("shop"), 1);
    ck_assert_int_eq(jsgid_group_name_is_valid("9.a_B-c"), 1);
    ck_assert_int_eq(jsgid_group_name_is_valid(""), 0);
    ck_assert_int_eq(jsgid_group_name_is_valid(".hidden"), 0);
    ck_assert_int_eq(jsgid_group_name_is_valid("-x"), 0);
    ck_assert_int_eq(jsgid_group_name_is_valid("a/b"), 0);
    ck_assert_int_eq(jsgid_group_name_is_valid("a b"), 0);
    ck_assert_int_eq(jsgid_group_name_is_valid("a\nb"), 0);
    ck_assert_int_eq(jsgid_group_name_is_valid(
                         "1234567890123456789012345678901234567890123456789012345678901234"),
                     1);
    ck_assert_int_eq(jsgid_group_name_is_valid(
                         "12345678901234567890123456789012345678901234567890123456789012345"),
                     0);
}
END_TEST

START_TEST(mount_ends_at_a_segment)
{
    ck_assert_int_eq(jsgid_mount_match("/app", "/app"), 4);
    ck_assert_int_eq(jsgid_mount_match("/app", "/app/"), 4);
    ck_assert_int_eq(jsgid_mount_match("/app", "/app/x"), 4);
    ck_assert_int_eq(jsgid_mount_match("/app", "/apple"), -1);
    ck_assert_int_eq(jsgid_mount_match("/app", "/ap"), -1);
    ck_assert_int_eq(jsgid_mount_match("/app", "/App"), -1);
    ck_assert_int_eq(jsgid_mount_match("/a/b", "/a"), -1);
    ck_assert_int_eq(jsgid_mount_match("/a/b", "/a/b/c"), 4);
    ck_assert_int_eq(jsgid_mount_match("/", "/"), 0);
    ck_assert_int_eq(jsgid_mount_match("/", "/x"), 0);
    ck_assert_int_eq(jsgid_mount_match("/", "*"), -1);
}
END_TEST

Suite *suite_route(void)
{
    Suite *suite = suite_create("route");
    TCase *tests = tcase_create("route");

    tcase_add_test(tests, unavailable_route_tells_state_and_seconds);
    tcase_add_test(tests, other_texts_are_not_unavailable);
    tcase_add_test(tests, names_of_groups);
    tcase_add_test(tests, mount_ends_at_a_segment);
    suite_add_tcase(suite, tests);
    return suite;
}
