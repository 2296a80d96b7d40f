/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/* Profiles and runtimes against jdk-profiles/conformance, which the Java and the shell reader are
 * held to as well. */
#include "test_jsgid.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jsgid_profile.h"
#include "jsgid_runtime.h"

#define CONFORMANCE "../jdk-profiles/conformance"

/* Calls check for every NAME.conf of a folder with its text and the text of NAME.expected; how many
 * there were. */
static int for_each(const char *folder,
                    void (*check)(apr_pool_t *pool, const char *name,
                                  const jsgid_profile_t *profile, const char *text, char *expected))
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    int count = 0;

    ck_assert_msg(dir != NULL, "there is no folder %s", folder);
    while ((entry = readdir(dir)) != NULL) {
        size_t length = strlen(entry->d_name);
        apr_pool_t *pool;
        jsgid_profile_t *profile;
        apr_size_t size;
        char *text;

        if (length < 6 || strcmp(entry->d_name + length - 5, ".conf") != 0) {
            continue;
        }
        pool = test_pool();
        profile = apr_pcalloc(pool, sizeof(*profile));
        text = test_read(pool, apr_pstrcat(pool, folder, "/", entry->d_name, NULL), &size);
        jsgid_profile_parse(pool, profile, text, size);
        check(pool, entry->d_name, profile, text,
              test_read(pool,
                        apr_pstrcat(pool, folder, "/",
                                    apr_pstrmemdup(pool, entry->d_name, length - 5), ".expected",
                                    NULL),
                        &size));
        apr_pool_destroy(pool);
        count++;
    }
    (void)closedir(dir);
    return count;
}

/* 1 when the text of the file gives the key: a profile says what a default is not. */
static int gives(apr_pool_t *pool, const char *text, const char *key)
{
    char *state;
    const char *line;

    for (line = apr_strtok(apr_pstrdup(pool, text), "\r\n", &state); line != NULL;
         line = apr_strtok(NULL, "\r\n", &state)) {
        line += strspn(line, " \t");
        if (strncmp(line, key, strlen(key)) == 0 && strchr(" \t=", line[strlen(key)]) != NULL) {
            return 1;
        }
    }
    return 0;
}

static const char *describe(apr_pool_t *pool, const jsgid_profile_t *profile, const char *text)
{
    char *said = apr_pstrcat(pool, "home=", profile->home, "\n", NULL);
    char *state;
    const char *option;

    if (profile->feature > 0) {
        said = apr_psprintf(pool, "%sfeature=%d\n", said, profile->feature);
    }
    if (profile->version != NULL) {
        said = apr_psprintf(pool, "%sversion=%s\n", said, profile->version);
    }
    if (profile->vendor != NULL) {
        said = apr_psprintf(pool, "%svendor=%s\n", said, profile->vendor);
    }
    if (profile->java_options != NULL) {
        for (option = apr_strtok(apr_pstrdup(pool, profile->java_options), " \t", &state);
             option != NULL; option = apr_strtok(NULL, " \t", &state)) {
            said = apr_psprintf(pool, "%sjava-option=%s\n", said, option);
        }
    }
    if (gives(pool, text, "priority")) {
        said = apr_psprintf(pool, "%spriority=%d\n", said, profile->priority);
    }
    return apr_psprintf(pool, "%senabled=%s\n", said, profile->enabled ? "yes" : "no");
}

static void check_valid(apr_pool_t *pool, const char *name, const jsgid_profile_t *profile,
                        const char *text, char *expected)
{
    char *warnings = strstr(expected, "\nwarning ");
    char *state;
    const char *line;
    int count = 0;

    ck_assert_msg(profile->state != JSGID_PROFILE_BROKEN, "%s is refused: %s", name,
                  profile->reason);
    if (warnings != NULL) {
        warnings = apr_pstrdup(pool, warnings + 1);
        *(strstr(expected, "\nwarning ") + 1) = '\0';
    }
    ck_assert_msg(strcmp(describe(pool, profile, text), expected) == 0,
                  "%s is read as\n%sinstead of\n%s", name, describe(pool, profile, text), expected);
    for (line = warnings != NULL ? apr_strtok(warnings, "\n", &state) : NULL; line != NULL;
         line = apr_strtok(NULL, "\n", &state), count++) {
        const char *about = strchr(line + strlen("warning "), ' ') + 1;
        const char *warning;

        ck_assert_msg(count < profile->warnings->nelts, "%s: no warning about %s", name, about);
        warning = APR_ARRAY_IDX(profile->warnings, count, const char *);
        ck_assert_msg(strstr(warning, about) != NULL, "%s: \"%s\" does not speak of %s", name,
                      warning, about);
        ck_assert_msg(atoi(warning + strlen("line ")) == atoi(line + strlen("warning ")),
                      "%s: \"%s\" for \"%s\"", name, warning, line);
    }
    ck_assert_msg(count == profile->warnings->nelts, "%s has %d warnings", name,
                  profile->warnings->nelts);
}

static void check_invalid(apr_pool_t *pool, const char *name, const jsgid_profile_t *profile,
                          const char *text, char *expected)
{
    int line = atoi(expected + strlen("error "));
    char *about = strchr(expected + strlen("error "), ' ') + 1;

    (void)pool;
    (void)text;
    about[strcspn(about, "\n")] = '\0';
    ck_assert_msg(profile->state == JSGID_PROFILE_BROKEN, "%s is taken", name);
    ck_assert_msg(strstr(profile->reason, about) != NULL, "%s: \"%s\" does not speak of %s", name,
                  profile->reason, about);
    ck_assert_msg(strncmp(profile->reason, "line ", 5) != 0 ? line == 0
                                                            : atoi(profile->reason + 5) == line,
                  "%s: \"%s\" instead of line %d", name, profile->reason, line);
}

START_TEST(valid_examples_are_read_as_expected)
{
    ck_assert_int_ge(for_each(CONFORMANCE "/valid", check_valid), 10);
}
END_TEST

START_TEST(invalid_examples_are_refused_with_the_reason)
{
    ck_assert_int_ge(for_each(CONFORMANCE "/invalid", check_invalid), 10);
}
END_TEST

START_TEST(later_folder_wins_and_masks)
{
    apr_pool_t *pool = test_pool();
    static const char *const names[] = {"1-packages", "2-scan", "3-administrator"};
    apr_array_header_t *folders = apr_array_make(pool, 3, sizeof(const char *));
    apr_array_header_t *profiles;
    apr_size_t length;
    char *said = apr_pstrdup(pool, "");
    int i;

    for (i = 0; i < 3; i++) {
        APR_ARRAY_PUSH(folders, const char *) =
            apr_pstrcat(pool, CONFORMANCE "/chain/", names[i], NULL);
    }
    APR_ARRAY_PUSH(folders, const char *) = CONFORMANCE "/chain/no-such-folder";
    profiles = jsgid_profiles_read(pool, folders);
    for (i = 0; i < profiles->nelts; i++) {
        const jsgid_profile_t *profile = APR_ARRAY_IDX(profiles, i, const jsgid_profile_t *);
        const char *folder = profile->file + strlen(CONFORMANCE "/chain/");

        said = apr_psprintf(pool, "%s%s=%.*s\n", said, profile->name, (int)strcspn(folder, "/"),
                            folder);
    }
    ck_assert_str_eq(said, test_read(pool, CONFORMANCE "/chain/expected", &length));
    apr_pool_destroy(pool);
}
END_TEST

/* Copies the selection's profiles with homes that are there, or not. */
static const char *copy_selection(apr_pool_t *pool)
{
    const char *folder = test_folder(pool);
    const char *jdk = apr_pstrcat(pool, folder, "/jdk", NULL);
    DIR *dir = opendir(CONFORMANCE "/selection");
    const struct dirent *entry;

    ck_assert_ptr_nonnull(dir);
    ck_assert_int_eq(mkdir(jdk, 0755), 0);
    while ((entry = readdir(dir)) != NULL) {
        size_t length = strlen(entry->d_name);
        apr_size_t size;
        char *text;
        char *home;

        if (length < 6 || strcmp(entry->d_name + length - 5, ".conf") != 0) {
            continue;
        }
        text = test_read(pool, apr_pstrcat(pool, CONFORMANCE "/selection/", entry->d_name, NULL),
                         &size);
        home = strstr(text, "/conformance-jdks");
        if (home != NULL) {
            const char *rest = home + strlen("/conformance-jdks");

            *home = '\0';
            if (strncmp(rest, "/missing", 8) != 0) {
                const char *path =
                    apr_pstrcat(pool, jdk, apr_pstrmemdup(pool, rest, strcspn(rest, "\r\n")), NULL);

                ck_assert_int_eq(apr_dir_make_recursive(apr_pstrcat(pool, path, "/bin", NULL),
                                                        APR_FPROT_OS_DEFAULT, pool),
                                 APR_SUCCESS);
                test_write(apr_pstrcat(pool, path, "/bin/java", NULL), "");
            }
            text = apr_pstrcat(pool, text, jdk, rest, NULL);
        }
        test_write(apr_pstrcat(pool, folder, "/", entry->d_name, NULL), text);
    }
    (void)closedir(dir);
    return folder;
}

START_TEST(runtimes_select_as_expected)
{
    apr_pool_t *pool = test_pool();
    apr_array_header_t *folders = apr_array_make(pool, 1, sizeof(const char *));
    apr_array_header_t *profiles;
    apr_size_t length;
    char *expected = test_read(pool, CONFORMANCE "/selection/expected", &length);
    char *state;
    char *line;
    int count = 0;

    APR_ARRAY_PUSH(folders, const char *) = copy_selection(pool);
    profiles = jsgid_profiles_read(pool, folders);
    for (line = apr_strtok(expected, "\n", &state); line != NULL;
         line = apr_strtok(NULL, "\n", &state), count++) {
        char *equals = strchr(line, '=');
        const jsgid_profile_t *profile;
        const char *why;

        *equals = '\0';
        profile = jsgid_runtime_select(pool, profiles, line, &why);
        ck_assert_msg(strcmp(profile != NULL ? profile->name : "", equals + 1) == 0,
                      "%s selects %s instead of %s", line,
                      profile != NULL ? profile->name : "nothing", equals + 1);
        ck_assert_msg((profile == NULL) == (why != NULL),
                      "%s: a reason exactly when nothing is selected", line);
    }
    ck_assert_int_ge(count, 20);
    apr_pool_destroy(pool);
}
END_TEST

/* A profile without files. */
static jsgid_profile_t *add(apr_pool_t *pool, apr_array_header_t *profiles, const char *name,
                            int feature)
{
    jsgid_profile_t *profile = apr_pcalloc(pool, sizeof(*profile));

    profile->name = name;
    profile->feature = feature;
    profile->priority = 100 * feature;
    profile->enabled = 1;
    profile->state = JSGID_PROFILE_USABLE;
    APR_ARRAY_PUSH(profiles, jsgid_profile_t *) = profile;
    return profile;
}

START_TEST(monitors_run_on_the_newest_long_term_release)
{
    apr_pool_t *pool = test_pool();
    apr_array_header_t *profiles = apr_array_make(pool, 4, sizeof(jsgid_profile_t *));
    const char *why;

    add(pool, profiles, "old", 11);
    ck_assert_ptr_null(jsgid_supervisor_runtime(pool, profiles, NULL, &why));
    ck_assert_ptr_nonnull(why);
    add(pool, profiles, "short", 26);
    ck_assert_str_eq(jsgid_supervisor_runtime(pool, profiles, NULL, &why)->name, "short");
    add(pool, profiles, "lts", 17);
    ck_assert_str_eq(jsgid_supervisor_runtime(pool, profiles, NULL, &why)->name, "lts");
    add(pool, profiles, "newer-lts", 25);
    ck_assert_str_eq(jsgid_supervisor_runtime(pool, profiles, NULL, &why)->name, "newer-lts");
    ck_assert_str_eq(jsgid_supervisor_runtime(pool, profiles, "17", &why)->name, "lts");
    ck_assert_ptr_null(jsgid_supervisor_runtime(pool, profiles, "old", &why));
    ck_assert_ptr_nonnull(strstr(why, "17"));
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(release_file_completes_a_profile)
{
    apr_pool_t *pool = test_pool();
    const char *home = test_folder(pool);
    const char *file = apr_pstrcat(pool, home, "/my-jdk.conf", NULL);
    const jsgid_profile_t *profile;

    test_write(file, apr_pstrcat(pool, "home = ", home, "\n", NULL));
    profile = jsgid_profile_read(pool, file);
    ck_assert_int_eq(profile->state, JSGID_PROFILE_MISSING);
    ck_assert_int_eq(mkdir(apr_pstrcat(pool, home, "/bin", NULL), 0755), 0);
    test_write(apr_pstrcat(pool, home, "/bin/java", NULL), "");
    profile = jsgid_profile_read(pool, file);
    ck_assert_int_eq(profile->state, JSGID_PROFILE_BROKEN);
    test_write(apr_pstrcat(pool, home, "/release", NULL),
               "IMPLEMENTOR=\"Some "
               "One\"\nJAVA_RUNTIME_VERSION=\"1.8.0_452-b09\"\nJAVA_VERSION=\"1.8.0_452\"\n");
    profile = jsgid_profile_read(pool, file);
    ck_assert_int_eq(profile->state, JSGID_PROFILE_USABLE);
    ck_assert_str_eq(profile->name, "my-jdk");
    ck_assert_int_eq(profile->feature, 8);
    ck_assert_int_eq(profile->priority, 800);
    ck_assert_str_eq(profile->version, "1.8.0_452-b09");
    ck_assert_str_eq(profile->vendor, "Some One");
    apr_pool_destroy(pool);
}
END_TEST

START_TEST(versions_compare_by_their_parts)
{
    static const char *const rising[] = {"8",      "1.8.0_9", "1.8.0_452", "11.0.2", "17",
                                         "17.0.9", "17.0.15", "17.0.15+6", "25"};
    size_t i;
    size_t k;

    for (i = 0; i < sizeof(rising) / sizeof(*rising); i++) {
        for (k = 0; k < sizeof(rising) / sizeof(*rising); k++) {
            int order = jsgid_version_compare(rising[i], rising[k]);

            ck_assert_msg((order > 0) - (order < 0) == (i > k) - (i < k), "%s and %s", rising[i],
                          rising[k]);
        }
    }
    ck_assert_int_lt(jsgid_version_compare(NULL, "8"), 0);
    ck_assert_int_eq(jsgid_version_compare(NULL, NULL), 0);
}
END_TEST

START_TEST(last_default_file_decides)
{
    apr_pool_t *pool = test_pool();
    const char *first = test_folder(pool);
    const char *second = test_folder(pool);
    apr_array_header_t *folders = apr_array_make(pool, 2, sizeof(const char *));

    APR_ARRAY_PUSH(folders, const char *) = first;
    APR_ARRAY_PUSH(folders, const char *) = second;
    ck_assert_ptr_null(jsgid_default_runtime(pool, folders));
    test_write(apr_pstrcat(pool, first, "/default", NULL),
               "# the distribution's\n\n \t17+ \r\nignored\n");
    ck_assert_str_eq(jsgid_default_runtime(pool, folders), "17+");
    test_write(apr_pstrcat(pool, second, "/default", NULL), "temurin-25");
    ck_assert_str_eq(jsgid_default_runtime(pool, folders), "temurin-25");
    test_write(apr_pstrcat(pool, second, "/default", NULL), "# none\n");
    ck_assert_ptr_null(jsgid_default_runtime(pool, folders));
    ck_assert_int_eq(unlink(apr_pstrcat(pool, second, "/default", NULL)), 0);
    ck_assert_int_eq(symlink("/dev/null", apr_pstrcat(pool, second, "/default", NULL)), 0);
    ck_assert_ptr_null(jsgid_default_runtime(pool, folders));
    apr_pool_destroy(pool);
}
END_TEST

Suite *suite_profile(void)
{
    Suite *suite = suite_create("profile");
    TCase *tests = tcase_create("profile");

    tcase_add_test(tests, valid_examples_are_read_as_expected);
    tcase_add_test(tests, invalid_examples_are_refused_with_the_reason);
    tcase_add_test(tests, later_folder_wins_and_masks);
    tcase_add_test(tests, runtimes_select_as_expected);
    tcase_add_test(tests, monitors_run_on_the_newest_long_term_release);
    tcase_add_test(tests, release_file_completes_a_profile);
    tcase_add_test(tests, versions_compare_by_their_parts);
    tcase_add_test(tests, last_default_file_decides);
    suite_add_tcase(suite, tests);
    return suite;
}
