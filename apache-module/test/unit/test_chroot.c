/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* Files of groups that have a root folder of their own. */
#include "test_jsgid.h"

#include <apr_strings.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jsgid_chroot.h"

START_TEST(file_below_the_root_is_named_from_there)
{
    ck_assert_str_eq(jsgid_chroot_inside("/srv/jail", "/srv/jail/app/x.war"), "/app/x.war");
    ck_assert_str_eq(jsgid_chroot_inside("/srv/jail", "/srv/jail"), "/");
    ck_assert_str_eq(jsgid_chroot_inside("/", "/srv/x.war"), "/srv/x.war");
}
END_TEST

START_TEST(file_beside_the_root_has_no_name_there)
{
    ck_assert_ptr_null(jsgid_chroot_inside("/srv/jail", "/srv/jail2/x.war"));
    ck_assert_ptr_null(jsgid_chroot_inside("/srv/jail", "/srv"));
    ck_assert_ptr_null(jsgid_chroot_inside("/srv/jail", "/"));
}
END_TEST

START_TEST(links_lead_where_they_lead_inside)
{
    apr_pool_t *pool = test_pool();
    const char *root = test_folder(pool);
    int known = jsgid_chroot_find(root, "/nothing") == ENOENT; /* else the kernel is too old */

    ck_assert_int_eq(jsgid_chroot_find("/no/such/folder", "/"), ENOENT);
    ck_assert_int_eq(mkdir(apr_pstrcat(pool, root, "/opt", NULL), 0755), 0);
    test_write(apr_pstrcat(pool, root, "/opt/java", NULL), "");
    /* Absolute: inside it is the file above, outside nothing. */
    ck_assert_int_eq(symlink("/opt/java", apr_pstrcat(pool, root, "/java", NULL)), 0);
    /* There outside, not inside. */
    ck_assert_int_eq(symlink("/etc/passwd", apr_pstrcat(pool, root, "/accounts", NULL)), 0);
    ck_assert_int_eq(jsgid_chroot_find(root, "/java"), 0);
    ck_assert_int_eq(jsgid_chroot_find(root, "/../../opt/java"), 0);
    ck_assert_int_eq(jsgid_chroot_find(root, "/accounts"), known ? ENOENT : 0);
    apr_pool_destroy(pool);
}
END_TEST

Suite *suite_chroot(void)
{
    Suite *suite = suite_create("chroot");
    TCase *tests = tcase_create("chroot");

    tcase_add_test(tests, file_below_the_root_is_named_from_there);
    tcase_add_test(tests, file_beside_the_root_has_no_name_there);
    tcase_add_test(tests, links_lead_where_they_lead_inside);
    suite_add_tcase(suite, tests);
    return suite;
}
