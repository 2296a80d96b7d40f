/* Licensed under the Apache License, Version 2.0; see LICENSE. */
#ifndef TEST_JSGID_H
#define TEST_JSGID_H

#include <apr_pools.h>
#include <check.h>

/** One suite per source file; the program runs them all, each test in a process of its own. */
Suite *suite_fcgi(void);
Suite *suite_head(void);
Suite *suite_route(void);
Suite *suite_backoff(void);
Suite *suite_value(void);
Suite *suite_profile(void);
Suite *suite_rundir(void);
Suite *suite_chroot(void);
Suite *suite_choice(void);
Suite *suite_conn(void);
Suite *suite_spawn(void);
Suite *suite_directives(void);
Suite *suite_unread(void);
Suite *suite_tunnels(void);
Suite *suite_listen(void);
Suite *suite_sendfile(void);

/** A pool for one test. */
apr_pool_t *test_pool(void);
/** A new empty folder for one test, removed with everything in it when the pool is destroyed. */
const char *test_folder(apr_pool_t *pool);
/** Whole text of a file; fails the test when it cannot be read. */
char *test_read(apr_pool_t *pool, const char *path, apr_size_t *plength);
void test_write(const char *path, const char *text);

#endif
