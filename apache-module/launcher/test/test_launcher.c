/*
 * Starts the real launcher as a monitor does, with a program behind it that prints what it sees.
 *
 *     test_launcher LAUNCHER SEEN PATIENCE-SECONDS
 *
 * Tests of a change of user need root; without it they are skipped, with the reason printed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_monitor.h"
#include "launcher_exit.h"

static const char *seen;
static int patience_seconds;

/* What came out of one launch. */
static char out[256 * 1024];
static char err[8192];
static char told[16384]; /* `failed`, by launcher or daemon */

static void say_program(void)
{
    say("exec", seen);
    say("arg", "jsgid: shop");
    say("arg", "-Dfoo=bar baz");
    say("name", "shop");
}

static void read_to_end(int descriptor, char *to, size_t room)
{
    size_t size = 0;
    for (;;) {
        wait_readable(descriptor);
        ssize_t count = read(descriptor, to + size, room - size - 1);
        if (count < 0 && errno == ECONNRESET) {
            count = 0;
        }
        ck_assert_int_ge(count, 0);
        if (count == 0) {
            break;
        }
        size += (size_t)count;
    }
    to[size] = '\0';
}

/* The exit status of the launcher; the daemon's when it has become a keeper. */
static int finish(void)
{
    int status = 0;
    int found[2] = {-1, -1};
    char path[128];
    char first = '\0';
    out[0] = told[0] = '\0';
    if (connection >= 0) {
        wait_readable(connection);
        if (recv(connection, &first, 1, MSG_PEEK) == 1 && first == 's') {
            size_t count = read_line_with(connection, found, 2);
            take_started(found, count);
            read_to_end(output, out, sizeof(out));
            read_to_end(management, told, sizeof(told));
            read_line(connection);
            ck_assert_msg(sscanf(line, "exited status=%d", &status) == 1, "%s: %s", line, out);
        } else {
            read_to_end(connection, told, sizeof(told));
        }
    }
    int keepers = 0;
    ck_assert_int_eq(waitpid(keeper, &keepers, 0), keeper);
    keeper = -1;
    ck_assert_msg(WIFEXITED(keepers), "ended by signal %d", WTERMSIG(keepers));
    (void)snprintf(path, sizeof(path), "%s/stderr", folder);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    read_to_end(file, err, sizeof(err));
    (void)close(file);
    if (daemon_pid < 0) {
        return WEXITSTATUS(keepers);
    }
    ck_assert_int_eq(WEXITSTATUS(keepers), 0);
    ck_assert_str_eq(err, "");
    daemon_pid = -1;
    if (told[0] != '\0') {
        /* A failure of the daemon's; what it has to say is its output. */
        (void)snprintf(err, sizeof(err), "%.8000s", out);
        out[0] = '\0';
    }
    return status;
}

static int finish_launch(void)
{
    launch();
    return finish();
}

/* ---- expectations ---- */

static bool sees(const char *wanted)
{
    size_t length = strlen(wanted);
    for (const char *at = out; (at = strstr(at, wanted)) != NULL; at++) {
        if ((at == out || at[-1] == '\n') && at[length] == '\n') {
            return true;
        }
    }
    return false;
}

static void expect(const char *format, ...)
{
    char wanted[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(wanted, sizeof(wanted), format, arguments);
    va_end(arguments);
    ck_assert_msg(sees(wanted), "\"%s\" is not in:\n%s%s", wanted, out, err);
}

static size_t count_lines(const char *prefix)
{
    size_t count = 0;
    for (const char *at = out; (at = strstr(at, prefix)) != NULL; at++) {
        count += at == out || at[-1] == '\n';
    }
    return count;
}

static void expect_started(void)
{
    int status = finish_launch();
    ck_assert_msg(status == 0, "exit status %d: %s", status, err);
    expect("end=yes");
}

/* A failure is told three times: exit status, `failed` line, and a sentence with the same number.
 */
static void expect_failure(int status, enum launcher_exit wanted, const char *detail)
{
    char failed[64];
    char id[64];
    (void)snprintf(failed, sizeof(failed), "failed status=%d reason=", wanted);
    (void)snprintf(id, sizeof(id), "jsgid-launch: JSGID0%d: ", wanted);
    ck_assert_msg(status == (int)wanted, "exit status %d: %s", status, err);
    ck_assert_msg(strncmp(err, id, strlen(id)) == 0, "standard error: %s", err);
    ck_assert_msg(strstr(err, detail) != NULL, "\"%s\" is not in: %s", detail, err);
    ck_assert_str_eq(out, "");
    if (connection >= 0) {
        ck_assert_msg(strncmp(told, failed, strlen(failed)) == 0, "told: %s", told);
        ck_assert_ptr_eq(strchr(told, '\n'), told + strlen(told) - 1);
        ck_assert_ptr_null(strchr(told + strlen(failed), ' '));
    }
}

static void expect_refusal(enum launcher_exit wanted, const char *detail)
{
    expect_failure(finish_launch(), wanted, detail);
}

static void make_folder(char *path, size_t room, const char *name, mode_t mode, uid_t owner)
{
    (void)snprintf(path, room, "%s/%s", folder, name);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert_int_eq(chmod(path, mode), 0);
    ck_assert_int_eq(geteuid() == 0 ? chown(path, owner, GROUP) : 0, 0);
}

/* ---- what the program sees ---- */

START_TEST(program_runs_as_the_user_and_group_and_nothing_else)
{
    if (lacks_root("program_runs_as_the_user_and_group_and_nothing_else")) {
        return;
    }
    say_program();
    say_user();
    expect_started();
    expect("uid=%d %d %d", USER, USER, USER);
    expect("gid=%d %d %d", GROUP, GROUP, GROUP);
    expect("groups=");
}
END_TEST

START_TEST(supplementary_groups_are_exactly_those_given)
{
    static const gid_t inherited[] = {0, 4, 27};
    if (lacks_root("supplementary_groups_are_exactly_those_given")) {
        return;
    }
    ck_assert_int_eq(setgroups(3, inherited), 0);
    say_program();
    say_user();
    say("group", "7002");
    say("group", "7001");
    expect_started();
    expect("groups=7001 7002");
}
END_TEST

START_TEST(a_named_user_gets_the_groups_of_the_account)
{
    const struct passwd *games = getpwnam("games");
    if (lacks_root("a_named_user_gets_the_groups_of_the_account")) {
        return;
    }
    if (games == NULL) {
        printf("skipped: a_named_user_gets_the_groups_of_the_account: no user games\n");
        return;
    }
    say_program();
    say("user", "games");
    say_number("uid", (long)games->pw_uid);
    say_number("gid", GROUP);
    expect_started();
    expect("groups=%d", GROUP);
}
END_TEST

START_TEST(group_keys_replace_the_groups_of_the_account)
{
    const struct passwd *games = getpwnam("games");
    if (lacks_root("group_keys_replace_the_groups_of_the_account") || games == NULL) {
        return;
    }
    say_program();
    say("user", "games");
    say_number("uid", (long)games->pw_uid);
    say_number("gid", GROUP);
    say("group", "7001");
    expect_started();
    expect("groups=7001");
}
END_TEST

START_TEST(no_capability_is_left_and_none_can_be_had)
{
    say_program();
    say_user();
    expect_started();
    expect("capabilities=0 0 0");
    expect("ambient=0");
    expect("no-new-privs=1");
    if (!lacks_root("no_capability_is_left_and_none_can_be_had (bounding set)")) {
        expect("bounding=0");
    }
}
END_TEST

START_TEST(program_can_be_inspected_by_its_own_user)
{
    say_program();
    say_user();
    expect_started();
    expect("dumpable=1");
}
END_TEST

START_TEST(arguments_and_environment_are_exactly_those_given)
{
    ck_assert_int_eq(setenv("SECRET_OF_ROOT", "1", 1), 0);
    say_program();
    say("arg", "");
    say("env", "PATH=/usr/bin");
    say("env", "TEXT=a=b c%20\nd");
    say("env", "EMPTY=");
    say_user();
    expect_started();
    expect("arg=jsgid: shop");
    expect("arg=-Dfoo=bar baz");
    expect("arg=");
    ck_assert_uint_eq(count_lines("arg="), 3);
    expect("env=PATH=/usr/bin");
    expect("env=TEXT=a=b c%%20\nd");
    expect("env=EMPTY=");
    ck_assert_uint_eq(count_lines("env="), 3);
}
END_TEST

static void open_more_descriptors(void)
{
    (void)dup2(2, 3);
    (void)dup2(2, 9);
    (void)dup2(2, 700);
}

START_TEST(only_four_descriptors_are_open)
{
    in_child = open_more_descriptors;
    say_program();
    say_user();
    expect_started();
    expect("descriptors=0 1 2 3");
}
END_TEST

static void close_standard_input(void)
{
    (void)close(0);
}

START_TEST(a_missing_standard_descriptor_harms_nothing)
{
    in_child = close_standard_input;
    say_program();
    say_user();
    expect_started();
    expect("descriptors=0 1 2 3");
}
END_TEST

static void spoil_signals(void)
{
    sigset_t all;
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGRTMIN, SIG_IGN);
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, NULL);
    (void)alarm(1000);
}

START_TEST(signals_and_timers_are_as_in_a_fresh_process)
{
    in_child = spoil_signals;
    say_program();
    say_user();
    expect_started();
    expect("signals-changed=0");
    expect("signals-blocked=0");
    expect("timer=none");
}
END_TEST

START_TEST(program_leads_a_session_of_its_own)
{
    say_program();
    say_user();
    expect_started();
    expect("session=own");
}
END_TEST

START_TEST(umask_is_read_as_octal)
{
    say_program();
    say_user();
    say("umask", "0027");
    expect_started();
    expect("umask=0027");
}
END_TEST

START_TEST(limits_and_priority_are_set)
{
    say_program();
    say_user();
    say("limit", "nofile=64");
    say("limit", "core=0");
    say("limit", "cpu=77");
    say("limit", "data=1125899906842624");
    say("nice", "5");
    expect_started();
    expect("limit-nofile=64 64");
    expect("limit-core=0 0");
    expect("limit-cpu=77 77");
    expect("limit-data=1125899906842624 1125899906842624");
    expect("nice=5");
}
END_TEST

static void lower_hard_limit(void)
{
    const struct rlimit low = {.rlim_cur = 64, .rlim_max = 64};
    (void)setrlimit(RLIMIT_NOFILE, &low);
}

static void lower_soft_limit(void)
{
    const struct rlimit low = {.rlim_cur = 64, .rlim_max = 20000};
    (void)setrlimit(RLIMIT_NOFILE, &low);
}

START_TEST(open_files_are_enough_when_nothing_is_said)
{
    in_child = lower_soft_limit;
    say_program();
    say_user();
    expect_started();
    expect("limit-nofile=8192 20000");
}
END_TEST

START_TEST(root_raises_a_limit_above_the_hard_limit_of_apache)
{
    if (lacks_root("root_raises_a_limit_above_the_hard_limit_of_apache")) {
        return;
    }
    if (prctl(PR_CAPBSET_READ, 24 /* CAP_SYS_RESOURCE */, 0, 0, 0) != 1) {
        printf("skipped: root_raises_a_limit_above_the_hard_limit_of_apache: needs "
               "CAP_SYS_RESOURCE\n");
        return;
    }
    in_child = lower_hard_limit;
    say_program();
    say_user();
    say("limit", "nofile=8192");
    expect_started();
    expect("limit-nofile=8192 8192");
}
END_TEST

START_TEST(working_directory_is_entered)
{
    char path[128];
    make_folder(path, sizeof(path), "work", 0700, USER);
    say_program();
    say_user();
    say("directory", path);
    expect_started();
    expect("directory=%s", path);
}
END_TEST

START_TEST(without_a_working_directory_it_is_the_root)
{
    say_program();
    say_user();
    expect_started();
    expect("directory=/");
}
END_TEST

START_TEST(home_is_the_working_directory_when_none_is_named)
{
    char path[128];
    make_folder(path, sizeof(path), "home", 0700, USER);
    say_program();
    say_user();
    say("home", path);
    expect_started();
    expect("directory=%s", path);
}
END_TEST

START_TEST(named_working_directory_goes_before_the_home)
{
    char path[128];
    make_folder(path, sizeof(path), "home", 0700, USER);
    say_program();
    say_user();
    say("home", path);
    say("directory", folder);
    expect_started();
    expect("directory=%s", folder);
}
END_TEST

START_TEST(home_that_cannot_be_entered_is_replaced_by_the_root)
{
    say_program();
    say_user();
    say("home", "/nonexistent");
    expect_started();
    expect("directory=/");
}
END_TEST

START_TEST(working_directory_is_entered_with_the_rights_of_the_user)
{
    char path[128];
    if (lacks_root("working_directory_is_entered_with_the_rights_of_the_user")) {
        return;
    }
    make_folder(path, sizeof(path), "roots", 0700, 0);
    say_program();
    say_user();
    say("directory", path);
    expect_refusal(LAUNCHER_EXIT_DIRECTORY, path);
    ck_assert_ptr_nonnull(strstr(err, "id 54321"));
}
END_TEST

START_TEST(program_runs_inside_the_chroot)
{
    char root[128];
    char work[160];
    char copy[512];
    if (lacks_root("program_runs_inside_the_chroot")) {
        return;
    }
    make_folder(root, sizeof(root), "jail", 0755, 0);
    (void)snprintf(work, sizeof(work), "%s/srv", root);
    ck_assert_int_eq(mkdir(work, 0755), 0);
    (void)snprintf(copy, sizeof(copy), "cp '%s' '%s/java'", seen, root);
    ck_assert_int_eq(system(copy), 0);
    say("exec", "/java");
    say("name", "shop");
    say("arg", "jsgid: shop");
    say_user();
    say("chroot", root);
    say("directory", "/srv");
    expect_started();
    expect("directory=/srv");
    expect("uid=%d %d %d", USER, USER, USER);
    expect("descriptors=0 1 2 3");
}
END_TEST

START_TEST(groups_of_the_account_are_known_although_the_chroot_has_none)
{
    char root[128];
    char copy[512];
    const struct passwd *games = getpwnam("games");
    if (lacks_root("groups_of_the_account_are_known_although_the_chroot_has_none") ||
        games == NULL) {
        return;
    }
    make_folder(root, sizeof(root), "jail", 0755, 0);
    (void)snprintf(copy, sizeof(copy), "cp '%s' '%s/java'", seen, root);
    ck_assert_int_eq(system(copy), 0);
    say("exec", "/java");
    say("name", "shop");
    say("arg", "x");
    say("user", "games");
    say_number("uid", (long)games->pw_uid);
    say_number("gid", GROUP);
    say("chroot", root);
    expect_started();
    expect("groups=%d", GROUP);
}
END_TEST

START_TEST(listener_and_management_connection_work)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int found[2] = {-1, -1};
    say_program();
    say("arg", "serve");
    say_user();
    launch();
    memcpy(address.sun_path, listener_path, strlen(listener_path) + 1);
    ck_assert_int_eq(connect(client, (struct sockaddr *)&address, sizeof(address)), 0);
    send_text(client, "hello\n");
    expect_line(client, "hello");
    size_t count = read_line_with(connection, found, 2);
    take_started(found, count);
    send_text(management, "group name=shop\n");
    expect_line(management, "group name=shop");
    expect_line(connection, "exited status=0");
}
END_TEST

/* A jail with the program in it, and the message for it. */
static void say_jail(char *root, size_t size)
{
    char copy[512];
    make_folder(root, size, "jail", 0755, 0);
    (void)snprintf(copy, sizeof(copy), "cp '%s' '%s/java'", seen, root);
    ck_assert_int_eq(system(copy), 0);
    say("exec", "/java");
    say("name", "shop");
    say("arg", "jsgid: shop");
    say_user();
    say("chroot", root);
}

START_TEST(temporary_folder_is_made_inside_the_chroot_with_what_is_above_it)
{
    char root[128];
    char path[192];
    struct stat found;
    if (lacks_root("temporary_folder_is_made_inside_the_chroot_with_what_is_above_it")) {
        return;
    }
    say_jail(root, sizeof(root));
    say("temporary", "/run/jsgid/tmp/shop");
    expect_started();
    (void)snprintf(path, sizeof(path), "%s/run/jsgid/tmp/shop", root);
    ck_assert_int_eq(lstat(path, &found), 0);
    ck_assert_uint_eq(found.st_mode, S_IFDIR | 0700);
    ck_assert_uint_eq(found.st_uid, USER);
    *strrchr(path, '/') = '\0';
    ck_assert_int_eq(lstat(path, &found), 0);
    ck_assert_uint_eq(found.st_mode, S_IFDIR | 0711);
    ck_assert_uint_eq(found.st_uid, 0);
    ck_assert_int_ne(lstat("/run/jsgid/tmp/shop", &found), 0);
}
END_TEST

START_TEST(temporary_folder_inside_the_chroot_is_not_made_behind_a_link)
{
    char root[128];
    char path[192];
    if (lacks_root("temporary_folder_inside_the_chroot_is_not_made_behind_a_link")) {
        return;
    }
    say_jail(root, sizeof(root));
    (void)snprintf(path, sizeof(path), "%s/run", root);
    ck_assert_int_eq(symlink("/etc", path), 0);
    say("temporary", "/run/jsgid/tmp/shop");
    expect_refusal(LAUNCHER_EXIT_TEMPORARY, "/run/jsgid/tmp/shop");
}
END_TEST

START_TEST(temporary_folder_inside_the_chroot_is_not_made_in_another_users_folder)
{
    char root[128];
    char path[192];
    if (lacks_root("temporary_folder_inside_the_chroot_is_not_made_in_another_users_folder")) {
        return;
    }
    say_jail(root, sizeof(root));
    (void)snprintf(path, sizeof(path), "%s/run", root);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    ck_assert_int_eq(chown(path, USER, USER), 0);
    say("temporary", "/run/jsgid/tmp/shop");
    expect_refusal(LAUNCHER_EXIT_TEMPORARY, "belongs to somebody else");
}
END_TEST

START_TEST(chroot_that_others_could_replace_is_refused)
{
    char root[128];
    if (lacks_root("chroot_that_others_could_replace_is_refused")) {
        return;
    }
    say_jail(root, sizeof(root));
    ck_assert_int_eq(chmod(root, 0775), 0);
    expect_refusal(LAUNCHER_EXIT_CHROOT, root);
    ck_assert_ptr_nonnull(strstr(err, "can be written by others"));
}
END_TEST

START_TEST(chroot_below_a_folder_of_another_user_is_refused)
{
    char above[128];
    char root[160];
    if (lacks_root("chroot_below_a_folder_of_another_user_is_refused")) {
        return;
    }
    make_folder(above, sizeof(above), "home", 0755, USER);
    (void)snprintf(root, sizeof(root), "%s/jail", above);
    ck_assert_int_eq(mkdir(root, 0755), 0);
    say("exec", "/java");
    say("name", "shop");
    say("arg", "x");
    say_user();
    say("chroot", root);
    expect_refusal(LAUNCHER_EXIT_CHROOT, "belongs to somebody else");
}
END_TEST

START_TEST(what_the_user_cannot_read_is_named_with_the_root_it_lacks_in)
{
    char root[128];
    if (lacks_root("what_the_user_cannot_read_is_named_with_the_root_it_lacks_in")) {
        return;
    }
    say_jail(root, sizeof(root));
    say("readable", "/usr/lib/jsgid/lib/daemon");
    expect_refusal(LAUNCHER_EXIT_READABLE, "/usr/lib/jsgid/lib/daemon inside ");
    ck_assert_ptr_nonnull(strstr(err, "must be inside JsgiChroot"));
}
END_TEST

START_TEST(program_whose_loader_is_not_in_the_chroot_is_explained)
{
    char root[128];
    char copy[512];
    if (lacks_root("program_whose_loader_is_not_in_the_chroot_is_explained")) {
        return;
    }
    make_folder(root, sizeof(root), "jail", 0755, 0);
    (void)snprintf(copy, sizeof(copy), "cp /bin/sh '%s/java'", root);
    ck_assert_int_eq(system(copy), 0);
    say("exec", "/java");
    say("name", "shop");
    say("arg", "x");
    say_user();
    say("chroot", root);
    expect_refusal(LAUNCHER_EXIT_EXEC, "not the loader that it names");
}
END_TEST

/* ---- the temporary folder ---- */

static void expect_private_folder(const char *path)
{
    struct stat found;
    ck_assert_int_eq(lstat(path, &found), 0);
    ck_assert_uint_eq(found.st_mode, S_IFDIR | 0700);
    ck_assert_uint_eq(found.st_uid, geteuid() == 0 ? USER : geteuid());
}

static void withhold_all_modes(void)
{
    (void)umask(0777);
}

START_TEST(temporary_folder_is_made_for_the_user_alone)
{
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/shop", folder);
    say_program();
    say_user();
    say("temporary", path);
    in_child = withhold_all_modes;
    expect_started();
    expect_private_folder(path);
}
END_TEST

START_TEST(temporary_folder_of_the_user_is_kept_with_its_content)
{
    char path[128];
    char file[160];
    make_folder(path, sizeof(path), "shop", 0755, USER);
    (void)snprintf(file, sizeof(file), "%s/file", path);
    ck_assert_int_ge(creat(file, 0600), 0);
    say_program();
    say_user();
    say("temporary", path);
    expect_started();
    expect_private_folder(path);
    ck_assert_int_eq(access(file, F_OK), 0);
}
END_TEST

START_TEST(temporary_folder_of_another_user_is_refused)
{
    char path[128];
    if (lacks_root("temporary_folder_of_another_user_is_refused")) {
        return;
    }
    make_folder(path, sizeof(path), "shop", 0777, USER + 1);
    say_program();
    say_user();
    say("temporary", path);
    expect_refusal(LAUNCHER_EXIT_TEMPORARY, path);
}
END_TEST

START_TEST(temporary_folder_that_is_a_link_is_refused)
{
    char path[128];
    char link[128];
    make_folder(path, sizeof(path), "elsewhere", 0700, USER);
    (void)snprintf(link, sizeof(link), "%s/shop", folder);
    ck_assert_int_eq(symlink(path, link), 0);
    say_program();
    say_user();
    say("temporary", link);
    expect_refusal(LAUNCHER_EXIT_TEMPORARY, link);
}
END_TEST

START_TEST(temporary_folder_is_refused_where_others_can_rearrange)
{
    char above[128];
    char path[160];
    make_folder(above, sizeof(above), "tmp", 0777, USER);
    (void)snprintf(path, sizeof(path), "%s/shop", above);
    say_program();
    say_user();
    say("temporary", path);
    expect_refusal(LAUNCHER_EXIT_TEMPORARY, path);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

/* ---- the folder of archives ---- */

START_TEST(folder_of_archives_is_made_for_the_user_alone)
{
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/shop", folder);
    say_program();
    say_user();
    say("archives", path);
    in_child = withhold_all_modes;
    expect_started();
    expect_private_folder(path);
}
END_TEST

START_TEST(folder_of_archives_that_cannot_be_made_keeps_nothing_from_starting)
{
    char path[128];
    char link[128];
    struct stat found;
    make_folder(path, sizeof(path), "elsewhere", 0750, USER);
    (void)snprintf(link, sizeof(link), "%s/shop", folder);
    ck_assert_int_eq(symlink(path, link), 0);
    say_program();
    say_user();
    say("archives", link);
    expect_started();
    ck_assert_int_eq(lstat(path, &found), 0);
    ck_assert_uint_eq(found.st_mode, S_IFDIR | 0750);
}
END_TEST

START_TEST(folder_of_archives_is_made_inside_the_chroot)
{
    char root[128];
    char path[192];
    struct stat found;
    if (lacks_root("folder_of_archives_is_made_inside_the_chroot")) {
        return;
    }
    say_jail(root, sizeof(root));
    say("archives", "/var/cache/jsgid/archives/shop");
    expect_started();
    (void)snprintf(path, sizeof(path), "%s/var/cache/jsgid/archives/shop", root);
    ck_assert_int_eq(lstat(path, &found), 0);
    ck_assert_uint_eq(found.st_mode, S_IFDIR | 0700);
    ck_assert_uint_eq(found.st_uid, USER);
    *strrchr(path, '/') = '\0';
    ck_assert_int_eq(lstat(path, &found), 0);
    ck_assert_uint_eq(found.st_mode, S_IFDIR | 0711);
    ck_assert_uint_eq(found.st_uid, 0);
}
END_TEST

/* ---- refusals ---- */

START_TEST(user_0_is_refused)
{
    if (lacks_root("user_0_is_refused")) {
        return;
    }
    say_program();
    say("uid", "0");
    say("gid", "1");
    expect_refusal(LAUNCHER_EXIT_ROOT_USER, "uid 0");
}
END_TEST

START_TEST(group_0_is_refused)
{
    if (lacks_root("group_0_is_refused")) {
        return;
    }
    say_program();
    say("uid", "1");
    say("gid", "0");
    expect_refusal(LAUNCHER_EXIT_ROOT_GROUP, "gid 0");
}
END_TEST

START_TEST(group_0_is_refused_among_the_supplementary_ones)
{
    if (lacks_root("group_0_is_refused_among_the_supplementary_ones")) {
        return;
    }
    say_program();
    say_user();
    say("group", "7001");
    say("group", "0");
    expect_refusal(LAUNCHER_EXIT_ROOT_GROUP, "supplementary");
}
END_TEST

START_TEST(root_without_a_user_to_become_is_refused)
{
    if (lacks_root("root_without_a_user_to_become_is_refused")) {
        return;
    }
    say_program();
    expect_refusal(LAUNCHER_EXIT_NO_USER, "no uid");
}
END_TEST

START_TEST(unknown_user_is_refused)
{
    if (lacks_root("unknown_user_is_refused")) {
        return;
    }
    say_program();
    say_user();
    say("user", "no-such-user-here");
    expect_refusal(LAUNCHER_EXIT_UNKNOWN_USER, "no-such-user-here");
}
END_TEST

START_TEST(user_whose_id_is_another_by_now_is_refused)
{
    if (lacks_root("user_whose_id_is_another_by_now_is_refused")) {
        return;
    }
    say_program();
    say_user();
    say("user", "daemon");
    expect_refusal(LAUNCHER_EXIT_UNKNOWN_USER, "54321");
}
END_TEST

static void become_unprivileged(void)
{
    if (geteuid() == 0 && (setgid(USER) != 0 || setuid(USER) != 0)) {
        _exit(98);
    }
}

START_TEST(monitor_of_another_user_is_refused)
{
    if (lacks_root("monitor_of_another_user_is_refused")) {
        return;
    }
    in_child = become_unprivileged;
    ck_assert_int_eq(chmod(management_path, 0666), 0);
    start();
    wait_readable(management_server);
    connection = accept4(management_server, NULL, NULL, SOCK_CLOEXEC);
    expect_failure(finish(), LAUNCHER_EXIT_MONITOR_IDENTITY, "user 0");
}
END_TEST

/* The rest of this test program gives up root; each test has a process of its own. */
static void give_up_root(void)
{
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(folder, USER, GROUP), 0);
        ck_assert_int_eq(setgroups(0, NULL), 0);
        ck_assert_int_eq(setresgid(GROUP, GROUP, GROUP), 0);
        ck_assert_int_eq(setresuid(USER, USER, USER), 0);
        /* A socket's peer is who called listen. */
        (void)close(management_server);
        ck_assert_int_eq(unlink(management_path), 0);
        management_server = listen_at(management_path);
    }
}

START_TEST(without_root_nothing_is_switched_and_no_privilege_can_be_gained)
{
    give_up_root();
    say_program();
    expect_started();
    expect("uid=%u %u %u", geteuid(), geteuid(), geteuid());
    expect("gid=%u %u %u", getegid(), getegid(), getegid());
    expect("capabilities=0 0 0");
    expect("no-new-privs=1");
    expect("descriptors=0 1 2 3");
}
END_TEST

START_TEST(without_root_a_change_of_user_is_refused)
{
    give_up_root();
    say_program();
    say_number("uid", USER);
    say_number("gid", GROUP);
    expect_refusal(LAUNCHER_EXIT_NOT_ROOT, "uid");
}
END_TEST

START_TEST(without_root_a_chroot_is_refused)
{
    give_up_root();
    say_program();
    say("chroot", folder);
    expect_refusal(LAUNCHER_EXIT_NOT_ROOT, "chroot");
}
END_TEST

START_TEST(launch_without_a_socket_is_refused)
{
    attached_count = 0;
    say_program();
    say_user();
    expect_refusal(LAUNCHER_EXIT_SOCKET, "no descriptor");
}
END_TEST

START_TEST(launch_with_two_sockets_is_refused)
{
    attached[1] = listener;
    attached_count = 2;
    say_program();
    say_user();
    expect_refusal(LAUNCHER_EXIT_SOCKET, "several");
}
END_TEST

START_TEST(socket_that_does_not_listen_is_refused)
{
    attached[0] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    say_program();
    say_user();
    expect_refusal(LAUNCHER_EXIT_SOCKET, "does not listen");
}
END_TEST

START_TEST(descriptor_that_is_no_socket_is_refused)
{
    attached[0] = open("/dev/null", O_RDWR | O_CLOEXEC);
    say_program();
    say_user();
    expect_refusal(LAUNCHER_EXIT_SOCKET, "not a stream socket");
}
END_TEST

static const struct {
    const char *key, *value;
    enum launcher_exit status;
} bad_pairs[] = {
    {"colour", "blue", LAUNCHER_EXIT_UNKNOWN_KEY},
    {"", "", LAUNCHER_EXIT_UNKNOWN_KEY},
    {"exec", "/second", LAUNCHER_EXIT_BAD_VALUE},
    {"env", "NOVALUE", LAUNCHER_EXIT_BAD_VALUE},
    {"env", "=x", LAUNCHER_EXIT_BAD_VALUE},
    {"uid", "-1", LAUNCHER_EXIT_BAD_VALUE},
    {"uid", "4294967295", LAUNCHER_EXIT_BAD_VALUE},
    {"uid", "4294967296", LAUNCHER_EXIT_BAD_VALUE},
    {"uid", "12x", LAUNCHER_EXIT_BAD_VALUE},
    {"uid", " 12", LAUNCHER_EXIT_BAD_VALUE},
    {"gid", "", LAUNCHER_EXIT_BAD_VALUE},
    {"gid", "99999999999999999999999", LAUNCHER_EXIT_BAD_VALUE},
    {"uid", "77", LAUNCHER_EXIT_INCOMPLETE},
    {"user", "", LAUNCHER_EXIT_BAD_VALUE},
    {"group", "wheel", LAUNCHER_EXIT_BAD_VALUE},
    {"umask", "0888", LAUNCHER_EXIT_BAD_VALUE},
    {"umask", "01000", LAUNCHER_EXIT_BAD_VALUE},
    {"directory", "relative", LAUNCHER_EXIT_BAD_VALUE},
    {"home", "relative", LAUNCHER_EXIT_BAD_VALUE},
    {"chroot", "", LAUNCHER_EXIT_BAD_VALUE},
    {"temporary", "tmp", LAUNCHER_EXIT_BAD_VALUE},
    {"nice", "20", LAUNCHER_EXIT_BAD_VALUE},
    {"nice", "-21", LAUNCHER_EXIT_BAD_VALUE},
    {"nice", "--1", LAUNCHER_EXIT_BAD_VALUE},
    {"limit", "nofile", LAUNCHER_EXIT_BAD_VALUE},
    {"limit", "nofile=", LAUNCHER_EXIT_BAD_VALUE},
    {"limit", "nofile=-1", LAUNCHER_EXIT_BAD_VALUE},
    {"limit", "nofiles=1", LAUNCHER_EXIT_BAD_VALUE},
    {"limit", "no=1", LAUNCHER_EXIT_BAD_VALUE},
};

START_TEST(a_bad_key_or_value_is_refused)
{
    char detail[64];
    say_program();
    say(bad_pairs[_i].key, bad_pairs[_i].value);
    (void)snprintf(detail, sizeof(detail), "%s", bad_pairs[_i].key);
    expect_refusal(bad_pairs[_i].status, detail);
}
END_TEST

static const char *const single_pairs[][2] = {
    {"uid", "1"},    {"gid", "1"},  {"user", "x"},       {"umask", "022"},       {"directory", "/"},
    {"chroot", "/"}, {"nice", "0"}, {"limit", "core=0"}, {"temporary", "/tmp/x"}};

START_TEST(a_key_given_twice_is_refused)
{
    say_program();
    say(single_pairs[_i][0], single_pairs[_i][1]);
    say(single_pairs[_i][0], single_pairs[_i][1]);
    expect_refusal(LAUNCHER_EXIT_BAD_VALUE, single_pairs[_i][0]);
}
END_TEST

START_TEST(launch_without_a_program_is_refused)
{
    say("arg", "java");
    say_user();
    expect_refusal(LAUNCHER_EXIT_INCOMPLETE, "exec");
}
END_TEST

START_TEST(launch_without_arguments_is_refused)
{
    say("exec", seen);
    say_user();
    expect_refusal(LAUNCHER_EXIT_INCOMPLETE, "arg");
}
END_TEST

START_TEST(launch_without_a_name_is_refused)
{
    say("exec", seen);
    say("arg", "jsgid: shop");
    say_user();
    expect_refusal(LAUNCHER_EXIT_INCOMPLETE, "name");
}
END_TEST

START_TEST(key_without_a_value_is_malformed)
{
    say_program();
    memcpy(message + message_size, "umask", 6);
    message_size += 6;
    expect_refusal(LAUNCHER_EXIT_MESSAGE_MALFORMED, "");
}
END_TEST

START_TEST(message_whose_last_string_does_not_end_is_malformed)
{
    say_program();
    message_size--;
    expect_refusal(LAUNCHER_EXIT_MESSAGE_MALFORMED, "");
}
END_TEST

static int launch_bytes(const char *bytes, bool is_ended)
{
    start();
    accept_launcher();
    send_bytes(bytes, strlen(bytes));
    if (is_ended) {
        ck_assert_int_eq(shutdown(connection, SHUT_WR), 0);
    }
    return finish();
}

START_TEST(empty_message_is_malformed)
{
    expect_failure(launch_bytes("0\n", false), LAUNCHER_EXIT_MESSAGE_MALFORMED, "0 bytes");
}
END_TEST

static const char *const bad_counts[] = {"x\n", "-1\n", "\n", "1 \n", "00000000000000000000000\n"};

START_TEST(count_that_is_no_number_is_malformed)
{
    expect_failure(launch_bytes(bad_counts[_i], false), LAUNCHER_EXIT_MESSAGE_MALFORMED, "count");
}
END_TEST

START_TEST(message_of_more_than_a_mebibyte_is_refused_by_its_count)
{
    expect_failure(launch_bytes("1048577\n", false), LAUNCHER_EXIT_MESSAGE_TOO_LARGE, "1048577");
}
END_TEST

START_TEST(truncated_message_is_refused_at_every_place)
{
    char bytes[sizeof(message) + 16];
    say_program();
    int length = snprintf(bytes, sizeof(bytes), "%zu\n", message_size);
    memcpy(bytes + length, message, message_size);
    size_t whole = (size_t)length + message_size;
    for (size_t size = 1; size < whole; size++) {
        start();
        accept_launcher();
        send_bytes(bytes, size);
        ck_assert_int_eq(shutdown(connection, SHUT_WR), 0);
        expect_failure(finish(), LAUNCHER_EXIT_MESSAGE_LOST, "end of file");
        (void)close(connection);
    }
}
END_TEST

START_TEST(monitor_that_refuses_the_token_is_reported)
{
    start();
    accept_launcher();
    ck_assert_int_eq(shutdown(connection, SHUT_WR), 0);
    expect_failure(finish(), LAUNCHER_EXIT_MESSAGE_LOST, "no byte");
}
END_TEST

START_TEST(monitor_that_stays_silent_is_not_waited_for_for_ever)
{
    if (patience_seconds > 5) {
        /* The same program built with one second of patience is the second run of `make check`. */
        return;
    }
    start();
    accept_launcher();
    expect_failure(finish(), LAUNCHER_EXIT_MESSAGE_LOST, "no byte");
}
END_TEST

START_TEST(monitor_that_is_gone_is_reported)
{
    ck_assert_int_eq(unlink(management_path), 0);
    start();
    expect_failure(finish(), LAUNCHER_EXIT_CONNECT, management_path);
}
END_TEST

static char *const bad_arguments[][6] = {
    {"jsgid-launch", NULL},
    {"jsgid-launch", "--management", "/x", NULL},
    {"jsgid-launch", "--token", "x", NULL},
    {"jsgid-launch", "--management", "/x", "--token", NULL},
    {"jsgid-launch", "--management", "/x", "--token", "", NULL},
    {"jsgid-launch", "--management", "/x", "--token", "a b", NULL},
    {"jsgid-launch", "--management", "/x", "--management", "/x", NULL},
    {"jsgid-launch", "--help", NULL},
};

START_TEST(other_arguments_than_a_monitors_are_refused)
{
    start_with(bad_arguments[_i]);
    expect_failure(finish(), LAUNCHER_EXIT_USAGE, "");
}
END_TEST

START_TEST(path_too_long_for_a_socket_is_reported)
{
    char path[200];
    char *arguments[] = {"jsgid-launch", "--management", path, "--token", "x", NULL};
    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    start_with(arguments);
    expect_failure(finish(), LAUNCHER_EXIT_CONNECT, "107 bytes");
}
END_TEST

START_TEST(set_user_id_launcher_refuses_to_work)
{
    char copy[512];
    char path[128];
    if (lacks_root("set_user_id_launcher_refuses_to_work")) {
        return;
    }
    if (strstr(launcher, "sanitized") != NULL) {
        return; /* the sanitizers' run time refuses by itself */
    }
    (void)snprintf(path, sizeof(path), "%s/launch", folder);
    (void)snprintf(copy, sizeof(copy), "cp '%s' '%s' && chmod 4755 '%s'", launcher, path, path);
    ck_assert_int_eq(system(copy), 0);
    launcher = path;
    in_child = become_unprivileged;
    start();
    expect_failure(finish(), LAUNCHER_EXIT_SET_USER_ID, "effective user 0");
}
END_TEST

START_TEST(program_that_is_not_there_is_reported_with_its_path)
{
    say("name", "shop");
    say("exec", "/no/such/java");
    say("arg", "java");
    say_user();
    expect_refusal(LAUNCHER_EXIT_EXEC, "/no/such/java");
}
END_TEST

START_TEST(program_that_the_user_may_not_execute_is_reported)
{
    char copy[512];
    char path[128];
    if (lacks_root("program_that_the_user_may_not_execute_is_reported")) {
        return;
    }
    (void)snprintf(path, sizeof(path), "%s/java", folder);
    (void)snprintf(copy, sizeof(copy), "cp '%s' '%s' && chmod 0700 '%s'", seen, path, path);
    ck_assert_int_eq(system(copy), 0);
    say("name", "shop");
    say("exec", path);
    say("arg", "java");
    say_user();
    expect_refusal(LAUNCHER_EXIT_EXEC, "Permission denied");
}
END_TEST

START_TEST(chroot_that_is_not_there_is_reported)
{
    if (lacks_root("chroot_that_is_not_there_is_reported")) {
        return;
    }
    say_program();
    say_user();
    say("chroot", "/no/such/jail");
    expect_refusal(LAUNCHER_EXIT_CHROOT, "/no/such/jail");
}
END_TEST

static void lower_hard_limit_without_root(void)
{
    lower_hard_limit();
    become_unprivileged();
}

START_TEST(limit_above_the_hard_limit_is_reported)
{
    give_up_root();
    in_child = lower_hard_limit_without_root;
    say_program();
    say("limit", "nofile=65536");
    expect_refusal(LAUNCHER_EXIT_LIMIT, "nofile=65536");
}
END_TEST

START_TEST(raised_priority_without_root_is_reported)
{
    give_up_root();
    say_program();
    say("nice", "-5");
    expect_refusal(LAUNCHER_EXIT_PRIORITY, "-5");
}
END_TEST

static void drop_setpcap(void)
{
    /* Out of the bounding set, the exec of the launcher does not give it. */
    (void)prctl(PR_CAPBSET_DROP, 8 /* CAP_SETPCAP */, 0, 0, 0);
}

START_TEST(root_that_cannot_empty_the_bounding_set_is_reported)
{
    if (lacks_root("root_that_cannot_empty_the_bounding_set_is_reported")) {
        return;
    }
    in_child = drop_setpcap;
    say_program();
    say_user();
    expect_refusal(LAUNCHER_EXIT_CAPABILITIES, "bounding");
}
END_TEST

static void drop_kill(void)
{
    (void)prctl(PR_CAPBSET_DROP, 5 /* CAP_KILL */, 0, 0, 0);
}

START_TEST(root_that_could_not_end_its_daemon_is_reported)
{
    if (lacks_root("root_that_could_not_end_its_daemon_is_reported")) {
        return;
    }
    in_child = drop_kill;
    say_program();
    say_user();
    expect_refusal(LAUNCHER_EXIT_CAPABILITIES, "CAP_KILL");
}
END_TEST

static void drop_setgid(void)
{
    (void)prctl(PR_CAPBSET_DROP, 6 /* CAP_SETGID */, 0, 0, 0);
}

START_TEST(root_that_cannot_set_groups_is_reported)
{
    if (lacks_root("root_that_cannot_set_groups_is_reported")) {
        return;
    }
    in_child = drop_setgid;
    say_program();
    say_user();
    expect_refusal(LAUNCHER_EXIT_SET_GROUPS, "");
}
END_TEST

static void drop_setuid(void)
{
    (void)prctl(PR_CAPBSET_DROP, 7 /* CAP_SETUID */, 0, 0, 0);
}

START_TEST(root_that_cannot_set_its_user_is_reported)
{
    if (lacks_root("root_that_cannot_set_its_user_is_reported")) {
        return;
    }
    in_child = drop_setuid;
    say_program();
    say_user();
    expect_refusal(LAUNCHER_EXIT_SET_UID, "54321");
}
END_TEST

static void close_standard_error(void)
{
    int ends[2];
    if (pipe(ends) == 0) {
        (void)dup2(ends[1], 2);
        (void)close(ends[0]);
        (void)close(ends[1]);
    }
}

START_TEST(exit_status_does_not_need_a_reader_of_standard_error)
{
    in_child = close_standard_error;
    say("colour", "blue");
    say("exec", seen);
    ck_assert_int_eq(finish_launch(), LAUNCHER_EXIT_UNKNOWN_KEY);
}
END_TEST

static Suite *launcher_suite(void)
{
    Suite *suite = suite_create("jsgid-launch");
    TCase *program = tcase_create("what the program sees");
    TCase *refusals = tcase_create("refusals");
    tcase_add_checked_fixture(program, set_up_monitor, tear_down_monitor);
    tcase_set_timeout(program, 60);
    tcase_add_test(program, program_runs_as_the_user_and_group_and_nothing_else);
    tcase_add_test(program, supplementary_groups_are_exactly_those_given);
    tcase_add_test(program, a_named_user_gets_the_groups_of_the_account);
    tcase_add_test(program, group_keys_replace_the_groups_of_the_account);
    tcase_add_test(program, no_capability_is_left_and_none_can_be_had);
    tcase_add_test(program, program_can_be_inspected_by_its_own_user);
    tcase_add_test(program, arguments_and_environment_are_exactly_those_given);
    tcase_add_test(program, only_four_descriptors_are_open);
    tcase_add_test(program, a_missing_standard_descriptor_harms_nothing);
    tcase_add_test(program, signals_and_timers_are_as_in_a_fresh_process);
    tcase_add_test(program, program_leads_a_session_of_its_own);
    tcase_add_test(program, umask_is_read_as_octal);
    tcase_add_test(program, limits_and_priority_are_set);
    tcase_add_test(program, open_files_are_enough_when_nothing_is_said);
    tcase_add_test(program, root_raises_a_limit_above_the_hard_limit_of_apache);
    tcase_add_test(program, working_directory_is_entered);
    tcase_add_test(program, without_a_working_directory_it_is_the_root);
    tcase_add_test(program, home_is_the_working_directory_when_none_is_named);
    tcase_add_test(program, named_working_directory_goes_before_the_home);
    tcase_add_test(program, home_that_cannot_be_entered_is_replaced_by_the_root);
    tcase_add_test(program, working_directory_is_entered_with_the_rights_of_the_user);
    tcase_add_test(program, program_runs_inside_the_chroot);
    tcase_add_test(program, groups_of_the_account_are_known_although_the_chroot_has_none);
    tcase_add_test(program, temporary_folder_is_made_inside_the_chroot_with_what_is_above_it);
    tcase_add_test(program, listener_and_management_connection_work);
    tcase_add_test(program, temporary_folder_is_made_for_the_user_alone);
    tcase_add_test(program, temporary_folder_of_the_user_is_kept_with_its_content);
    tcase_add_test(program, folder_of_archives_is_made_for_the_user_alone);
    tcase_add_test(program, folder_of_archives_that_cannot_be_made_keeps_nothing_from_starting);
    tcase_add_test(program, folder_of_archives_is_made_inside_the_chroot);
    tcase_add_test(program, without_root_nothing_is_switched_and_no_privilege_can_be_gained);
    suite_add_tcase(suite, program);

    tcase_add_checked_fixture(refusals, set_up_monitor, tear_down_monitor);
    tcase_set_timeout(refusals, 60);
    tcase_add_test(refusals, temporary_folder_of_another_user_is_refused);
    tcase_add_test(refusals, temporary_folder_that_is_a_link_is_refused);
    tcase_add_test(refusals, temporary_folder_is_refused_where_others_can_rearrange);
    tcase_add_test(refusals, user_0_is_refused);
    tcase_add_test(refusals, group_0_is_refused);
    tcase_add_test(refusals, group_0_is_refused_among_the_supplementary_ones);
    tcase_add_test(refusals, root_without_a_user_to_become_is_refused);
    tcase_add_test(refusals, unknown_user_is_refused);
    tcase_add_test(refusals, user_whose_id_is_another_by_now_is_refused);
    tcase_add_test(refusals, monitor_of_another_user_is_refused);
    tcase_add_test(refusals, without_root_a_change_of_user_is_refused);
    tcase_add_test(refusals, without_root_a_chroot_is_refused);
    tcase_add_test(refusals, launch_without_a_socket_is_refused);
    tcase_add_test(refusals, launch_with_two_sockets_is_refused);
    tcase_add_test(refusals, socket_that_does_not_listen_is_refused);
    tcase_add_test(refusals, descriptor_that_is_no_socket_is_refused);
    tcase_add_loop_test(refusals, a_bad_key_or_value_is_refused, 0,
                        (int)(sizeof(bad_pairs) / sizeof(bad_pairs[0])));
    tcase_add_loop_test(refusals, a_key_given_twice_is_refused, 0,
                        (int)(sizeof(single_pairs) / sizeof(single_pairs[0])));
    tcase_add_test(refusals, launch_without_a_program_is_refused);
    tcase_add_test(refusals, launch_without_arguments_is_refused);
    tcase_add_test(refusals, launch_without_a_name_is_refused);
    tcase_add_test(refusals, key_without_a_value_is_malformed);
    tcase_add_test(refusals, message_whose_last_string_does_not_end_is_malformed);
    tcase_add_test(refusals, empty_message_is_malformed);
    tcase_add_loop_test(refusals, count_that_is_no_number_is_malformed, 0,
                        (int)(sizeof(bad_counts) / sizeof(bad_counts[0])));
    tcase_add_test(refusals, message_of_more_than_a_mebibyte_is_refused_by_its_count);
    tcase_add_test(refusals, truncated_message_is_refused_at_every_place);
    tcase_add_test(refusals, monitor_that_refuses_the_token_is_reported);
    tcase_add_test(refusals, monitor_that_stays_silent_is_not_waited_for_for_ever);
    tcase_add_test(refusals, monitor_that_is_gone_is_reported);
    tcase_add_loop_test(refusals, other_arguments_than_a_monitors_are_refused, 0,
                        (int)(sizeof(bad_arguments) / sizeof(bad_arguments[0])));
    tcase_add_test(refusals, path_too_long_for_a_socket_is_reported);
    tcase_add_test(refusals, set_user_id_launcher_refuses_to_work);
    tcase_add_test(refusals, program_that_is_not_there_is_reported_with_its_path);
    tcase_add_test(refusals, program_that_the_user_may_not_execute_is_reported);
    tcase_add_test(refusals, chroot_that_is_not_there_is_reported);
    tcase_add_test(refusals, chroot_that_others_could_replace_is_refused);
    tcase_add_test(refusals, chroot_below_a_folder_of_another_user_is_refused);
    tcase_add_test(refusals, temporary_folder_inside_the_chroot_is_not_made_behind_a_link);
    tcase_add_test(refusals,
                   temporary_folder_inside_the_chroot_is_not_made_in_another_users_folder);
    tcase_add_test(refusals, what_the_user_cannot_read_is_named_with_the_root_it_lacks_in);
    tcase_add_test(refusals, program_whose_loader_is_not_in_the_chroot_is_explained);
    tcase_add_test(refusals, limit_above_the_hard_limit_is_reported);
    tcase_add_test(refusals, raised_priority_without_root_is_reported);
    tcase_add_test(refusals, root_that_cannot_empty_the_bounding_set_is_reported);
    tcase_add_test(refusals, root_that_could_not_end_its_daemon_is_reported);
    tcase_add_test(refusals, root_that_cannot_set_groups_is_reported);
    tcase_add_test(refusals, root_that_cannot_set_its_user_is_reported);
    tcase_add_test(refusals, exit_status_does_not_need_a_reader_of_standard_error);
    suite_add_tcase(suite, refusals);
    return suite;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        (void)fprintf(stderr, "usage: test_launcher LAUNCHER SEEN PATIENCE-SECONDS\n");
        return 2;
    }
    /* Tests change the user and the working directory, and a user's private folder may be above. */
    launcher = realpath(argv[1], NULL);
    seen = realpath(argv[2], NULL);
    patience_seconds = atoi(argv[3]);
    SRunner *runner = srunner_create(launcher_suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
