#include "launcher_args.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOKEN_LENGTH_MAX = 256,
    NAME_LENGTH_MAX = 255,
    MEMO_LENGTH_MAX = 32 * 1024,
    ALONE_SECONDS_MAX = 24 * 3600,
};

static bool is_token(const char *text)
{
    size_t length = strlen(text);
    if (length == 0 || length > TOKEN_LENGTH_MAX) {
        return false;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~') {
            return false;
        }
    }
    return true;
}

bool launcher_args_read(int argc, char **argv, struct launcher_args *pargs,
                        struct launcher_failure *pfailure)
{
    *pargs = (struct launcher_args){NULL, NULL};
    for (int i = 1; i < argc; i += 2) {
        const char **pvalue = NULL;
        if (strcmp(argv[i], "--management") == 0) {
            pvalue = &pargs->management;
        } else if (strcmp(argv[i], "--token") == 0) {
            pvalue = &pargs->token;
        }
        if (pvalue == NULL || *pvalue != NULL || i + 1 >= argc) {
            return launcher_fail(pfailure, LAUNCHER_EXIT_USAGE, "at \"%s\"", argv[i]);
        }
        *pvalue = argv[i + 1];
    }
    if (pargs->management == NULL || pargs->token == NULL) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_USAGE, "both are required");
    }
    if (!is_token(pargs->token)) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_USAGE,
                             "a token is 1 to %d printable characters without a space",
                             TOKEN_LENGTH_MAX);
    }
    return true;
}

static bool bad_value(struct launcher_failure *pfailure, const char *key, const char *value)
{
    return launcher_fail(pfailure, LAUNCHER_EXIT_BAD_VALUE, "%s: \"%s\"", key, value);
}

/* Digits of the base and nothing else: no sign, no space, no prefix, which strtoull would take. */
static bool read_number(const char *text, int base, unsigned long long max, unsigned long long *pn)
{
    char *end = NULL;
    if (*text < '0' || *text > '9') {
        return false;
    }
    errno = 0;
    *pn = strtoull(text, &end, base);
    return errno == 0 && *end == '\0' && *pn <= max;
}

/* The highest id is (uid_t)-1, which means "leave as it is" to setresuid. */
static bool read_id(const char *text, unsigned *pid)
{
    unsigned long long number = 0;
    if (!read_number(text, 10, UINT32_MAX - 1ULL, &number)) {
        return false;
    }
    *pid = (unsigned)number;
    return true;
}

static bool read_nice(const char *text, int *pnice)
{
    unsigned long long number = 0;
    bool is_negative = *text == '-';
    if (!read_number(text + (is_negative ? 1 : 0), 10, is_negative ? 20 : 19, &number)) {
        return false;
    }
    *pnice = is_negative ? -(int)number : (int)number;
    return true;
}

static bool read_limit(struct launch_limit *limits, const char *value)
{
    const char *equals = strchr(value, '=');
    if (equals == NULL) {
        return false;
    }
    for (struct launch_limit *limit = limits; limit < limits + LAUNCH_LIMITS; limit++) {
        size_t length = (size_t)(equals - value);
        unsigned long long number = 0;
        if (strlen(limit->name) != length || strncmp(limit->name, value, length) != 0) {
            continue;
        }
        if (limit->is_set || !read_number(equals + 1, 10, RLIM_INFINITY - 1, &number)) {
            return false;
        }
        limit->is_set = true;
        limit->value = (rlim_t)number;
        return true;
    }
    return false;
}

static bool read_umask(const char *text, mode_t *pmask)
{
    unsigned long long number = 0;
    if (!read_number(text, 8, 0777, &number)) {
        return false;
    }
    *pmask = (mode_t)number;
    return true;
}

static bool read_absolute_path(const char *value, const char **ppath)
{
    if (*ppath != NULL || value[0] != '/') {
        return false;
    }
    *ppath = value;
    return true;
}

/* It is shown by ps, on one line. */
static bool read_name(const char *value, const char **pname)
{
    size_t length = strlen(value);
    bool is_printable = true;
    for (const char *at = value; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        is_printable = is_printable && byte >= ' ' && byte != 0x7f;
    }
    if (*pname != NULL || length == 0 || length > NAME_LENGTH_MAX || !is_printable) {
        return false;
    }
    *pname = value;
    return true;
}

static bool read_memo(const char *value, const char **pmemo)
{
    if (*pmemo != NULL || strlen(value) > MEMO_LENGTH_MAX) {
        return false;
    }
    *pmemo = value;
    return true;
}

static bool read_pid(const char *text, pid_t *ppid)
{
    unsigned long long number = 0;
    if (*ppid != 0 || !read_number(text, 10, INT32_MAX, &number) || number == 0) {
        return false;
    }
    *ppid = (pid_t)number;
    return true;
}

static bool read_seconds(const char *text, unsigned *pseconds)
{
    unsigned long long number = 0;
    if (!read_number(text, 10, ALONE_SECONDS_MAX, &number)) {
        return false;
    }
    *pseconds = (unsigned)number;
    return true;
}

static bool read_environment(const char *value)
{
    const char *equals = strchr(value, '=');
    return equals != NULL && equals != value;
}

/* How far the three lists are filled. */
struct filled {
    size_t args, envs;
};

static bool read_pair(struct launch_request *request, struct filled *filled, const char *key,
                      char *value, struct launcher_failure *pfailure)
{
    bool is_good;
    if (strcmp(key, "exec") == 0) {
        is_good = read_absolute_path(value, &request->exec);
    } else if (strcmp(key, "arg") == 0) {
        request->argv[filled->args++] = value;
        is_good = true;
    } else if (strcmp(key, "env") == 0) {
        request->envp[filled->envs++] = value;
        is_good = read_environment(value);
    } else if (strcmp(key, "uid") == 0) {
        is_good = !request->has_uid && read_id(value, &request->uid);
        request->has_uid = true;
    } else if (strcmp(key, "gid") == 0) {
        is_good = !request->has_gid && read_id(value, &request->gid);
        request->has_gid = true;
    } else if (strcmp(key, "user") == 0) {
        is_good = request->user == NULL && *value != '\0';
        request->user = value;
    } else if (strcmp(key, "group") == 0) {
        is_good = read_id(value, &request->groups[request->group_count++]);
    } else if (strcmp(key, "umask") == 0) {
        is_good = !request->has_umask && read_umask(value, &request->umask);
        request->has_umask = true;
    } else if (strcmp(key, "directory") == 0) {
        is_good = read_absolute_path(value, &request->directory);
    } else if (strcmp(key, "home") == 0) {
        is_good = read_absolute_path(value, &request->home);
    } else if (strcmp(key, "chroot") == 0) {
        is_good = read_absolute_path(value, &request->chroot);
    } else if (strcmp(key, "nice") == 0) {
        is_good = !request->has_nice && read_nice(value, &request->nice);
        request->has_nice = true;
    } else if (strcmp(key, "limit") == 0) {
        is_good = read_limit(request->limits, value);
    } else if (strcmp(key, "readable") == 0) {
        is_good = read_absolute_path(value, &request->readable);
    } else if (strcmp(key, "temporary") == 0) {
        is_good = read_absolute_path(value, &request->temporary);
    } else if (strcmp(key, "archives") == 0) {
        is_good = read_absolute_path(value, &request->archives);
    } else if (strcmp(key, "cgroup") == 0) {
        is_good = read_absolute_path(value, &request->cgroup);
    } else if (strcmp(key, "name") == 0) {
        is_good = read_name(value, &request->name);
    } else if (strcmp(key, "memo") == 0) {
        is_good = read_memo(value, &request->memo);
    } else if (strcmp(key, "apache-pid") == 0) {
        is_good = read_pid(value, &request->apache_pid);
    } else if (strcmp(key, "alone") == 0) {
        is_good = !request->has_alone && read_seconds(value, &request->alone_seconds);
        request->has_alone = true;
    } else {
        return launcher_fail(pfailure, LAUNCHER_EXIT_UNKNOWN_KEY, "\"%s\"", key);
    }
    return is_good || bad_value(pfailure, key, strlen(value) > MEMO_LENGTH_MAX ? "…" : value);
}

static size_t count_strings(const char *message, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += message[i] == '\0';
    }
    return count;
}

static bool is_complete(const struct launch_request *request, struct launcher_failure *pfailure)
{
    if (request->exec == NULL) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_INCOMPLETE, "no exec");
    }
    if (request->argv[0] == NULL) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_INCOMPLETE, "no arg");
    }
    if (request->name == NULL) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_INCOMPLETE, "no name");
    }
    if (request->has_uid != request->has_gid) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_INCOMPLETE, "uid and gid belong together");
    }
    return true;
}

bool launch_request_read(char *message, size_t size, struct launch_request *prequest,
                         struct launcher_failure *pfailure)
{
    struct filled filled = {0, 0};
    size_t strings = count_strings(message, size);
    *prequest = (struct launch_request){
        .limits =
            {
                {"cpu", RLIMIT_CPU, false, 0},
                {"data", RLIMIT_DATA, false, 0},
                {"nofile", RLIMIT_NOFILE, false, 0},
                {"core", RLIMIT_CORE, false, 0},
            },
    };
    if (size == 0 || message[size - 1] != '\0' || strings % 2 != 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_MESSAGE_MALFORMED,
                             "%zu bytes with %zu ended strings", size, strings);
    }
    /* Each list could hold every pair; the one more is the NULL at its end. */
    prequest->argv = calloc(strings / 2 + 1, sizeof(char *));
    prequest->envp = calloc(strings / 2 + 1, sizeof(char *));
    prequest->groups = calloc(strings / 2 + 1, sizeof(gid_t));
    if (prequest->argv == NULL || prequest->envp == NULL || prequest->groups == NULL) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_MEMORY, "%zu strings", strings);
    }
    for (char *key = message; key < message + size;) {
        char *value = key + strlen(key) + 1;
        if (!read_pair(prequest, &filled, key, value, pfailure)) {
            return false;
        }
        key = value + strlen(value) + 1;
    }
    return is_complete(prequest, pfailure);
}

void launch_request_clear(struct launch_request *prequest)
{
    free(prequest->argv);
    free(prequest->envp);
    free(prequest->groups);
    prequest->argv = NULL;
    prequest->envp = NULL;
    prequest->groups = NULL;
}
