/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_groups: groups and mounts once the whole configuration is read.
 *
 * Checks what depends on several directives, resolves users and runtimes, and makes the text of the
 * files that monitors and jsgid-ctl read (supervisor/CONTROL.md). Starts and writes nothing.
 */
#include "mod_jsgid_private.h"

#include <grp.h>
#include <http_main.h>
#include <pwd.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>
#include <unixd.h>

#include "jsgid_chroot.h"
#include "jsgid_route.h"
#include "jsgid_rundir.h"
#include "jsgid_runtime.h"
#include "jsgid_value.h"

/* Longest tail of a generation: sockets/NAME.GENERATION.sock with a generation of ten digits. */
#define SOCKET_TAIL_MAX (sizeof("/sockets/.1234567890.sock") - 1)

/* What a JVM takes before it has loaded anything is about so much. */
#define MEMORY_LIMIT_LEAST (32 * 1024 * 1024)
#define OPEN_FILES_LEAST 256
/* JsgiInactivityTimeout of a group with JsgiOnDemand, when it is not written. */
#define ON_DEMAND_INACTIVITY_SECONDS 300

static void resolve_user(jsgid_group_t *group)
{
    apr_pool_t *pool = jsgid_server->pool;
    const struct passwd *entry;
    int own_user = group->at[JSGID_D_USER] != NULL;

    if (geteuid() != 0) {
        group->uid = geteuid();
        group->gid = getegid();
    } else if (!own_user) {
        group->uid = ap_unixd_config.user_id;
        if (group->uid == 0 || group->uid == (uid_t)-1) {
            jsgid_problem("JSGID0013", group->defined_at,
                          "the group \"%s\" would run as root: it has no JsgiUser, and Apache has "
                          "no User; a JsgiUser "
                          "would be right",
                          group->name);
        }
    }
    entry = group->uid != (uid_t)-1 ? getpwuid(group->uid) : NULL;
    if (entry != NULL) {
        group->user = apr_pstrdup(pool, entry->pw_name);
        group->home = apr_pstrdup(pool, entry->pw_dir);
    }
    if (group->at[JSGID_D_GROUP] == NULL && geteuid() == 0) {
        if (own_user && entry != NULL) {
            group->gid = entry->pw_gid;
        } else {
            group->gid = ap_unixd_config.group_id;
        }
        if (group->gid == 0 || group->gid == (gid_t)-1) {
            jsgid_problem(
                "JSGID0014", group->defined_at,
                "the group \"%s\" would run in the group root; a JsgiGroup would be right",
                group->name);
        }
    }
}

/* 1 when the system would put the user in the group root, beside its own. */
static int is_in_root_group(const char *user, gid_t gid)
{
    gid_t *gids;
    int count = 0;
    int found = 0;
    int i;

    (void)getgrouplist(user, gid, NULL, &count);
    gids = apr_palloc(jsgid_server->pool, sizeof(*gids) * (size_t)(count + 1));
    if (getgrouplist(user, gid, gids, &count) < 0) {
        return 0;
    }
    for (i = 0; i < count; i++) {
        found |= gids[i] == 0;
    }
    return found;
}

/* What of a group's user and limits is seen only when all of its directives are read. */
static void check_group(jsgid_group_t *group)
{
    apr_int64_t soft = group->number[JSGID_D_MEMORY_LIMIT];
    apr_int64_t files = group->number[JSGID_D_OPEN_FILES];
    struct rlimit limit;

    if (geteuid() == 0 && group->user != NULL && group->supplementary == NULL && group->gid != 0 &&
        is_in_root_group(group->user, group->gid)) {
        jsgid_problem("JSGID0014", group->defined_at,
                      "the group \"%s\" would run in the group root, of which its user %s is a "
                      "member; take the user out of it, or a JsgiSupplementaryGroups without root "
                      "would be right",
                      group->name, group->user);
    }
    if (group->at[JSGID_D_SCRIPT_USER] != NULL && group->at[JSGID_D_SCRIPT_GROUP] != NULL) {
        jsgid_problem("JSGID0012", group->at[JSGID_D_SCRIPT_GROUP],
                      "JsgiScriptGroup: the group \"%s\" has a JsgiScriptUser too, at %s; one of "
                      "the two would be right",
                      group->name, group->at[JSGID_D_SCRIPT_USER]);
    }
    if (soft > 0 && soft < MEMORY_LIMIT_LEAST) {
        jsgid_problem("JSGID0012", group->at[JSGID_D_MEMORY_LIMIT],
                      "JsgiMemoryLimit: a JVM needs more than %" APR_INT64_T_FMT
                      " bytes before it runs anything; at least %dM would be right",
                      soft, MEMORY_LIMIT_LEAST / (1024 * 1024));
    }
    if (group->memory_limit_hard > 0 && group->memory_limit_hard < soft) {
        jsgid_problem("JSGID0012", group->at[JSGID_D_MEMORY_LIMIT],
                      "JsgiMemoryLimit: HARD, %" APR_INT64_T_FMT
                      " bytes, beyond which a process is killed, is below SOFT, %" APR_INT64_T_FMT
                      ", beyond which it is renewed; a HARD above SOFT would be right",
                      group->memory_limit_hard, soft);
    } else if (group->memory_limit_hard > 0 && group->memory_limit_hard < MEMORY_LIMIT_LEAST) {
        jsgid_problem("JSGID0012", group->at[JSGID_D_MEMORY_LIMIT],
                      "JsgiMemoryLimit: a JVM needs more than %" APR_INT64_T_FMT
                      " bytes before it runs anything; at least %dM would be right",
                      group->memory_limit_hard, MEMORY_LIMIT_LEAST / (1024 * 1024));
    }
    if (files > 0 && files < OPEN_FILES_LEAST) {
        jsgid_problem("JSGID0012", group->at[JSGID_D_OPEN_FILES],
                      "JsgiOpenFiles: a JVM with an application needs more than %" APR_INT64_T_FMT
                      " files; at least %d would be right",
                      files, OPEN_FILES_LEAST);
    }
    if (files > 0 && geteuid() != 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
        (rlim_t)files > limit.rlim_max) {
        jsgid_problem("JSGID0012", group->at[JSGID_D_OPEN_FILES],
                      "JsgiOpenFiles: this Apache was not started as root, so its processes may "
                      "have at most the %llu files that it may have itself",
                      (unsigned long long)limit.rlim_max);
    }
    if (group->text[JSGID_D_LISTEN] != NULL && group->number[JSGID_D_ON_DEMAND]) {
        jsgid_problem(
            "JSGID0012", group->at[JSGID_D_LISTEN],
            "JsgiListen: the group \"%s\" has JsgiOnDemand, and while it is stopped nobody "
            "listens there; one of the two would be right",
            group->name);
    }
    /* Without a time a group that starts on demand would never stop, which is half of what it is
     * for. */
    if (group->number[JSGID_D_ON_DEMAND] && group->at[JSGID_D_INACTIVITY_TIMEOUT] == NULL) {
        group->number[JSGID_D_INACTIVITY_TIMEOUT] = ON_DEMAND_INACTIVITY_SECONDS;
    }
}

/* The processors that this process may use. */
static int processors(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0 ? CPU_COUNT(&set)
                                                                               : 1;
}

/* The names of the groups for messages. */
static const char *defined_groups(const jsgid_server_t *server)
{
    const char *text = NULL;
    int i;

    for (i = 0; i < server->groups->nelts; i++) {
        text = apr_pstrcat(server->pool, text != NULL ? text : "", text != NULL ? ", " : "",
                           APR_ARRAY_IDX(server->groups, i, const jsgid_group_t *)->name, NULL);
    }
    return text != NULL ? text : "none";
}

/* A root folder that root can use, or a problem. */
static void check_chroot(const jsgid_group_t *group, apr_pool_t *temporary)
{
    const char *root = group->text[JSGID_D_CHROOT];
    const char *error;

    if (root == NULL) {
        return;
    }
    if (geteuid() != 0) {
        jsgid_problem("JSGID0017", group->at[JSGID_D_CHROOT],
                      "JsgiChroot: this Apache was not started as root, so it cannot change "
                      "the root directory; "
                      "leave the directive out, or start Apache as root");
        return;
    }
    error = jsgid_rundir_check(temporary, root, "JsgiChroot");
    if (error != NULL) {
        jsgid_problem("JSGID0017", group->at[JSGID_D_CHROOT],
                      "JsgiChroot: the folder %s cannot become the root of the group \"%s\": %s",
                      root, group->name, error);
    }
}

const char *jsgid_group_file(const jsgid_group_t *group, const char *file)
{
    const char *root = group->text[JSGID_D_CHROOT];

    return root != NULL ? jsgid_chroot_inside(root, file) : file;
}

/* What every daemon needs, looked for where the daemons will look. A warning, as for a JDK that is
 * missing: one site must not keep Apache from starting. */
static void check_inside(const jsgid_server_t *server, const jsgid_group_t *group,
                         apr_pool_t *temporary)
{
    const char *root = group->text[JSGID_D_CHROOT];
    const char *const needed[] = {apr_pstrcat(temporary, group->profile->home, "/bin/java", NULL),
                                  apr_pstrcat(temporary, server->home, "/lib/daemon", NULL)};
    static const char *const what[] = {"the JDK of the group", "what runs inside every daemon"};
    size_t i;

    for (i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
        int reason = jsgid_chroot_find(root, needed[i]);

        if (reason != 0) {
            jsgid_warning("JSGID0022", group->at[JSGID_D_CHROOT],
                          "JsgiChroot: inside %s there is no %s (%s: %s); the group \"%s\" cannot "
                          "start before it is there, under this path (README.md, "
                          "\"A group with a root folder of its own\")",
                          root, needed[i], what[i], strerror(reason), group->name);
        }
    }
}

/* Monitors run as root from these folders: whoever can change them could become root. Not refused,
 * since only the administrator knows whom he trusts. */
static void check_programs(const jsgid_server_t *server, apr_pool_t *temporary)
{
    const char *const paths[] = {server->home,
                                 server->supervisor != NULL ? server->supervisor->home : NULL};
    static const char *const directives[] = {"JsgiHome", "JsgiSupervisorRuntime"};
    size_t i;

    for (i = 0; geteuid() == 0 && i < sizeof(paths) / sizeof(*paths); i++) {
        const char *error =
            paths[i] != NULL ? jsgid_rundir_check(temporary, paths[i], directives[i]) : NULL;

        if (error != NULL) {
            jsgid_warning("JSGID0024", NULL,
                          "%s: monitors run as root from %s, which others than root can change: %s",
                          directives[i], paths[i], error);
        }
    }
}

/* Its applications run all the same, but not as somebody wants them to. */
static void check_threading(const jsgid_group_t *group)
{
    const int is_virtual = group->number[JSGID_D_THREADING] == 1; /* the second of its words */

    if (is_virtual && group->profile->feature < 21) {
        jsgid_warning("JSGID0025", group->at[JSGID_D_THREADING],
                      "JsgiThreading: the group \"%s\" runs on %s, and only Java 21 and later have "
                      "virtual threads; its applications run on platform threads. A later "
                      "JsgiRuntime, or JsgiThreading platform, would be right",
                      group->name, group->profile->name);
    }
}

static void check_mounts(jsgid_server_t *server, apr_pool_t *temporary)
{
    int i;

    for (i = 0; i < server->all_mounts->nelts; i++) {
        const jsgid_mount_t *mount = APR_ARRAY_IDX(server->all_mounts, i, const jsgid_mount_t *);
        const jsgid_group_t *group =
            mount->group != NULL
                ? apr_hash_get(server->groups_by_name, mount->group, APR_HASH_KEY_STRING)
                : NULL;
        const char *root = group != NULL ? group->text[JSGID_D_CHROOT] : NULL;
        apr_finfo_t info;

        if (root != NULL && jsgid_group_file(group, mount->file) == NULL) {
            jsgid_problem("JSGID0023", mount->defined_at,
                          "JsgiScriptAlias: %s is not below %s, which is all that the group \"%s\" "
                          "sees (JsgiChroot); a file below it, named by its whole path, would be "
                          "right",
                          mount->file, root, group->name);
        }
        if (mount->group != NULL && group == NULL) {
            jsgid_problem("JSGID0012", mount->defined_at,
                          "JsgiScriptAlias: there is no daemon group \"%s\"; one of those defined "
                          "would be right: %s",
                          mount->group, defined_groups(server));
        }
        if (apr_stat(&info, mount->file, APR_FINFO_TYPE, temporary) != APR_SUCCESS) {
            jsgid_warning(
                "JSGID0015", mount->defined_at,
                "JsgiScriptAlias: there is no %s; requests for %s get 404 until it appears",
                mount->file, mount->path);
        }
    }
    for (i = 0; i < server->delegates->nelts; i++) {
        const jsgid_name_t *name = APR_ARRAY_IDX(server->delegates, i, const jsgid_name_t *);

        if (name->kind == JSGID_NAME_LITERAL &&
            apr_hash_get(server->groups_by_name, name->text, APR_HASH_KEY_STRING) == NULL) {
            jsgid_problem("JSGID0012", name->defined_at,
                          "JsgiProcessGroup: there is no daemon group \"%s\"; one of those defined "
                          "would be right: %s",
                          name->text, defined_groups(server));
        }
    }
}

static void resolve(const jsgid_server_t *server, jsgid_group_t *group, apr_pool_t *pool)
{
    const char *runtime = group->runtime != NULL ? group->runtime : server->default_runtime;

    group->profile = NULL;
    if (server->supervisor == NULL) {
        group->why_no_profile = server->why_no_supervisor;
    } else if (runtime != NULL) {
        group->profile =
            jsgid_runtime_select(pool, server->profiles, runtime, &group->why_no_profile);
    } else {
        /* Neither the group nor the server names one: the newest long-term release, as for
         * monitors. */
        group->profile =
            jsgid_supervisor_runtime(pool, server->profiles, NULL, &group->why_no_profile);
    }
}

static void read_profiles(jsgid_server_t *server, apr_pool_t *pool)
{
    server->profiles = jsgid_profiles_read(pool, server->profile_dirs);
    server->supervisor = jsgid_supervisor_runtime(
        pool, server->profiles, server->supervisor_runtime, &server->why_no_supervisor);
}

void jsgid_groups_resolve(jsgid_server_t *server, apr_pool_t *pool)
{
    int i;

    read_profiles(server, pool);
    for (i = 0; i < server->groups->nelts; i++) {
        resolve(server, APR_ARRAY_IDX(server->groups, i, jsgid_group_t *), pool);
    }
}

int jsgid_groups_resolve_missing(jsgid_server_t *server, apr_pool_t *pool)
{
    apr_array_header_t *former = server->profiles;
    const jsgid_profile_t *former_supervisor = server->supervisor;
    const char *former_why = server->why_no_supervisor;
    int found = 0;
    int i;

    read_profiles(server, pool);
    for (i = 0; i < server->groups->nelts; i++) {
        jsgid_group_t *group = APR_ARRAY_IDX(server->groups, i, jsgid_group_t *);

        if (group->profile == NULL || group->is_held) {
            const char *why = group->why_no_profile;
            const jsgid_profile_t *held = group->profile;

            resolve(server, group, pool);
            if (group->profile != NULL) {
                found++;
                group->is_held = 0;
            } else {
                group->profile = held;
                group->why_no_profile = why;
            }
        }
    }
    if (found == 0) {
        server->profiles = former;
        server->supervisor = former_supervisor;
        server->why_no_supervisor = former_why;
    }
    return found;
}

/* No two groups may want the same address, and the JDK must be able to share one between processes
 * (SO_REUSEPORT, Java 9). */
static void check_listeners(const jsgid_server_t *server)
{
    int i;
    int k;

    for (i = 0; i < server->groups->nelts; i++) {
        const jsgid_group_t *group = APR_ARRAY_IDX(server->groups, i, jsgid_group_t *);
        const char *text = group->text[JSGID_D_LISTEN];
        apr_size_t length = text != NULL ? strcspn(text, " ") + 1 : 0;

        if (text == NULL) {
            continue;
        }
        if (group->profile != NULL && group->profile->feature < 9) {
            jsgid_problem("JSGID0012", group->at[JSGID_D_LISTEN],
                          "JsgiListen: the group \"%s\" runs on %s, and only Java 9 and later can "
                          "share an address between processes; a later JsgiRuntime would be right",
                          group->name, group->profile->name);
        }
        for (k = 0; k < i; k++) {
            const jsgid_group_t *other = APR_ARRAY_IDX(server->groups, k, jsgid_group_t *);

            if (other->text[JSGID_D_LISTEN] != NULL &&
                strncmp(other->text[JSGID_D_LISTEN], text, length) == 0) {
                jsgid_problem("JSGID0012", group->at[JSGID_D_LISTEN],
                              "JsgiListen: the group \"%s\" listens there already (%s); an address "
                              "of its own would be right",
                              other->name, other->at[JSGID_D_LISTEN]);
            }
        }
    }
}

void jsgid_groups_check(jsgid_server_t *server, apr_pool_t *temporary)
{
    int i;

    if (server->profile_dirs->nelts == 0) {
        APR_ARRAY_PUSH(server->profile_dirs, const char *) = "/usr/share/jsgid/jdk.d";
        APR_ARRAY_PUSH(server->profile_dirs, const char *) = "/run/jsgid/jdk.d";
        APR_ARRAY_PUSH(server->profile_dirs, const char *) = "/etc/jsgid/jdk.d";
    }
    if (*server->run_dir != '/') {
        server->run_dir = ap_server_root_relative(server->pool, server->run_dir);
    }
    if (server->cache_dir == NULL) {
        /* A second server with a run folder of its own has no part in the first one's. */
        server->cache_dir = strcmp(server->run_dir, jsgid_directives[JSGID_D_RUN_DIR].def) == 0
                                ? "/var/cache/jsgid"
                                : apr_pstrcat(server->pool, server->run_dir, "/cache", NULL);
    }
    for (i = 0; i < server->groups->nelts; i++) {
        jsgid_group_t *group = APR_ARRAY_IDX(server->groups, i, jsgid_group_t *);
        apr_size_t longest = strlen(server->run_dir) + strlen(group->name) + SOCKET_TAIL_MAX;
        struct sockaddr_un address;

        resolve_user(group);
        check_group(group);
        group->route =
            apr_pstrcat(server->pool, server->run_dir, "/groups/", group->name, ".sock", NULL);
        /* One byte is the terminating zero: 107 remain on Linux. */
        if (longest > sizeof(address.sun_path) - 1) {
            jsgid_problem("JSGID0016", group->defined_at,
                          "the group \"%s\": the path of its sockets below %s would have %d bytes, "
                          "and the system "
                          "allows %d; a shorter JsgiRunDir or a shorter name would be right",
                          group->name, server->run_dir, (int)longest,
                          (int)sizeof(address.sun_path) - 1);
        }
        check_chroot(group, temporary);
    }
    check_mounts(server, temporary);
    if (server->default_runtime == NULL) {
        server->default_runtime = jsgid_default_runtime(server->pool, server->profile_dirs);
    }
    if (server->groups->nelts == 0) {
        return;
    }
    jsgid_groups_resolve(server, server->pool);
    check_listeners(server);
    check_programs(server, temporary);
    for (i = 0; i < server->profiles->nelts; i++) {
        const jsgid_profile_t *profile =
            APR_ARRAY_IDX(server->profiles, i, const jsgid_profile_t *);

        if (profile->state == JSGID_PROFILE_BROKEN) {
            jsgid_warning("JSGID0019", profile->file, "the JDK profile %s is not used: %s",
                          profile->name, profile->reason);
        }
    }
    if (server->supervisor == NULL) {
        jsgid_warning("JSGID0021", NULL,
                      "there is no JDK to run the monitors on: %s; no daemon group will serve "
                      "requests. Registered: %s "
                      "(in %s)",
                      server->why_no_supervisor,
                      jsgid_runtimes_describe(temporary, server->profiles),
                      apr_array_pstrcat(temporary, server->profile_dirs, ' '));
    }
    for (i = 0; i < server->groups->nelts; i++) {
        const jsgid_group_t *group = APR_ARRAY_IDX(server->groups, i, const jsgid_group_t *);

        if (group->profile == NULL) {
            const char *at = group->at[JSGID_D_RUNTIME];

            jsgid_warning(
                "JSGID0018", at != NULL ? at : group->defined_at,
                "the daemon group \"%s\" has no JDK: %s. Unless its daemons run already, its "
                "requests are answered 503 until such a JDK is registered (jsgid-ctl jdk scan, or "
                "jsgid-ctl jdk register HOME). Registered: %s",
                group->name, group->why_no_profile,
                jsgid_runtimes_describe(temporary, server->profiles));
            continue;
        }
        check_threading(group);
        if (group->text[JSGID_D_CHROOT] != NULL &&
            jsgid_chroot_find(group->text[JSGID_D_CHROOT], "/") == 0) {
            check_inside(server, group, temporary);
        }
    }
}

/* Text that grows in a pool. */
typedef struct {
    apr_pool_t *pool;
    apr_array_header_t *pieces; /* of const char * */
} text_t;

static void add(text_t *text, const char *key, const char *value)
{
    const char *escaped = jsgid_value_escape(text->pool, value);

    APR_ARRAY_PUSH(text->pieces, const char *) =
        apr_pstrcat(text->pool, key, " = ", escaped, "\n", NULL);
}

static void add_number(text_t *text, const char *key, apr_int64_t number)
{
    add(text, key, apr_psprintf(text->pool, "%" APR_INT64_T_FMT, number));
}

static void add_option(text_t *text, const jsgid_group_t *group, const jsgid_directive_t *d)
{
    apr_int64_t number = group->number[d->id];

    switch (d->type) {
    case JSGID_TYPE_NUMBER:
    case JSGID_TYPE_SECONDS:
        add_number(text, d->key, number);
        break;
    case JSGID_TYPE_SIZE:
        /* No limit is no line: 0 would not be within the bounds of what can be written. */
        if (number > 0 || d->min == 0) {
            add_number(text, d->key, number);
        }
        break;
    case JSGID_TYPE_SIZES:
        add_number(text, d->key, number);
        add_number(text, apr_pstrcat(text->pool, d->key, "-hard", NULL), group->memory_limit_hard);
        break;
    case JSGID_TYPE_OCTAL:
        add(text, d->key, apr_psprintf(text->pool, "%04o", (unsigned)number));
        break;
    case JSGID_TYPE_FLAG:
        add(text, d->key, number ? "yes" : "no");
        break;
    case JSGID_TYPE_CHOICE:
        add(text, d->key, jsgid_value_choice_word(text->pool, d->words, number));
        break;
    default:
        if (group->text[d->id] != NULL) {
            add(text, d->key, group->text[d->id]);
        }
        break;
    }
}

/* 1 when an earlier mount, of another virtual host, says the same. */
static int is_repeated(const jsgid_server_t *server, int index)
{
    const jsgid_mount_t *mount = APR_ARRAY_IDX(server->all_mounts, index, const jsgid_mount_t *);
    int i;

    for (i = 0; i < index; i++) {
        const jsgid_mount_t *other = APR_ARRAY_IDX(server->all_mounts, i, const jsgid_mount_t *);

        if (other->group != NULL && strcmp(other->group, mount->group) == 0 &&
            strcmp(other->file, mount->file) == 0 && strcmp(other->path, mount->path) == 0 &&
            strcmp(other->application_group != NULL ? other->application_group : "",
                   mount->application_group != NULL ? mount->application_group : "") == 0) {
            return 1;
        }
    }
    return 0;
}

static void add_group(text_t *text, const jsgid_server_t *server, const jsgid_group_t *group)
{
    const char *runtime = group->runtime != NULL ? group->runtime : server->default_runtime;
    int i;

    APR_ARRAY_PUSH(text->pieces, const char *) =
        apr_pstrcat(text->pool, "\n[group ", group->name, "]\n", NULL);
    add(text, "defined-at", group->defined_at);
    if (runtime == NULL && group->profile != NULL) {
        runtime = group->profile->name;
    }
    if (runtime != NULL) {
        add(text, "runtime", runtime);
    }
    if (group->user != NULL) {
        add(text, "user", group->user);
    }
    add_number(text, "uid", group->uid);
    add_number(text, "gid", group->gid);
    if (group->supplementary != NULL) {
        for (i = 0; i < group->supplementary->nelts; i++) {
            add_number(text, "supplementary-gid", APR_ARRAY_IDX(group->supplementary, i, gid_t));
        }
    }
    if (group->home != NULL) {
        add(text, "home", group->home);
    }
    add(text, "multiprocess",
        group->number[JSGID_D_PROCESSES] > 1 || group->at[JSGID_D_PROCESSES] != NULL ? "yes"
                                                                                     : "no");
    for (i = 0; i < JSGID_D_COUNT; i++) {
        const jsgid_directive_t *d = &jsgid_directives[i];

        if (d->scope == JSGID_SCOPE_GROUP && d->key != NULL) {
            add_option(text, group, d);
        }
    }
    for (i = 0; i < group->java_options->nelts; i++) {
        add(text, "java-option", APR_ARRAY_IDX(group->java_options, i, const char *));
    }
    for (i = 0; i < group->environment->nelts; i++) {
        add(text, "environment", APR_ARRAY_IDX(group->environment, i, const char *));
    }
    for (i = 0; i < group->servlet_options->nelts; i++) {
        add(text, "servlet-option", APR_ARRAY_IDX(group->servlet_options, i, const char *));
    }
    if (group->script_uid != (uid_t)-1) {
        add_number(text, "script-user-uid", group->script_uid);
    }
    if (group->script_gid != (gid_t)-1) {
        add_number(text, "script-group-gid", group->script_gid);
    }
    for (i = 0; i < server->all_mounts->nelts; i++) {
        const jsgid_mount_t *mount = APR_ARRAY_IDX(server->all_mounts, i, const jsgid_mount_t *);

        if (mount->group == NULL || strcmp(mount->group, group->name) != 0 ||
            is_repeated(server, i)) {
            continue;
        }
        APR_ARRAY_PUSH(text->pieces, const char *) =
            apr_pstrcat(text->pool, "\n[application ", group->name, "]\n", NULL);
        add(text, "file", jsgid_group_file(group, mount->file));
        add(text, "mount", strcmp(mount->path, "/") == 0 ? "" : mount->path);
        add(text, "application-group",
            mount->application_group != NULL ? mount->application_group : "");
        add(text, "defined-at", mount->defined_at);
    }
}

const char *jsgid_groups_conf(const jsgid_server_t *server, const jsgid_profile_t *profile,
                              const char *instance, apr_pool_t *pool)
{
    text_t text = {pool, apr_array_make(pool, 64, sizeof(const char *))};
    const char *log = server->server->error_fname;
    int i;

    add(&text, "format", "1");
    add(&text, "instance", instance);
    if (profile != NULL) {
        add(&text, "profile", profile->name);
        add(&text, "java-home", profile->home);
        add_number(&text, "feature", profile->feature);
        if (profile->java_options != NULL && *profile->java_options != '\0') {
            add(&text, "profile-java-options", profile->java_options);
        }
    }
    if (log != NULL && *log != '|' && strncmp(log, "syslog", 6) != 0) {
        add(&text, "error-log", ap_server_root_relative(pool, log));
    }
    add_number(&text, "apache-uid", geteuid() == 0 ? ap_unixd_config.user_id : geteuid());
    add_number(&text, "apache-gid", geteuid() == 0 ? ap_unixd_config.group_id : getegid());
    add_number(&text, "apache-pid", getpid());
    add_number(&text, "start-concurrency",
               server->start_concurrency > 0 ? server->start_concurrency : processors());
    add(&text, "cache-dir", server->cache_dir);
    add_number(&text, "archive-after", server->archive_after);
    for (i = 0; i < server->groups->nelts; i++) {
        const jsgid_group_t *group = APR_ARRAY_IDX(server->groups, i, const jsgid_group_t *);
        int same = profile == NULL
                       ? group->profile == NULL
                       : group->profile != NULL && strcmp(group->profile->name, profile->name) == 0;

        if (same) {
            add_group(&text, server, group);
        }
    }
    return apr_array_pstrcat(pool, text.pieces, '\0');
}

const char *jsgid_instance_conf(const jsgid_server_t *server, apr_pool_t *pool)
{
    text_t text = {pool, apr_array_make(pool, 16, sizeof(const char *))};
    int i;

    add(&text, "format", "1");
    add_number(&text, "httpd-pid", getpid());
    add(&text, "server-root", ap_server_root);
    add(&text, "home", server->home);
    for (i = 0; i < server->profile_dirs->nelts; i++) {
        add(&text, "profile-dir", APR_ARRAY_IDX(server->profile_dirs, i, const char *));
    }
    if (server->default_runtime != NULL) {
        add(&text, "default-runtime", server->default_runtime);
    }
    if (server->supervisor != NULL) {
        add(&text, "supervisor-runtime", server->supervisor->name);
    }
    return apr_array_pstrcat(pool, text.pieces, '\0');
}
