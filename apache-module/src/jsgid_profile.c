/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_profile: JDK profile files and the folders they lie in.
 *
 * Reads files; writes none, logs nothing, starts nothing: a broken profile is a result with a
 * reason.
 */
#include "jsgid_profile.h"

#include <apr_file_io.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (64 * 1024)

/* Not isdigit and isalpha: those depend on the locale, and take bytes beyond ASCII in some. */
static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void broken(jsgid_profile_t *profile, const char *reason)
{
    /* The first error is the one told; the others follow from reading on. */
    if (profile->state != JSGID_PROFILE_BROKEN) {
        profile->state = JSGID_PROFILE_BROKEN;
        profile->reason = reason;
    }
}

/* Takes spaces and tabs from both ends of [from, to) and returns a copy. */
static char *trimmed(apr_pool_t *pool, const char *from, const char *to)
{
    while (from < to && (*from == ' ' || *from == '\t')) {
        from++;
    }
    while (to > from && (to[-1] == ' ' || to[-1] == '\t')) {
        to--;
    }
    return apr_pstrmemdup(pool, from, (apr_size_t)(to - from));
}

static int whole_number(const char *text, long min, long max, int *pnumber)
{
    const char *digit = *text == '-' ? text + 1 : text;
    char *end;
    long number;

    if (!is_digit(*digit) || strlen(digit) > 9) {
        return -1;
    }
    number = strtol(text, &end, 10);
    if (*end != '\0' || number < min || number > max) {
        return -1;
    }
    *pnumber = (int)number;
    return 0;
}

/* Where the profile is being read: errors name the line. */
typedef struct {
    apr_pool_t *pool;
    jsgid_profile_t *profile;
    apr_hash_t *seen; /* keys of the table that were given */
    int line;
} reading_t;

static void wrong(reading_t *reading, const char *what)
{
    broken(reading->profile, apr_psprintf(reading->pool, "line %d: %s", reading->line, what));
}

/* 1 when a key of the table is given for the first time; else the profile is broken. */
static int is_first(reading_t *reading, const char *key)
{
    if (apr_hash_get(reading->seen, key, APR_HASH_KEY_STRING) != NULL) {
        wrong(reading, apr_psprintf(reading->pool, "the key \"%s\" is given twice", key));
        return 0;
    }
    apr_hash_set(reading->seen, key, APR_HASH_KEY_STRING, key);
    return 1;
}

/* A text that is as if it were not there when it is empty. */
static void take_text(reading_t *reading, const char **ptext, const char *key, const char *value)
{
    if (is_first(reading, key)) {
        *ptext = *value != '\0' ? value : NULL;
    }
}

static void take(reading_t *reading, const char *key, const char *value)
{
    jsgid_profile_t *profile = reading->profile;

    if (strcmp(key, "home") == 0) {
        if (is_first(reading, key)) {
            profile->home = value;
            if (*value != '/') {
                wrong(reading, "home is not an absolute path");
            }
        }
    } else if (strcmp(key, "feature") == 0) {
        if (is_first(reading, key) && whole_number(value, 8, 999, &profile->feature)) {
            wrong(reading, "feature is not a whole number from 8 to 999");
        }
    } else if (strcmp(key, "version") == 0) {
        take_text(reading, &profile->version, key, value);
    } else if (strcmp(key, "vendor") == 0) {
        take_text(reading, &profile->vendor, key, value);
    } else if (strcmp(key, "java-options") == 0) {
        take_text(reading, &profile->java_options, key, value);
    } else if (strcmp(key, "priority") == 0) {
        if (is_first(reading, key) && whole_number(value, -100000, 100000, &profile->priority)) {
            wrong(reading, "priority is not a whole number from -100000 to 100000");
        }
    } else if (strcmp(key, "enabled") == 0) {
        if (is_first(reading, key)) {
            if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0) {
                wrong(reading, "enabled is neither yes nor no");
            }
            profile->enabled = strcmp(value, "no") != 0;
        }
    } else {
        APR_ARRAY_PUSH(profile->warnings, const char *) =
            apr_psprintf(reading->pool, "line %d: unknown key \"%s\"", reading->line, key);
    }
}

#define PRIORITY_UNSET (-1000000)

void jsgid_profile_parse(apr_pool_t *pool, jsgid_profile_t *profile, const char *text,
                         apr_size_t length)
{
    const char *limit = text + length;
    reading_t reading = {pool, profile, apr_hash_make(pool), 0};

    profile->enabled = 1;
    profile->priority = PRIORITY_UNSET;
    profile->warnings = apr_array_make(pool, 1, sizeof(const char *));
    if (length > FILE_MAX) {
        broken(profile, "the file has more than 64 KiB");
        return;
    }
    while (text < limit) {
        const char *lf = memchr(text, '\n', (size_t)(limit - text));
        const char *end = lf != NULL ? lf : limit;
        const char *next = lf != NULL ? lf + 1 : limit;
        const char *first = text;
        const char *equals;

        reading.line++;
        if (end > text && end[-1] == '\r') {
            end--;
        }
        while (first < end && (*first == ' ' || *first == '\t')) {
            first++;
        }
        if (first < end && *first != '#') {
            equals = memchr(first, '=', (size_t)(end - first));
            if (equals == NULL) {
                wrong(&reading, "there is no \"=\"");
            } else {
                take(&reading, trimmed(pool, first, equals), trimmed(pool, equals + 1, end));
            }
        }
        text = next;
    }
    if (profile->home == NULL) {
        broken(profile, "home is not given");
    }
}

int jsgid_feature_of_version(const char *version)
{
    int feature;

    if (!is_digit(*version)) {
        return 0;
    }
    feature = atoi(version);
    if (feature == 1 && version[1] == '.' && is_digit(version[2])) {
        feature = atoi(version + 2);
    }
    return feature >= 1 && feature <= 999 ? feature : 0;
}

/* Where the parts of a version begin: 1.8.0 and 8.0 are the same. */
static const char *parts_of(const char *version)
{
    return strncmp(version, "1.8", 3) == 0 && !is_digit(version[3]) ? version + 2 : version;
}

/* Takes the next part, a run of digits; -1 when there is none. */
static int next_part(const char **pversion, unsigned long *ppart)
{
    const char *version = *pversion;
    char *end;

    while (*version != '\0' && !is_digit(*version)) {
        version++;
    }
    *pversion = version;
    if (*version == '\0') {
        return -1;
    }
    *ppart = strtoul(version, &end, 10);
    *pversion = end;
    return 0;
}

int jsgid_version_compare(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return (a != NULL) - (b != NULL);
    }
    a = parts_of(a);
    b = parts_of(b);
    for (;;) {
        unsigned long x = 0;
        unsigned long y = 0;
        int a_ended = next_part(&a, &x);
        int b_ended = next_part(&b, &y);

        if (a_ended || b_ended) {
            return a_ended - b_ended < 0 ? -1 : a_ended - b_ended > 0;
        }
        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
}

/* Whole text of a file of at most FILE_MAX bytes and one more, so that a longer one can be told. */
static apr_status_t read_text(apr_pool_t *pool, const char *path, char **ptext, apr_size_t *plength)
{
    apr_file_t *file;
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT, pool);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    *ptext = apr_palloc(pool, FILE_MAX + 2);
    rv = apr_file_read_full(file, *ptext, FILE_MAX + 1, plength);
    (*ptext)[*plength] = '\0';
    apr_file_close(file);
    return rv == APR_EOF ? APR_SUCCESS : rv;
}

/* Value of a key of the JDK's release file, without its quotes; NULL when it is not there. */
static const char *release_value(apr_pool_t *pool, const char *text, const char *key)
{
    apr_size_t length = strlen(key);
    const char *line = text;

    while (line != NULL && *line != '\0') {
        if (strncmp(line, key, length) == 0 && line[length] == '=') {
            const char *from = line + length + 1;
            const char *to = from + strcspn(from, "\r\n");

            if (to - from >= 2 && *from == '"' && to[-1] == '"') {
                from++;
                to--;
            }
            return from == to ? NULL : apr_pstrmemdup(pool, from, (apr_size_t)(to - from));
        }
        line = strchr(line, '\n');
        if (line != NULL) {
            line++;
        }
    }
    return NULL;
}

/* What the profile leaves open comes from the JDK itself. */
static void complete(apr_pool_t *pool, jsgid_profile_t *profile)
{
    apr_finfo_t info;
    char *release = NULL;
    apr_size_t length;
    const char *java = apr_pstrcat(pool, profile->home, "/bin/java", NULL);
    const char *version;

    if (apr_stat(&info, java, APR_FINFO_TYPE, pool) != APR_SUCCESS || info.filetype != APR_REG) {
        profile->state = JSGID_PROFILE_MISSING;
        profile->reason = apr_psprintf(pool, "there is no %s", java);
    }
    if (read_text(pool, apr_pstrcat(pool, profile->home, "/release", NULL), &release, &length) !=
        APR_SUCCESS) {
        release = apr_pstrdup(pool, "");
    }
    version = release_value(pool, release, "JAVA_VERSION");
    if (profile->feature == 0 && version != NULL) {
        profile->feature = jsgid_feature_of_version(version);
    }
    if (profile->version == NULL) {
        profile->version = release_value(pool, release, "JAVA_RUNTIME_VERSION");
    }
    if (profile->version == NULL) {
        profile->version = version;
    }
    if (profile->vendor == NULL) {
        profile->vendor = release_value(pool, release, "IMPLEMENTOR");
    }
    if (profile->feature == 0 && profile->state == JSGID_PROFILE_USABLE) {
        broken(profile, apr_psprintf(pool, "feature is not given, and %s/release does not tell it",
                                     profile->home));
    }
}

jsgid_profile_t *jsgid_profile_read(apr_pool_t *pool, const char *file)
{
    jsgid_profile_t *profile = apr_pcalloc(pool, sizeof(*profile));
    const char *base = strrchr(file, '/');
    char *text;
    apr_size_t length;
    apr_status_t rv;

    base = base != NULL ? base + 1 : file;
    profile->name = apr_pstrmemdup(pool, base, strlen(base) > 5 ? strlen(base) - 5 : 0);
    profile->file = file;
    rv = read_text(pool, file, &text, &length);
    if (rv != APR_SUCCESS) {
        char why[120];

        profile->warnings = apr_array_make(pool, 1, sizeof(const char *));
        broken(profile,
               apr_psprintf(pool, "cannot be read: %s", apr_strerror(rv, why, sizeof(why))));
        return profile;
    }
    jsgid_profile_parse(pool, profile, text, length);
    if (profile->state != JSGID_PROFILE_BROKEN) {
        complete(pool, profile);
    }
    if (profile->priority == PRIORITY_UNSET) {
        profile->priority = 100 * profile->feature;
    }
    return profile;
}

int jsgid_profile_name_is_valid(const char *name)
{
    apr_size_t i;

    for (i = 0; name[i] != '\0'; i++) {
        if (!is_letter(name[i]) &&
            (i == 0 || (!is_digit(name[i]) && strchr("._-", name[i]) == NULL))) {
            return 0;
        }
    }
    return i >= 1 && i <= 64;
}

/* 1 when a file name is a profile's: NAME.conf with a valid name. */
static int is_profile_name(apr_pool_t *pool, const char *file)
{
    apr_size_t length = strlen(file);

    return length > 5 && strcmp(file + length - 5, ".conf") == 0 &&
           jsgid_profile_name_is_valid(apr_pstrmemdup(pool, file, length - 5));
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(jsgid_profile_t *const *)a)->name, (*(jsgid_profile_t *const *)b)->name);
}

apr_array_header_t *jsgid_profiles_read(apr_pool_t *pool, const apr_array_header_t *folders)
{
    apr_hash_t *files = apr_hash_make(pool);
    apr_array_header_t *profiles = apr_array_make(pool, 8, sizeof(jsgid_profile_t *));
    apr_hash_index_t *hi;
    int i;

    for (i = 0; i < folders->nelts; i++) {
        const char *folder = APR_ARRAY_IDX(folders, i, const char *);
        apr_dir_t *dir;
        apr_finfo_t entry;

        if (apr_dir_open(&dir, folder, pool) != APR_SUCCESS) {
            continue;
        }
        while (apr_dir_read(&entry, APR_FINFO_NAME, dir) == APR_SUCCESS) {
            if (is_profile_name(pool, entry.name)) {
                apr_hash_set(files, apr_pstrdup(pool, entry.name), APR_HASH_KEY_STRING,
                             apr_pstrcat(pool, folder, "/", entry.name, NULL));
            }
        }
        apr_dir_close(dir);
    }
    for (hi = apr_hash_first(pool, files); hi != NULL; hi = apr_hash_next(hi)) {
        void *value;
        const char *path;
        apr_finfo_t info;

        apr_hash_this(hi, NULL, NULL, &value);
        path = value;
        /* An empty file, or a link to /dev/null, which is no regular file, masks the name. */
        if (apr_stat(&info, path, APR_FINFO_TYPE | APR_FINFO_SIZE, pool) == APR_SUCCESS &&
            (info.filetype == APR_CHR || (info.filetype == APR_REG && info.size == 0))) {
            continue;
        }
        APR_ARRAY_PUSH(profiles, jsgid_profile_t *) = jsgid_profile_read(pool, path);
    }
    qsort(profiles->elts, (size_t)profiles->nelts, sizeof(jsgid_profile_t *), by_name);
    return profiles;
}

const char *jsgid_default_runtime(apr_pool_t *pool, const apr_array_header_t *folders)
{
    int i;

    for (i = folders->nelts - 1; i >= 0; i--) {
        const char *path =
            apr_pstrcat(pool, APR_ARRAY_IDX(folders, i, const char *), "/default", NULL);
        char *text;
        char *line;
        char *state;
        apr_size_t length;

        if (read_text(pool, path, &text, &length) != APR_SUCCESS) {
            continue;
        }
        for (line = apr_strtok(text, "\r\n", &state); line != NULL;
             line = apr_strtok(NULL, "\r\n", &state)) {
            char *runtime = trimmed(pool, line, line + strlen(line));

            if (*runtime != '\0' && *runtime != '#') {
                return runtime;
            }
        }
        return NULL; /* the last folder that has the file decides, also when the file says: none */
    }
    return NULL;
}
