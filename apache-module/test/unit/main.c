/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* Runs all unit tests; CK_RUN_SUITE and CK_RUN_CASE choose (see Check's manual). */
#include "test_jsgid.h"

#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

apr_pool_t *test_pool(void)
{
    apr_pool_t *pool;

    ck_assert_int_eq(apr_initialize(), APR_SUCCESS);
    ck_assert_int_eq(apr_pool_create(&pool, NULL), APR_SUCCESS);
    return pool;
}

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *walk)
{
    (void)info;
    (void)flag;
    (void)walk;
    return remove(path);
}

static apr_status_t remove_folder(void *data)
{
    (void)nftw(data, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return APR_SUCCESS;
}

const char *test_folder(apr_pool_t *pool)
{
    char *path = apr_pstrdup(pool, "/tmp/jsgid-unit-XXXXXX");

    ck_assert_ptr_nonnull(mkdtemp(path));
    apr_pool_cleanup_register(pool, path, remove_folder, apr_pool_cleanup_null);
    return path;
}

char *test_read(apr_pool_t *pool, const char *path, apr_size_t *plength)
{
    FILE *file = fopen(path, "rb");
    apr_size_t size = 1024 * 1024;
    char *text = apr_palloc(pool, size + 1);

    ck_assert_msg(file != NULL, "cannot open %s", path);
    *plength = fread(text, 1, size, file);
    text[*plength] = '\0';
    (void)fclose(file);
    return text;
}

void test_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    ck_assert_msg(file != NULL, "cannot write %s", path);
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), file), strlen(text));
    ck_assert_int_eq(fclose(file), 0);
}

int main(void)
{
    SRunner *runner = srunner_create(suite_fcgi());
    int failed;

    srunner_add_suite(runner, suite_head());
    srunner_add_suite(runner, suite_route());
    srunner_add_suite(runner, suite_backoff());
    srunner_add_suite(runner, suite_value());
    srunner_add_suite(runner, suite_profile());
    srunner_add_suite(runner, suite_rundir());
    srunner_add_suite(runner, suite_chroot());
    srunner_add_suite(runner, suite_sendfile());
    srunner_add_suite(runner, suite_choice());
    srunner_add_suite(runner, suite_conn());
    srunner_add_suite(runner, suite_spawn());
    srunner_add_suite(runner, suite_directives());
    srunner_add_suite(runner, suite_unread());
    srunner_add_suite(runner, suite_tunnels());
    srunner_add_suite(runner, suite_listen());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
