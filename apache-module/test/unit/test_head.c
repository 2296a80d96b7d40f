/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* The header block of a CGI response. */
#include "test_jsgid.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "jsgid_head.h"

typedef struct {
    apr_pool_t *pool;
    char *text;
} seen_t;

static void see(void *baton, char *name, char *value)
{
    seen_t *seen = baton;

    seen->text = apr_pstrcat(seen->pool, seen->text, name, "=", value, ";", NULL);
}

/* Parses a block and returns its headers as one text, or NULL when it is refused. */
static const char *parsed(apr_pool_t *pool, const char *block, size_t length, jsgid_head_t *phead)
{
    seen_t seen = {pool, apr_pstrdup(pool, "")};
    char *copy = apr_pmemdup(pool, block, length + 1);

    return jsgid_head_parse(copy, length, phead, see, &seen) == NULL ? seen.text : NULL;
}

START_TEST(headers_keep_their_order_and_repetitions)
{
    apr_pool_t *pool = test_pool();
    static const char block[] = "Set-Cookie: a=1\r\nX:  y \t\nset-cookie:b=2\r\nEmpty:\r\n\r\n";
    jsgid_head_t head;

    ck_assert_str_eq(parsed(pool, block, strlen(block), &head),
                     "Set-Cookie=a=1;X=y;set-cookie=b=2;Empty=;");
    ck_assert_int_eq(head.status, 200);
    ck_assert_int_eq(head.has_status, 0);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(status_is_taken_out_of_the_headers)
{
    apr_pool_t *pool = test_pool();
    static const char block[] = "status: 404 Gone Fishing\nA: b\n\n";
    char *copy = apr_pstrdup(pool, block);
    seen_t seen = {pool, apr_pstrdup(pool, "")};
    jsgid_head_t head;

    ck_assert_ptr_null(jsgid_head_parse(copy, strlen(block), &head, see, &seen));
    ck_assert_int_eq(head.status, 404);
    ck_assert_str_eq(head.reason, "404 Gone Fishing");
    ck_assert_str_eq(seen.text, "A=b;");
    apr_pool_destroy(pool);
}
END_TEST

static const struct {
    const char *block;
    size_t length;
} refused[] = {
#define BLOCK(text)                                                                                \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
    BLOCK("No colon\r\n\r\n"),
    BLOCK("Name with space: x\r\n\r\n"),
    BLOCK("Name : x\r\n\r\n"),
    BLOCK(": no name\r\n\r\n"),
    BLOCK(" Folded: x\r\n\r\n"),
    BLOCK("A: b\r\n continued\r\n\r\n"),
    BLOCK("A: b\rSet-Cookie: c\r\n\r\n"),
    BLOCK("A: b\0c\r\n\r\n"),
    BLOCK("A\0: b\r\n\r\n"),
    BLOCK("A: \001\r\n\r\n"),
    BLOCK("A: \177\r\n\r\n"),
    BLOCK("N\303\244me: x\r\n\r\n"),
    BLOCK("Status: OK\r\n\r\n"),
    BLOCK("Status: 20\r\n\r\n"),
    BLOCK("Status: 2000\r\n\r\n"),
    BLOCK("Status: 102 Processing\r\n\r\n"),
    BLOCK("Status: 099\r\n\r\n"),
    BLOCK("Status: 200\r\nStatus: 404\r\n\r\n"),
    BLOCK("A: b\r\n"),
    BLOCK("A: b"),
    BLOCK(""),
#undef BLOCK
};

START_TEST(malformed_block_is_refused)
{
    apr_pool_t *pool = test_pool();
    jsgid_head_t head;

    ck_assert_msg(parsed(pool, refused[_i].block, refused[_i].length, &head) == NULL,
                  "\"%s\" was taken", refused[_i].block);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(values_beyond_ascii_and_tabs_are_taken)
{
    apr_pool_t *pool = test_pool();
    static const char block[] = "A: \303\244\tb\r\n\r\n";
    jsgid_head_t head;

    ck_assert_str_eq(parsed(pool, block, strlen(block), &head), "A=\303\244\tb;");
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(end_is_found_wherever_the_block_is_cut)
{
    static const char *const blocks[] = {"A: b\r\n\r\nbody\r\n\r\n", "A: b\n\nbody\n\n",
                                         "A: b\r\nC: d\n\r\nbody", "\r\nbody", "\nbody"};
    static const size_t ends[] = {8, 6, 13, 2, 1};
    size_t i;

    for (i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
        size_t length = strlen(blocks[i]);
        size_t cut;

        for (cut = 0; cut <= length; cut++) {
            size_t first = jsgid_head_length(blocks[i], cut, 0);

            if (cut < ends[i]) {
                ck_assert_msg(first == 0, "block %d cut at %d", (int)i, (int)cut);
                ck_assert_uint_eq(jsgid_head_length(blocks[i], length, cut), ends[i]);
            } else {
                ck_assert_uint_eq(first, ends[i]);
            }
        }
    }
}
END_TEST

START_TEST(an_informational_response_says_that_it_is_one)
{
    static const char *const bad[] = {"\r\n",
                                      "Link: a\r\n\r\n",
                                      "Status: 101 Switching Protocols\r\n\r\n",
                                      "Status: 200 OK\r\n\r\n",
                                      "Status: 099\r\n\r\n",
                                      "Status: 103\r\nStatus: 103\r\n\r\n",
                                      "Status: 103\r\n",
                                      "Status: 103\r\n Link: folded\r\n\r\n"};
    apr_pool_t *pool = test_pool();
    seen_t seen = {pool, apr_pstrdup(pool, "")};
    char *block = apr_pstrdup(pool, "Status: 103 Early Hints\r\nLink: a\r\nLink: b\r\n\r\n");
    jsgid_head_t head;
    size_t i;

    ck_assert_ptr_null(jsgid_interim_parse(block, strlen(block), &head, see, &seen));
    ck_assert_int_eq(head.status, 103);
    ck_assert_str_eq(head.reason, "103 Early Hints");
    ck_assert_str_eq(seen.text, "Link=a;Link=b;");
    for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        char *copy = apr_pstrdup(pool, bad[i]);

        ck_assert_msg(jsgid_interim_parse(copy, strlen(copy), &head, see, &seen) != NULL,
                      "\"%s\" was taken", bad[i]);
    }
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(trailers_are_lines_without_an_end)
{
    static const char *const bad[] = {"A: b", "A\r\n", "A : b\r\n", " A: b\r\n", "A: \001\r\n"};
    apr_pool_t *pool = test_pool();
    seen_t seen = {pool, apr_pstrdup(pool, "")};
    char *lines = apr_pstrdup(pool, "A:b\r\nStatus: 7\r\nA:  c \n");
    size_t i;

    ck_assert_ptr_null(jsgid_trailers_parse(lines, strlen(lines), see, &seen));
    ck_assert_str_eq(seen.text, "A=b;Status=7;A=c;");
    for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        char *copy = apr_pstrdup(pool, bad[i]);

        ck_assert_msg(jsgid_trailers_parse(copy, strlen(copy), see, &seen) != NULL,
                      "\"%s\" was taken", bad[i]);
    }
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(names_of_trailers_are_allowed_as_the_daemon_allows_them)
{
    apr_pool_t *pool = test_pool();
    apr_size_t length;
    char *text = test_read(pool, "test/vectors/trailers.txt", &length);
    char *state;
    char *line;
    int count = 0;

    for (line = apr_strtok(text, "\n", &state); line != NULL;
         line = apr_strtok(NULL, "\n", &state)) {
        if (strncmp(line, "allowed ", 8) == 0) {
            ck_assert_msg(jsgid_trailer_is_allowed(line + 8), "%s", line);
            count++;
        } else if (strncmp(line, "forbidden ", 10) == 0) {
            ck_assert_msg(!jsgid_trailer_is_allowed(line + 10), "%s", line);
            count++;
        }
    }
    ck_assert_int_gt(count, 40);
    apr_pool_destroy(pool);
}
END_TEST

static void see_no_harm(void *baton, char *name, char *value)
{
    (void)baton;
    ck_assert_ptr_nonnull(name);
    ck_assert_int_ne(*name, '\0');
    for (; *name != '\0'; name++) {
        ck_assert_msg(*name > ' ' && *name < 0x7f && *name != ':', "a name with %d", *name);
    }
    for (; *value != '\0'; value++) {
        ck_assert_msg((unsigned char)*value >= ' ' || *value == '\t', "a value with %d", *value);
    }
}

/* With the sanitizers on, a read beyond the bytes ends the test too. */
START_TEST(no_bytes_become_a_header_that_could_end_its_line)
{
    static const char alphabet[] = "aB:\r\n \t\0\177\344-Status: 103\r\n\r\n";
    apr_pool_t *pool = test_pool();
    unsigned random = 4;
    int i;

    for (i = 0; i < 20000; i++) {
        size_t length = (size_t)i % 40;
        char *block = malloc(length + 1);
        jsgid_head_t head;
        size_t k;

        for (k = 0; k < length; k++) {
            random = random * 1103515245U + 12345U;
            block[k] = alphabet[(random >> 16) % (sizeof(alphabet) - 1)];
        }
        switch (i % 3) {
        case 0:
            (void)jsgid_head_parse(block, length, &head, see_no_harm, NULL);
            break;
        case 1:
            (void)jsgid_interim_parse(block, length, &head, see_no_harm, NULL);
            break;
        default:
            (void)jsgid_trailers_parse(block, length, see_no_harm, NULL);
            break;
        }
        free(block);
    }
    apr_pool_destroy(pool);
}
END_TEST

Suite *suite_head(void)
{
    Suite *suite = suite_create("head");
    TCase *tests = tcase_create("head");

    tcase_add_test(tests, headers_keep_their_order_and_repetitions);
    tcase_add_test(tests, status_is_taken_out_of_the_headers);
    tcase_add_loop_test(tests, malformed_block_is_refused, 0,
                        (int)(sizeof(refused) / sizeof(*refused)));
    tcase_add_test(tests, values_beyond_ascii_and_tabs_are_taken);
    tcase_add_test(tests, end_is_found_wherever_the_block_is_cut);
    tcase_add_test(tests, an_informational_response_says_that_it_is_one);
    tcase_add_test(tests, trailers_are_lines_without_an_end);
    tcase_add_test(tests, names_of_trailers_are_allowed_as_the_daemon_allows_them);
    tcase_add_test(tests, no_bytes_become_a_header_that_could_end_its_line);
    suite_add_tcase(suite, tests);
    return suite;
}
