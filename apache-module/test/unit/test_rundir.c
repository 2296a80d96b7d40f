/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* The run folder: who may own it, what is removed, who holds it. */
#include "test_jsgid.h"

#include <apr_strings.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jsgid_rundir.h"

static mode_t mode_of(apr_pool_t *pool, const char *folder, const char *name)
{
    struct stat info;

    ck_assert_int_eq(lstat(apr_pstrcat(pool, folder, "/", name, NULL), &info), 0);
    return info.st_mode & 07777;
}

START_TEST(folders_get_their_modes)
{
    apr_pool_t *pool = test_pool();
    const char *run = apr_pstrcat(pool, test_folder(pool), "/a/run", NULL);

    ck_assert_ptr_null(jsgid_rundir_create(pool, run, getegid()));
    ck_assert_ptr_null(jsgid_rundir_create(pool, run, getegid()));
    ck_assert_uint_eq(mode_of(pool, run, "."), 0755);
    ck_assert_uint_eq(mode_of(pool, run, "groups"), 0710);
    ck_assert_uint_eq(mode_of(pool, run, "sockets"), 0710);
    ck_assert_uint_eq(mode_of(pool, run, "monitors"), 0700);
    ck_assert_uint_eq(mode_of(pool, run, "control"), 0755);
    ck_assert_uint_eq(mode_of(pool, run, "tmp"), 0711);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(folder_below_one_that_others_can_write_is_refused)
{
    apr_pool_t *pool = test_pool();
    const char *above = test_folder(pool);
    const char *error;

    ck_assert_int_eq(chmod(above, 0777), 0);
    error = jsgid_rundir_create(pool, apr_pstrcat(pool, above, "/run", NULL), getegid());
    ck_assert_ptr_nonnull(error);
    ck_assert_msg(strstr(error, above) != NULL && strstr(error, "chmod go-w") != NULL, "%s", error);
    /* In a sticky folder nobody can replace another one's folder. */
    ck_assert_int_eq(chmod(above, 01777), 0);
    ck_assert_ptr_null(
        jsgid_rundir_create(pool, apr_pstrcat(pool, above, "/run", NULL), getegid()));
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(folder_of_somebody_else_is_refused)
{
    apr_pool_t *pool = test_pool();
    const char *run = apr_pstrcat(pool, test_folder(pool), "/run", NULL);
    const char *error;

    if (geteuid() != 0) {
        apr_pool_destroy(pool);
        return; /* only root can give a folder away */
    }
    ck_assert_int_eq(mkdir(run, 0755), 0);
    ck_assert_int_eq(chown(run, 65534, 65534), 0);
    error = jsgid_rundir_create(pool, run, getegid());
    ck_assert_ptr_nonnull(error);
    ck_assert_msg(strstr(error, "65534") != NULL, "%s", error);
    apr_pool_destroy(pool);
}
END_TEST

static const char *const parts[] = {"groups", "sockets", "monitors", "control", "tmp"};
enum { PARTS = sizeof(parts) / sizeof(*parts) };

/* A run folder in which one of the folders is not there. */
static const char *run_without(apr_pool_t *pool, int part, const char **ppath)
{
    const char *run = apr_pstrcat(pool, test_folder(pool), "/run", NULL);

    ck_assert_ptr_null(jsgid_rundir_create(pool, run, getegid()));
    *ppath = apr_pstrcat(pool, run, "/", parts[part], NULL);
    ck_assert_int_eq(rmdir(*ppath), 0);
    return run;
}

START_TEST(link_in_place_of_a_folder_is_refused_and_not_followed)
{
    apr_pool_t *pool = test_pool();
    const char *path;
    const char *run = run_without(pool, _i, &path);
    const char *victim = apr_pstrcat(pool, test_folder(pool), "/victim", NULL);
    const char *error;
    struct stat info;

    ck_assert_int_eq(mkdir(victim, 0707), 0);
    ck_assert_int_eq(chmod(victim, 0707), 0);
    ck_assert_int_eq(symlink(victim, path), 0);
    error = jsgid_rundir_create(pool, run, getegid());
    ck_assert_ptr_nonnull(error);
    ck_assert_msg(strstr(error, path) != NULL, "%s", error);
    ck_assert_int_eq(stat(victim, &info), 0);
    ck_assert_uint_eq(info.st_mode & 07777, 0707);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(folder_inside_of_somebody_else_is_refused)
{
    apr_pool_t *pool = test_pool();
    const char *path;
    const char *run = run_without(pool, _i, &path);
    const char *error;

    ck_assert_int_eq(mkdir(path, 0700), 0);
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(path, 65534, 65534), 0);
        error = jsgid_rundir_create(pool, run, getegid());
        ck_assert_ptr_nonnull(error);
        ck_assert_msg(strstr(error, path) != NULL && strstr(error, "65534") != NULL, "%s", error);
    }
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(file_in_place_of_a_folder_is_refused)
{
    apr_pool_t *pool = test_pool();
    const char *path;
    const char *run = run_without(pool, _i, &path);
    const char *error;

    test_write(path, "");
    error = jsgid_rundir_create(pool, run, getegid());
    ck_assert_ptr_nonnull(error);
    ck_assert_msg(strstr(error, path) != NULL, "%s", error);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(folder_below_one_that_a_group_can_write_is_refused_and_not_touched)
{
    apr_pool_t *pool = test_pool();
    const char *parent = test_folder(pool);
    const char *run = apr_pstrcat(pool, parent, "/run", NULL);
    const char *error;

    ck_assert_int_eq(chmod(parent, 0775), 0);
    /* What the folder's other owners may do at any moment. */
    ck_assert_int_eq(symlink("/tmp", run), 0);
    error = jsgid_rundir_create(pool, run, getegid());
    ck_assert_ptr_nonnull(error);
    ck_assert_msg(strstr(error, parent) != NULL && strstr(error, "0775") != NULL, "%s", error);
    ck_assert_uint_eq(mode_of(pool, "/", "tmp"), 01777);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(folder_that_others_could_write_until_now_is_refused)
{
    apr_pool_t *pool = test_pool();
    const char *run = apr_pstrcat(pool, test_folder(pool), "/run", NULL);
    const char *error;

    ck_assert_int_eq(mkdir(run, 0755), 0);
    ck_assert_int_eq(chmod(run, 01777), 0);
    error = jsgid_rundir_create(pool, run, getegid());
    ck_assert_ptr_nonnull(error);
    ck_assert_msg(strstr(error, run) != NULL && strstr(error, "chmod go-w") != NULL, "%s", error);
    ck_assert_int_eq(chmod(run, 0755), 0);
    ck_assert_ptr_null(jsgid_rundir_create(pool, run, getegid()));
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(link_to_a_folder_below_an_unsafe_one_is_refused)
{
    apr_pool_t *pool = test_pool();
    const char *unsafe = test_folder(pool);
    const char *target = apr_pstrcat(pool, unsafe, "/run", NULL);
    const char *link = apr_pstrcat(pool, test_folder(pool), "/link", NULL);
    const char *error;

    ck_assert_int_eq(mkdir(target, 0755), 0);
    ck_assert_int_eq(chmod(unsafe, 0777), 0);
    ck_assert_int_eq(symlink(target, link), 0);
    error = jsgid_rundir_create(pool, apr_pstrcat(pool, link, "/run", NULL), getegid());
    ck_assert_ptr_nonnull(error);
    ck_assert_msg(strstr(error, unsafe) != NULL, "%s", error);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(umask_of_the_starting_shell_changes_no_mode)
{
    apr_pool_t *pool = test_pool();
    const char *parent = test_folder(pool);
    const char *run = apr_pstrcat(pool, parent, "/a/b/run", NULL);
    mode_t inherited = umask((mode_t)(_i == 0 ? 077 : 0));

    ck_assert_ptr_null(jsgid_rundir_create(pool, run, getegid()));
    (void)umask(inherited);
    ck_assert_uint_eq(mode_of(pool, parent, "a"), 0755);
    ck_assert_uint_eq(mode_of(pool, parent, "a/b"), 0755);
    ck_assert_uint_eq(mode_of(pool, run, "."), 0755);
    ck_assert_uint_eq(mode_of(pool, run, "sockets"), 0710);
    ck_assert_uint_eq(mode_of(pool, run, "monitors"), 0700);
    ck_assert_uint_eq(mode_of(pool, run, "tmp"), 0711);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(second_instance_is_refused_while_the_first_lives)
{
    apr_pool_t *pool = test_pool();
    const char *run = test_folder(pool);
    int fd;
    int status;
    pid_t other;

    ck_assert_ptr_null(jsgid_rundir_lock(pool, run, &fd));
    other = fork();
    if (other == 0) {
        int second;
        const char *error = jsgid_rundir_lock(pool, run, &second);

        _exit(error != NULL && strstr(error, apr_itoa(pool, (int)getppid())) != NULL ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(other, &status, 0), other);
    ck_assert_int_eq(status, 0);
    (void)close(fd);
    other = fork();
    if (other == 0) {
        _exit(jsgid_rundir_lock(pool, run, &fd) == NULL ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(other, &status, 0), other);
    ck_assert_int_eq(status, 0);
    apr_pool_destroy(pool);
}
END_TEST

/* "control": of a monitor; "sockets": of a daemon that outlives its monitor. */
START_TEST(listeners_of_a_former_instance_are_seen)
{
    static const char *const sockets[] = {"/control/x.sock", "/sockets/x.1.sock"};
    apr_pool_t *pool = test_pool();
    const char *run = test_folder(pool);
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    ck_assert_ptr_null(jsgid_rundir_create(pool, run, getegid()));
    memset(&address, 0, sizeof(address));
    address.sun_family = AF_UNIX;
    apr_cpystrn(address.sun_path, apr_pstrcat(pool, run, sockets[_i], NULL),
                sizeof(address.sun_path));
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(jsgid_rundir_has_listeners(pool, run), 0);
    ck_assert_int_eq(listen(fd, 1), 0);
    ck_assert_int_eq(jsgid_rundir_has_listeners(pool, run), 1);
    (void)close(fd);
    ck_assert_int_eq(jsgid_rundir_has_listeners(pool, run), 0);
    jsgid_rundir_clean(pool, run);
    ck_assert_int_ne(access(address.sun_path, F_OK), 0);
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(file_is_replaced_as_a_whole)
{
    apr_pool_t *pool = test_pool();
    const char *path = apr_pstrcat(pool, test_folder(pool), "/file", NULL);
    mode_t mask = umask(077);
    struct stat info;

    ck_assert_ptr_null(jsgid_rundir_read(pool, path));
    ck_assert_ptr_null(jsgid_rundir_write(pool, path, 0644, "one"));
    ck_assert_ptr_null(jsgid_rundir_write(pool, path, 0644, "two\n"));
    (void)umask(mask);
    ck_assert_str_eq(jsgid_rundir_read(pool, path), "two\n");
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 07777, 0644);
    ck_assert_ptr_nonnull(jsgid_rundir_write(pool, "/no/such/folder/file", 0644, "x"));
    apr_pool_destroy(pool);
}
END_TEST

static int keep_kept(void *baton, const char *group)
{
    (void)baton;
    return strcmp(group, "kept") == 0;
}

START_TEST(only_links_with_the_text_are_removed)
{
    apr_pool_t *pool = test_pool();
    const char *run = test_folder(pool);
    char text[64] = {0};

    ck_assert_ptr_null(jsgid_rundir_create(pool, run, getegid()));
    ck_assert_ptr_null(jsgid_rundir_link(pool, apr_pstrcat(pool, run, "/groups/gone.sock", NULL),
                                         "unavailable:x:1"));
    ck_assert_ptr_null(jsgid_rundir_link(pool, apr_pstrcat(pool, run, "/groups/kept.sock", NULL),
                                         "unavailable:x:1"));
    ck_assert_ptr_null(
        jsgid_rundir_link(pool, apr_pstrcat(pool, run, "/groups/live.sock", NULL), "old"));
    ck_assert_ptr_null(jsgid_rundir_link(pool, apr_pstrcat(pool, run, "/groups/live.sock", NULL),
                                         "../sockets/l.sock"));
    jsgid_rundir_unlink(pool, run, "unavailable:x:", keep_kept, NULL);
    ck_assert_int_lt(
        readlink(apr_pstrcat(pool, run, "/groups/gone.sock", NULL), text, sizeof(text) - 1), 0);
    ck_assert_int_gt(
        readlink(apr_pstrcat(pool, run, "/groups/kept.sock", NULL), text, sizeof(text) - 1), 0);
    memset(text, 0, sizeof(text));
    ck_assert_int_gt(
        readlink(apr_pstrcat(pool, run, "/groups/live.sock", NULL), text, sizeof(text) - 1), 0);
    ck_assert_str_eq(text, "../sockets/l.sock");
    apr_pool_destroy(pool);
}
END_TEST

Suite *suite_rundir(void)
{
    Suite *suite = suite_create("rundir");
    TCase *tests = tcase_create("rundir");

    tcase_add_test(tests, folders_get_their_modes);
    tcase_add_test(tests, folder_below_one_that_others_can_write_is_refused);
    tcase_add_test(tests, folder_of_somebody_else_is_refused);
    tcase_add_loop_test(tests, link_in_place_of_a_folder_is_refused_and_not_followed, 0, PARTS);
    tcase_add_loop_test(tests, folder_inside_of_somebody_else_is_refused, 0, PARTS);
    tcase_add_loop_test(tests, file_in_place_of_a_folder_is_refused, 0, PARTS);
    tcase_add_test(tests, folder_below_one_that_a_group_can_write_is_refused_and_not_touched);
    tcase_add_test(tests, folder_that_others_could_write_until_now_is_refused);
    tcase_add_test(tests, link_to_a_folder_below_an_unsafe_one_is_refused);
    tcase_add_loop_test(tests, umask_of_the_starting_shell_changes_no_mode, 0, 2);
    tcase_add_test(tests, second_instance_is_refused_while_the_first_lives);
    tcase_add_loop_test(tests, listeners_of_a_former_instance_are_seen, 0, 2);
    tcase_add_test(tests, file_is_replaced_as_a_whole);
    tcase_add_test(tests, only_links_with_the_text_are_removed);
    suite_add_tcase(suite, tests);
    return suite;
}
