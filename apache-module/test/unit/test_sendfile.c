/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* Which files X-Sendfile may name. */
#include "test_jsgid.h"

#include <apr_strings.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jsgid_sendfile.h"

static const char *below(apr_pool_t *pool, const char *folder, const char *name)
{
    return apr_pstrcat(pool, folder, "/", name, NULL);
}

static apr_array_header_t *list(apr_pool_t *pool, const char *folder)
{
    apr_array_header_t *folders = apr_array_make(pool, 1, sizeof(const char *));

    *(const char **)apr_array_push(folders) = folder;
    return folders;
}

/* Status of looking for a path when one folder is allowed; what is found is closed. */
static jsgid_sendfile_status_t find(apr_pool_t *pool, const char *root, const char *path,
                                    const char *allowed)
{
    const char *real;
    int fd = -1;
    jsgid_sendfile_status_t status =
        jsgid_sendfile_find(root, path, list(pool, allowed), pool, &fd, &real);

    ck_assert_int_eq(status == JSGID_SENDFILE_OK, fd >= 0);
    if (fd >= 0) {
        (void)close(fd);
    }
    return status;
}

START_TEST(value_is_a_percent_encoded_absolute_path)
{
    apr_pool_t *pool = test_pool();

    ck_assert_str_eq(jsgid_sendfile_path("/srv/a b", pool), "/srv/a b");
    ck_assert_str_eq(jsgid_sendfile_path("/srv/a%20b%2Fc%25", pool), "/srv/a b/c%");
    ck_assert_str_eq(jsgid_sendfile_path("/srv/%c3%A9", pool), "/srv/\xc3\xa9");
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(value_that_is_none_is_refused)
{
    static const char *const values[] = {"",         "file",     "../file",     "%2",
                                         "/srv/%",   "/srv/%4",  "/srv/%4g",    "/srv/%zz",
                                         "/srv/%00", "a%2Ffile", "/srv/a%00.b", "file:///srv/a"};
    apr_pool_t *pool = test_pool();
    size_t i;

    for (i = 0; i < sizeof(values) / sizeof(*values); i++) {
        ck_assert_msg(jsgid_sendfile_path(values[i], pool) == NULL, "%s", values[i]);
    }
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(file_below_an_allowed_folder_is_found_and_others_are_not)
{
    apr_pool_t *pool = test_pool();
    const char *folder = test_folder(pool);
    const char *allowed = below(pool, folder, "allowed");
    const char *file = below(pool, allowed, "file");

    ck_assert_int_eq(mkdir(allowed, 0755), 0);
    ck_assert_int_eq(mkdir(below(pool, folder, "allowed2"), 0755), 0);
    test_write(file, "x");
    test_write(below(pool, folder, "other"), "x");
    test_write(below(pool, folder, "allowed2/file"), "x");

    ck_assert_int_eq(find(pool, NULL, file, allowed), JSGID_SENDFILE_OK);
    ck_assert_int_eq(find(pool, NULL, file, apr_pstrcat(pool, allowed, "/", NULL)),
                     JSGID_SENDFILE_OK);
    ck_assert_int_eq(find(pool, NULL, file, "/"), JSGID_SENDFILE_OK);
    ck_assert_int_eq(find(pool, NULL, below(pool, allowed, "../allowed/file"), allowed),
                     JSGID_SENDFILE_OK);
    ck_assert_int_eq(find(pool, NULL, below(pool, allowed, "../other"), allowed),
                     JSGID_SENDFILE_OUTSIDE);
    ck_assert_int_eq(find(pool, NULL, below(pool, folder, "allowed2/file"), allowed),
                     JSGID_SENDFILE_OUTSIDE);
    ck_assert_int_eq(find(pool, NULL, below(pool, allowed, "none"), allowed),
                     JSGID_SENDFILE_MISSING);
    ck_assert_int_eq(find(pool, NULL, allowed, allowed), JSGID_SENDFILE_NO_FILE);
    ck_assert_int_eq(find(pool, NULL, file, below(pool, folder, "no-such-folder")),
                     JSGID_SENDFILE_OUTSIDE);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(links_count_for_where_they_lead)
{
    apr_pool_t *pool = test_pool();
    const char *folder = test_folder(pool);
    const char *allowed = below(pool, folder, "allowed");

    ck_assert_int_eq(mkdir(allowed, 0755), 0);
    test_write(below(pool, allowed, "file"), "x");
    test_write(below(pool, folder, "secret"), "x");
    ck_assert_int_eq(symlink("../secret", below(pool, allowed, "out")), 0);
    ck_assert_int_eq(symlink("file", below(pool, allowed, "within")), 0);
    ck_assert_int_eq(symlink(allowed, below(pool, folder, "in")), 0);
    ck_assert_int_eq(symlink("..", below(pool, allowed, "up")), 0);

    ck_assert_int_eq(find(pool, NULL, below(pool, allowed, "out"), allowed),
                     JSGID_SENDFILE_OUTSIDE);
    ck_assert_int_eq(find(pool, NULL, below(pool, allowed, "up/secret"), allowed),
                     JSGID_SENDFILE_OUTSIDE);
    ck_assert_int_eq(find(pool, NULL, below(pool, allowed, "within"), allowed), JSGID_SENDFILE_OK);
    /* A link that leads in, and an allowed folder that is a link. */
    ck_assert_int_eq(find(pool, NULL, below(pool, folder, "in/file"), allowed), JSGID_SENDFILE_OK);
    ck_assert_int_eq(find(pool, NULL, below(pool, allowed, "file"), below(pool, folder, "in")),
                     JSGID_SENDFILE_OK);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(pipe_is_looked_at_without_waiting_for_its_writer)
{
    apr_pool_t *pool = test_pool();
    const char *folder = test_folder(pool);

    ck_assert_int_eq(mkfifo(below(pool, folder, "pipe"), 0600), 0);
    ck_assert_int_eq(find(pool, NULL, below(pool, folder, "pipe"), folder), JSGID_SENDFILE_NO_FILE);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(path_is_that_of_a_process_in_its_own_root)
{
    apr_pool_t *pool = test_pool();
    const char *root = test_folder(pool);
    const char *data = below(pool, root, "data");

    ck_assert_int_eq(mkdir(data, 0755), 0);
    test_write(below(pool, data, "file"), "x");
    /* Absolute: inside the root it is the file there. */
    ck_assert_int_eq(symlink("/data/file", below(pool, data, "link")), 0);
    ck_assert_int_eq(symlink("/etc/passwd", below(pool, data, "accounts")), 0);

    ck_assert_int_eq(find(pool, root, "/data/file", data), JSGID_SENDFILE_OK);
    ck_assert_int_eq(find(pool, root, "/../../data/file", data), JSGID_SENDFILE_OK);
    ck_assert_int_ne(find(pool, root, "/data/accounts", data), JSGID_SENDFILE_OK);
    ck_assert_int_ne(find(pool, root, "/etc/passwd", data), JSGID_SENDFILE_OK);
    ck_assert_int_eq(find(pool, "/", below(pool, data, "file"), data), JSGID_SENDFILE_OK);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(what_was_found_stays_that_file_when_its_name_becomes_another_ones)
{
    apr_pool_t *pool = test_pool();
    const char *folder = test_folder(pool);
    const char *file = below(pool, folder, "file");
    const char *real;
    char text[8] = "";
    int fd = -1;
    int again;

    test_write(file, "right");
    ck_assert_int_eq(jsgid_sendfile_find(NULL, file, list(pool, folder), pool, &fd, &real),
                     JSGID_SENDFILE_OK);
    ck_assert_str_eq(real, file);
    ck_assert_int_eq(unlink(file), 0);
    ck_assert_int_eq(symlink("/etc/passwd", file), 0);
    again = open(apr_psprintf(pool, "/proc/self/fd/%d", fd), O_RDONLY);
    ck_assert_int_ge(again, 0);
    ck_assert_int_eq(read(again, text, sizeof(text) - 1), 5);
    ck_assert_str_eq(text, "right");
    (void)close(again);
    (void)close(fd);
    apr_pool_destroy(pool);
}
END_TEST

Suite *suite_sendfile(void)
{
    Suite *suite = suite_create("sendfile");
    TCase *tests = tcase_create("sendfile");

    tcase_add_test(tests, value_is_a_percent_encoded_absolute_path);
    tcase_add_test(tests, value_that_is_none_is_refused);
    tcase_add_test(tests, file_below_an_allowed_folder_is_found_and_others_are_not);
    tcase_add_test(tests, links_count_for_where_they_lead);
    tcase_add_test(tests, pipe_is_looked_at_without_waiting_for_its_writer);
    tcase_add_test(tests, path_is_that_of_a_process_in_its_own_root);
    tcase_add_test(tests, what_was_found_stays_that_file_when_its_name_becomes_another_ones);
    suite_add_tcase(suite, tests);
    return suite;
}
