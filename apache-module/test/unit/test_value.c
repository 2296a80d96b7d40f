/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* Numbers, sizes, flags and words as administrators write them. */
#include "test_jsgid.h"

#include <string.h>

#include "jsgid_value.h"

START_TEST(numbers_are_whole_and_within_bounds)
{
    apr_int64_t number = -1;

    ck_assert_int_eq(jsgid_value_number("15", 1, 100, &number), JSGID_VALUE_OK);
    ck_assert_int_eq(number, 15);
    ck_assert_int_eq(jsgid_value_number("-20", -20, 19, &number), JSGID_VALUE_OK);
    ck_assert_int_eq(number, -20);
    ck_assert_int_eq(jsgid_value_number("0", 1, 100, &number), JSGID_VALUE_OUT_OF_RANGE);
    ck_assert_int_eq(jsgid_value_number("101", 1, 100, &number), JSGID_VALUE_OUT_OF_RANGE);
    ck_assert_int_eq(jsgid_value_number("99999999999999999999", 1, 100, &number),
                     JSGID_VALUE_OUT_OF_RANGE);
    ck_assert_int_eq(jsgid_value_number("ten", 1, 100, &number), JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(jsgid_value_number("10s", 1, 100, &number), JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(jsgid_value_number("1.5", 1, 100, &number), JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(jsgid_value_number("", 1, 100, &number), JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(jsgid_value_number("+5", 1, 100, &number), JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(number, -20);
}
END_TEST

START_TEST(sizes_have_units)
{
    apr_int64_t number;

    ck_assert_int_eq(jsgid_value_size("256M", 1, APR_INT64_MAX, &number), JSGID_VALUE_OK);
    ck_assert_int_eq(number, 268435456);
    ck_assert_int_eq(jsgid_value_size("1g", 1, APR_INT64_MAX, &number), JSGID_VALUE_OK);
    ck_assert_int_eq(number, 1073741824);
    ck_assert_int_eq(jsgid_value_size("3K", 1, APR_INT64_MAX, &number), JSGID_VALUE_OK);
    ck_assert_int_eq(number, 3072);
    ck_assert_int_eq(jsgid_value_size("4096", 1, APR_INT64_MAX, &number), JSGID_VALUE_OK);
    ck_assert_int_eq(number, 4096);
    ck_assert_int_eq(jsgid_value_size("1T", 1, APR_INT64_MAX, &number), JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(jsgid_value_size("1MB", 1, APR_INT64_MAX, &number), JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(jsgid_value_size("M", 1, APR_INT64_MAX, &number), JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(jsgid_value_size("3K", 4096, APR_INT64_MAX, &number),
                     JSGID_VALUE_OUT_OF_RANGE);
    ck_assert_int_eq(jsgid_value_size("9999999999G", 1, APR_INT64_MAX, &number),
                     JSGID_VALUE_OUT_OF_RANGE);
}
END_TEST

START_TEST(masks_are_octal)
{
    apr_int64_t number;

    ck_assert_int_eq(jsgid_value_octal("0027", 0, 0777, &number), JSGID_VALUE_OK);
    ck_assert_int_eq(number, 027);
    ck_assert_int_eq(jsgid_value_octal("22", 0, 0777, &number), JSGID_VALUE_OK);
    ck_assert_int_eq(number, 022);
    ck_assert_int_eq(jsgid_value_octal("0888", 0, 0777, &number), JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(jsgid_value_octal("1000", 0, 0777, &number), JSGID_VALUE_OUT_OF_RANGE);
}
END_TEST

START_TEST(flags_and_choices_are_words)
{
    apr_pool_t *pool = test_pool();
    apr_int64_t number;

    ck_assert_int_eq(jsgid_value_flag("On", &number), JSGID_VALUE_OK);
    ck_assert_int_eq(number, 1);
    ck_assert_int_eq(jsgid_value_flag("off", &number), JSGID_VALUE_OK);
    ck_assert_int_eq(number, 0);
    ck_assert_int_eq(jsgid_value_flag("true", &number), JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(jsgid_value_choice("IDLE", "now|idle|never", &number), JSGID_VALUE_OK);
    ck_assert_int_eq(number, 1);
    ck_assert_int_eq(jsgid_value_choice("nev", "now|idle|never", &number), JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(jsgid_value_choice("now|idle", "now|idle|never", &number),
                     JSGID_VALUE_MALFORMED);
    ck_assert_int_eq(jsgid_value_choice("", "now|idle|never", &number), JSGID_VALUE_MALFORMED);
    ck_assert_str_eq(jsgid_value_choice_word(pool, "now|idle|never", 0), "now");
    ck_assert_str_eq(jsgid_value_choice_word(pool, "now|idle|never", 2), "never");
    ck_assert_str_eq(jsgid_value_choice_word(pool, "now|idle|never", 3), "");
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(values_of_files_are_escaped)
{
    apr_pool_t *pool = test_pool();

    ck_assert_str_eq(jsgid_value_escape(pool, "plain text # = \303\244"),
                     "plain text # = \303\244");
    ck_assert_str_eq(jsgid_value_escape(pool, "a\nb\tc%\177"), "a%0Ab%09c%25%7F");
    /* Readers drop blanks around a value: those at its ends are part of it. */
    ck_assert_str_eq(jsgid_value_escape(pool, " a b "), "%20a b%20");
    ck_assert_str_eq(jsgid_value_escape(pool, " "), "%20");
    ck_assert_str_eq(jsgid_value_escape(pool, ""), "");
    apr_pool_destroy(pool);
}
END_TEST

Suite *suite_value(void)
{
    Suite *suite = suite_create("value");
    TCase *tests = tcase_create("value");

    tcase_add_test(tests, numbers_are_whole_and_within_bounds);
    tcase_add_test(tests, sizes_have_units);
    tcase_add_test(tests, masks_are_octal);
    tcase_add_test(tests, flags_and_choices_are_words);
    tcase_add_test(tests, values_of_files_are_escaped);
    suite_add_tcase(suite, tests);
    return suite;
}
