/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* When a process that died is started again. */
#include "test_jsgid.h"

#include "jsgid_backoff.h"

START_TEST(process_that_lived_is_started_at_once)
{
    jsgid_backoff_t backoff = {0};

    jsgid_backoff_started(&backoff, 1000);
    ck_assert_uint_eq(jsgid_backoff_died(&backoff, 1006), 0);
    ck_assert_int_eq(jsgid_backoff_is_due(&backoff, 1006), 1);
}
END_TEST

START_TEST(process_that_dies_early_waits_longer_each_time)
{
    static const unsigned waits[] = {0, 1, 2, 4, 4, 4, 4, 4, 4};
    jsgid_backoff_t backoff = {0};
    int64_t now = 1000;
    size_t i;

    for (i = 0; i < sizeof(waits) / sizeof(*waits); i++) {
        jsgid_backoff_started(&backoff, now);
        now += 5;
        ck_assert_uint_eq(jsgid_backoff_died(&backoff, now), waits[i]);
        if (waits[i] > 0) {
            ck_assert_int_eq(jsgid_backoff_is_due(&backoff, now + waits[i] - 1), 0);
        }
        now += waits[i];
        ck_assert_int_eq(jsgid_backoff_is_due(&backoff, now), 1);
    }
}
END_TEST

START_TEST(one_sound_life_forgets_the_failures)
{
    jsgid_backoff_t backoff = {0};

    jsgid_backoff_started(&backoff, 0);
    ck_assert_uint_eq(jsgid_backoff_died(&backoff, 1), 0);
    jsgid_backoff_started(&backoff, 1);
    ck_assert_uint_eq(jsgid_backoff_died(&backoff, 2), 1);
    jsgid_backoff_started(&backoff, 3);
    ck_assert_uint_eq(jsgid_backoff_died(&backoff, 4), 2);
    jsgid_backoff_started(&backoff, 5);
    ck_assert_uint_eq(jsgid_backoff_died(&backoff, 100), 0);
    jsgid_backoff_started(&backoff, 100);
    ck_assert_uint_eq(jsgid_backoff_died(&backoff, 101), 0);
}
END_TEST

Suite *suite_backoff(void)
{
    Suite *suite = suite_create("backoff");
    TCase *tests = tcase_create("backoff");

    tcase_add_test(tests, process_that_lived_is_started_at_once);
    tcase_add_test(tests, process_that_dies_early_waits_longer_each_time);
    tcase_add_test(tests, one_sound_life_forgets_the_failures);
    suite_add_tcase(suite, tests);
    return suite;
}
