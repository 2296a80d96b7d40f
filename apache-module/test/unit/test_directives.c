/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* The table of directives: complete rows, and defaults that can be read. */
#include "test_jsgid.h"

#include <string.h>

#include "jsgid_directives.h"
#include "jsgid_value.h"

START_TEST(every_row_is_complete)
{
    const jsgid_directive_t *d = &jsgid_directives[_i];

    ck_assert_int_eq(d->id, _i);
    ck_assert_msg(strncmp(d->name, "Jsgi", 4) == 0, "%s", d->name);
    ck_assert_msg(strlen(d->words) > 0, "%s", d->name);
    ck_assert_msg(d->sentence[strlen(d->sentence) - 1] == '.', "%s", d->name);
    ck_assert_msg(d->min <= d->max, "%s", d->name);
    if (jsgid_directive_is_numeric(d)) {
        ck_assert_msg(d->def != NULL, "%s is a number without a default", d->name);
        ck_assert_msg(d->key != NULL, "%s is a number that no file gets", d->name);
    }
}
END_TEST

/* "0" means "no limit" in most of them: who reads the reference must learn that there. */
START_TEST(time_and_limit_that_may_be_zero_say_what_that_means)
{
    const jsgid_directive_t *d = &jsgid_directives[_i];

    if (d->scope != JSGID_SCOPE_GROUP || d->min != 0 ||
        (d->type != JSGID_TYPE_SECONDS && d->type != JSGID_TYPE_SIZES)) {
        return;
    }
    ck_assert_msg(strstr(d->sentence, "0: ") != NULL, "%s: %s", d->name, d->sentence);
}
END_TEST

START_TEST(every_default_can_be_read)
{
    const jsgid_directive_t *d = &jsgid_directives[_i];
    jsgid_value_status_t status = JSGID_VALUE_OK;
    apr_int64_t number;

    if (d->def == NULL) {
        return;
    }
    switch (d->type) {
    case JSGID_TYPE_NUMBER:
    case JSGID_TYPE_SECONDS:
        /* 0 may lie outside: not set. */
        status = jsgid_value_number(d->def, strcmp(d->def, "0") == 0 ? 0 : d->min, d->max, &number);
        break;
    case JSGID_TYPE_SIZE:
    case JSGID_TYPE_SIZES:
        status = jsgid_value_size(d->def, strcmp(d->def, "0") == 0 ? 0 : d->min, d->max, &number);
        break;
    case JSGID_TYPE_OCTAL:
        status = jsgid_value_octal(d->def, d->min, d->max, &number);
        break;
    case JSGID_TYPE_FLAG:
    case JSGID_TYPE_FOLDER_FLAG:
        status = jsgid_value_flag(d->def, &number);
        break;
    case JSGID_TYPE_CHOICE:
        status = jsgid_value_choice(d->def, d->words, &number);
        break;
    default:
        break;
    }
    ck_assert_msg(status == JSGID_VALUE_OK, "%s has the default %s", d->name, d->def);
}
END_TEST

START_TEST(names_and_keys_are_unique)
{
    int i;

    for (i = 0; i < _i; i++) {
        ck_assert_str_ne(jsgid_directives[i].name, jsgid_directives[_i].name);
        if (jsgid_directives[i].key != NULL && jsgid_directives[_i].key != NULL) {
            ck_assert_str_ne(jsgid_directives[i].key, jsgid_directives[_i].key);
        }
    }
}
END_TEST

Suite *suite_directives(void)
{
    Suite *suite = suite_create("directives");
    TCase *tests = tcase_create("directives");

    tcase_add_loop_test(tests, every_row_is_complete, 0, JSGID_D_COUNT);
    tcase_add_loop_test(tests, time_and_limit_that_may_be_zero_say_what_that_means, 0,
                        JSGID_D_COUNT);
    tcase_add_loop_test(tests, every_default_can_be_read, 0, JSGID_D_COUNT);
    tcase_add_loop_test(tests, names_and_keys_are_unique, 0, JSGID_D_COUNT);
    suite_add_tcase(suite, tests);
    return suite;
}
