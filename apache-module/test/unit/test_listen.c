/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* The arguments of JsgiListen. */
#include "test_jsgid.h"

#include <apr_tables.h>

#include "jsgid_listen.h"

typedef struct {
    const char *words[3];
    const char *text;  /* what is understood; NULL: nothing */
    const char *wrong; /* part of the message */
} listen_case_t;

static const listen_case_t cases[] = {
    {{"127.0.0.1:9000", NULL}, "127.0.0.1:9000 127.0.0.1,::1", NULL},
    {{"127.3.4.5:9000", NULL}, "127.3.4.5:9000 127.0.0.1,::1", NULL},
    {{"[::1]:65535", NULL}, "[::1]:65535 127.0.0.1,::1", NULL},
    {{"192.0.2.7:1024", "from=192.0.2.1", NULL}, "192.0.2.7:1024 192.0.2.1", NULL},
    {{"[2001:db8::7]:9000", "from=2001:db8::1,192.0.2.1", NULL},
     "[2001:db8::7]:9000 2001:db8::1,192.0.2.1",
     NULL},
    {{"0.0.0.0:9000", "from=any", NULL}, "0.0.0.0:9000 any", NULL},
    {{"192.0.2.7:9000", NULL}, NULL, "it must be said who may"},
    {{"0.0.0.0:9000", NULL}, NULL, "it must be said who may"},
    {{"[::]:9000", NULL}, NULL, "it must be said who may"},
    {{"9000", NULL}, NULL, "\"9000\" is no address with a port"},
    {{"localhost:9000", NULL}, NULL, "no address with a port"},
    {{"*:9000", NULL}, NULL, "no address with a port"},
    {{"::1:9000", NULL}, NULL, "no address with a port"},
    {{"[::1:9000", NULL}, NULL, "no address with a port"},
    {{"127.0.0.1:", NULL}, NULL, "no address with a port"},
    {{"127.0.0.1:http", NULL}, NULL, "no address with a port"},
    {{"127.0.0.1:-9000", NULL}, NULL, "no address with a port"},
    {{"127.0.0.1:900000", NULL}, NULL, "no address with a port"},
    {{":9000", NULL}, NULL, "no address with a port"},
    {{"127.0.0.1:80", NULL}, NULL, "the port 80 is not between 1024 and 65535"},
    {{"127.0.0.1:65536", NULL}, NULL, "the port 65536 is not between"},
    {{"127.0.0.1:9000", "192.0.2.1", NULL}, NULL, "from=IP,IP,..."},
    {{"127.0.0.1:9000", "from=192.0.2.1", "192.0.2.2"}, NULL, "nothing more"},
    {{"127.0.0.1:9000", "from=", NULL}, NULL, "from= names nobody"},
    {{"127.0.0.1:9000", "from=web1.example", NULL}, NULL, "\"web1.example\" in from= is no IP"},
    {{"127.0.0.1:9000", "from=192.0.2.1,192.0.2.0/24", NULL}, NULL, "\"192.0.2.0/24\""},
};

START_TEST(an_address_is_read_with_those_who_may_connect)
{
    const listen_case_t *one = &cases[_i];
    apr_pool_t *pool = test_pool();
    apr_array_header_t *words = apr_array_make(pool, 3, sizeof(const char *));
    const char *text = NULL;
    const char *wrong;
    size_t i;

    for (i = 0; i < 3 && one->words[i] != NULL; i++) {
        APR_ARRAY_PUSH(words, const char *) = one->words[i];
    }
    wrong = jsgid_listen_parse(pool, words, &text);
    if (one->wrong == NULL) {
        ck_assert_ptr_null(wrong);
        ck_assert_str_eq(text, one->text);
    } else {
        ck_assert_ptr_nonnull(wrong);
        ck_assert_msg(strstr(wrong, one->wrong) != NULL, "%s: %s", one->words[0], wrong);
        ck_assert_ptr_null(text);
    }
    apr_pool_destroy(pool);
}
END_TEST

Suite *suite_listen(void)
{
    Suite *suite = suite_create("listen");
    TCase *tcase = tcase_create("listen");

    tcase_add_loop_test(tcase, an_address_is_read_with_those_who_may_connect, 0,
                        (int)(sizeof(cases) / sizeof(*cases)));
    suite_add_tcase(suite, tcase);
    return suite;
}
