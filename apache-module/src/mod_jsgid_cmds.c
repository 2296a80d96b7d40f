/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_cmds: the command table and its setters.
 *
 * All directives come in raw and are taken apart here, by the type that jsgid_directives.inc gives
 * them, so that a mistake (even a wrong number of arguments) does not stop the reading of the
 * configuration: it is collected and reported with all the others. Only in .htaccess files is a
 * mistake returned to httpd at once.
 */
#include "mod_jsgid_private.h"

#include <apr_lib.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "jsgid_choice.h"
#include "jsgid_listen.h"
#include "jsgid_route.h"
#include "jsgid_runtime.h"
#include "jsgid_value.h"

/* The group whose block is being read. Configuration is read by one thread. */
static jsgid_group_t *current_group;

static const char *place(const cmd_parms *cmd)
{
    const char *file = cmd->directive->filename;

    return apr_psprintf(jsgid_server->pool, "%s:%d", file != NULL ? file : "command line",
                        cmd->directive->line_num);
}

/* Reports a mistake in a directive; what is what is wrong and what would be right. */
static const char *mistake(cmd_parms *cmd, const char *what)
{
    if (cmd->pool == cmd->temp_pool) {
        return apr_pstrcat(cmd->pool, "JSGID0012: ", cmd->cmd->name, ": ", what, NULL);
    }
    jsgid_problem("JSGID0012", place(cmd), "%s: %s", cmd->cmd->name, what);
    return NULL;
}

static apr_array_header_t *words_of(apr_pool_t *pool, const char *args)
{
    apr_array_header_t *words = apr_array_make(pool, 4, sizeof(const char *));

    for (;;) {
        while (apr_isspace(*args)) {
            args++;
        }
        if (*args == '\0') {
            return words;
        }
        APR_ARRAY_PUSH(words, const char *) = ap_getword_conf(pool, &args);
    }
}

static const char *set_numeric(cmd_parms *cmd, const jsgid_directive_t *d, const char *word,
                               apr_int64_t *pnumber)
{
    jsgid_value_status_t status = JSGID_VALUE_OK;
    const char *kind = "a whole number";
    const char *wrong;

    switch (d->type) {
    case JSGID_TYPE_NUMBER:
        status = jsgid_value_number(word, d->min, d->max, pnumber);
        break;
    case JSGID_TYPE_SECONDS:
        kind = "a whole number of seconds";
        status = jsgid_value_number(word, d->min, d->max, pnumber);
        break;
    case JSGID_TYPE_SIZE:
        kind = "bytes, such as 268435456, 262144K, 256M or 1G,";
        status = jsgid_value_size(word, d->min, d->max, pnumber);
        break;
    case JSGID_TYPE_OCTAL:
        status = jsgid_value_octal(word, d->min, d->max, pnumber);
        if (status != JSGID_VALUE_OK) {
            return mistake(cmd,
                           apr_psprintf(cmd->pool,
                                        "\"%s\" is no file mode mask; an octal number such as 0027 "
                                        "would be right",
                                        word));
        }
        return NULL;
    case JSGID_TYPE_CHOICE:
        if (jsgid_value_choice(word, d->words, pnumber) != JSGID_VALUE_OK) {
            return mistake(cmd,
                           apr_psprintf(cmd->pool, "\"%s\" is not known; one of %s would be right",
                                        word, d->words));
        }
        return NULL;
    default:
        if (jsgid_value_flag(word, pnumber) != JSGID_VALUE_OK) {
            return mistake(
                cmd, apr_psprintf(cmd->pool, "\"%s\" is neither; on or off would be right", word));
        }
        return NULL;
    }
    if (status == JSGID_VALUE_OK) {
        return NULL;
    }
    wrong = status == JSGID_VALUE_MALFORMED ? "is not a number" : "is out of range";
    return mistake(cmd, apr_psprintf(cmd->pool,
                                     "\"%s\" %s; %s from %" APR_INT64_T_FMT " to %" APR_INT64_T_FMT
                                     " would be right",
                                     word, wrong, kind, d->min, d->max));
}

/* SOFT [HARD]. */
static const char *set_memory_limit(cmd_parms *cmd, const jsgid_directive_t *d,
                                    const apr_array_header_t *words)
{
    const char *soft = APR_ARRAY_IDX(words, 0, const char *);
    const char *hard = words->nelts > 1 ? APR_ARRAY_IDX(words, 1, const char *) : "0";
    jsgid_value_status_t status;
    const char *word = soft;

    if (words->nelts > 2) {
        return mistake(
            cmd,
            apr_psprintf(cmd->pool, "has more than two arguments; %s would be right", d->words));
    }
    status = jsgid_value_size(soft, d->min, d->max, &current_group->number[d->id]);
    if (status == JSGID_VALUE_OK) {
        word = hard;
        status = jsgid_value_size(hard, d->min, d->max, &current_group->memory_limit_hard);
    }
    if (status != JSGID_VALUE_OK) {
        return mistake(
            cmd,
            apr_psprintf(cmd->pool,
                         "\"%s\" %s; bytes, such as 536870912, 512M or 1G, up to "
                         "%" APR_INT64_T_FMT " would be right",
                         word, status == JSGID_VALUE_MALFORMED ? "is no size" : "is out of range",
                         d->max));
    }
    return NULL;
}

/* A user by name or #number. */
static const char *find_user(cmd_parms *cmd, const char *word, uid_t *puid)
{
    apr_int64_t number;
    const struct passwd *entry;

    if (*word == '#') {
        if (jsgid_value_number(word + 1, 0, 0xfffffffe, &number) != JSGID_VALUE_OK) {
            return apr_psprintf(
                cmd->pool, "\"%s\" is not a user id; # and a whole number would be right", word);
        }
        *puid = (uid_t)number;
    } else {
        entry = getpwnam(word);
        if (entry == NULL) {
            return apr_psprintf(
                cmd->pool,
                "there is no user \"%s\"; the name of a user of this machine, or # and a "
                "user id, would be right",
                word);
        }
        *puid = entry->pw_uid;
    }
    return NULL;
}

static const char *find_group(cmd_parms *cmd, const char *word, gid_t *pgid)
{
    apr_int64_t number;
    const struct group *entry;

    if (*word == '#') {
        if (jsgid_value_number(word + 1, 0, 0xfffffffe, &number) != JSGID_VALUE_OK) {
            return apr_psprintf(
                cmd->pool, "\"%s\" is not a group id; # and a whole number would be right", word);
        }
        *pgid = (gid_t)number;
    } else {
        entry = getgrnam(word);
        if (entry == NULL) {
            return apr_psprintf(
                cmd->pool,
                "there is no user group \"%s\"; the name of a group of this machine, or # "
                "and a group id, would be right",
                word);
        }
        *pgid = entry->gr_gid;
    }
    return NULL;
}

static const char *set_user(cmd_parms *cmd, const jsgid_directive_t *d, const char *word)
{
    uid_t uid = 0;
    const char *error = find_user(cmd, word, &uid);

    if (error != NULL) {
        return mistake(cmd, error);
    }
    if (d->id == JSGID_D_SCRIPT_USER) {
        current_group->script_uid = uid;
        return NULL;
    }
    if (uid == 0) {
        return mistake(cmd, "daemons never run as root (uid 0); a user of its own for the "
                            "application would be right");
    }
    if (geteuid() != 0 && uid != geteuid()) {
        return mistake(
            cmd, apr_psprintf(cmd->pool,
                              "\"%s\" is another user, and this Apache was not started as root, "
                              "so it cannot start processes as others; leave the directive out, "
                              "or start Apache as root",
                              word));
    }
    current_group->uid = uid;
    return NULL;
}

static const char *set_group(cmd_parms *cmd, const jsgid_directive_t *d, const char *word)
{
    gid_t gid = 0;
    const char *error = find_group(cmd, word, &gid);

    if (error != NULL) {
        return mistake(cmd, error);
    }
    if (d->id == JSGID_D_SCRIPT_GROUP) {
        current_group->script_gid = gid;
        return NULL;
    }
    if (gid == 0) {
        return mistake(
            cmd,
            "daemons never run in the group root (gid 0); a group of its own for the application "
            "would be right");
    }
    if (geteuid() != 0 && gid != getegid()) {
        return mistake(
            cmd, apr_psprintf(cmd->pool,
                              "\"%s\" is another group, and this Apache was not started as root, "
                              "so it cannot start processes in others; leave the directive out, "
                              "or start Apache as root",
                              word));
    }
    current_group->gid = gid;
    return NULL;
}

static const char *set_groups(cmd_parms *cmd, const apr_array_header_t *words)
{
    apr_array_header_t *gids = apr_array_make(jsgid_server->pool, words->nelts, sizeof(gid_t));
    int i;

    if (geteuid() != 0) {
        return mistake(cmd, "this Apache was not started as root, so it cannot set the groups of "
                            "processes; leave the "
                            "directive out, or start Apache as root");
    }
    for (i = 0; i < words->nelts; i++) {
        gid_t gid = 0;
        const char *error = find_group(cmd, APR_ARRAY_IDX(words, i, const char *), &gid);

        if (error != NULL) {
            (void)mistake(cmd, error);
        } else if (gid == 0) {
            (void)mistake(cmd, "daemons are never members of the group root (gid 0)");
        } else {
            APR_ARRAY_PUSH(gids, gid_t) = gid;
        }
    }
    current_group->supplementary = gids;
    return NULL;
}

static const char *set_path(cmd_parms *cmd, const jsgid_directive_t *d, const char *word)
{
    const char *path = word;

    if (d->scope == JSGID_SCOPE_SERVER) {
        path = ap_server_root_relative(jsgid_server->pool, word);
    }
    if (path == NULL || *path != '/') {
        return mistake(cmd, apr_psprintf(cmd->pool, "\"%s\" is not an absolute path", word));
    }
    if (d->id == JSGID_D_CHROOT) {
        /* As the files of applications, which are compared with it: without . and .. */
        const char *plain = ap_server_root_relative(jsgid_server->pool, word);

        path = plain != NULL ? plain : path;
    }
    path = apr_pstrdup(jsgid_server->pool, path);
    if (strlen(path) > 1 && path[strlen(path) - 1] == '/') {
        path = apr_pstrmemdup(jsgid_server->pool, path, strlen(path) - 1);
    }
    switch (d->id) {
    case JSGID_D_HOME:
        jsgid_server->home = path;
        break;
    case JSGID_D_RUN_DIR:
        jsgid_server->run_dir = path;
        break;
    case JSGID_D_CACHE_DIR:
        jsgid_server->cache_dir = path;
        break;
    case JSGID_D_PROFILE_DIR:
        APR_ARRAY_PUSH(jsgid_server->profile_dirs, const char *) = path;
        break;
    default:
        current_group->text[d->id] = path;
        break;
    }
    return NULL;
}

static const char *set_runtime(cmd_parms *cmd, const jsgid_directive_t *d, const char *word)
{
    if (!jsgid_runtime_is_valid(word)) {
        return mistake(cmd,
                       apr_psprintf(cmd->pool,
                                    "\"%s\" is neither a profile's name (temurin-25) nor a feature "
                                    "version (17, 17+)",
                                    word));
    }
    word = apr_pstrdup(jsgid_server->pool, word);
    if (d->id == JSGID_D_SUPERVISOR_RUNTIME) {
        jsgid_server->supervisor_runtime = word;
    } else if (current_group != NULL) {
        current_group->runtime = word;
    } else {
        jsgid_server->default_runtime = word;
    }
    return NULL;
}

/* on, off, or NAME [set]. */
static const char *set_sticky(cmd_parms *cmd, const jsgid_directive_t *d,
                              const apr_array_header_t *words)
{
    const char *word = APR_ARRAY_IDX(words, 0, const char *);
    const char *set = words->nelts > 1 ? APR_ARRAY_IDX(words, 1, const char *) : NULL;
    int is_flag = jsgid_value_flag(word, &current_group->number[d->id]) == JSGID_VALUE_OK;

    if (words->nelts > 2 || (set != NULL && (is_flag || strcmp(set, "set") != 0))) {
        return mistake(cmd, "is followed by on, off, the name of a cookie, or that and the word "
                            "set, and by nothing else");
    }
    current_group->text[d->id] = NULL;
    current_group->sets_route = set != NULL;
    if (is_flag) {
        return NULL;
    }
    if (!jsgid_cookie_name_is_valid(word)) {
        return mistake(cmd,
                       apr_psprintf(cmd->pool,
                                    "\"%s\" cannot be the name of a cookie; letters, digits "
                                    "and !#$%%&'*+-.^_`|~, at most 200 of them, would be right",
                                    word));
    }
    current_group->number[d->id] = 1;
    current_group->text[d->id] = apr_pstrdup(jsgid_server->pool, word);
    return NULL;
}

static const char *set_environment(cmd_parms *cmd, const apr_array_header_t *words)
{
    const char *name = words->nelts > 0 ? APR_ARRAY_IDX(words, 0, const char *) : "";

    if (words->nelts != 2 || !*name || strchr(name, '=') != NULL) {
        return mistake(cmd, "a variable's name and its value would be right");
    }
    APR_ARRAY_PUSH(current_group->environment, const char *) =
        apr_pstrcat(jsgid_server->pool, name, "=", APR_ARRAY_IDX(words, 1, const char *), NULL);
    return NULL;
}

/* The parts of a servlet container that have settings; what settings they have, the container
 * knows. */
static int is_servlet_option(const char *name)
{
    static const char *const prefixes[] = {"connector.", "context.", "manager."};
    size_t i;

    for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        size_t length = strlen(prefixes[i]);

        if (strncmp(name, prefixes[i], length) == 0 && name[length] && !strchr(name, '=')) {
            return 1;
        }
    }
    return strcmp(name, "container") == 0;
}

static const char *set_servlet_option(cmd_parms *cmd, const apr_array_header_t *words)
{
    const char *name = words->nelts > 0 ? APR_ARRAY_IDX(words, 0, const char *) : "";

    if (words->nelts != 2) {
        return mistake(cmd, "a setting's name and its value would be right");
    }
    if (!is_servlet_option(name)) {
        return mistake(
            cmd,
            apr_psprintf(cmd->pool,
                         "\"%s\" is no setting; container, or a name that begins with connector., "
                         "context. or manager. (connector.maxPostSize) would be right",
                         name));
    }
    APR_ARRAY_PUSH(current_group->servlet_options, const char *) =
        apr_pstrcat(jsgid_server->pool, name, "=", APR_ARRAY_IDX(words, 1, const char *), NULL);
    return NULL;
}

/* Reads what may be expanded per request. */
static const char *read_name(cmd_parms *cmd, const jsgid_directive_t *d, const char *word,
                             jsgid_name_t *pname)
{
    apr_pool_t *pool = cmd->pool;

    pname->defined_at = place(cmd);
    pname->expression = NULL;
    if (strcmp(word, "%{SERVER}") == 0) {
        pname->kind = JSGID_NAME_SERVER;
    } else if (strcmp(word, "%{HOST}") == 0) {
        pname->kind = JSGID_NAME_HOST;
    } else if (strncmp(word, "%{ENV:", 6) == 0 && strchr(word, '}') == word + strlen(word) - 1) {
        pname->kind = JSGID_NAME_ENV;
        pname->text = apr_pstrmemdup(pool, word + 6, strlen(word) - 7);
    } else if (strcmp(word, "%{RESOURCE}") == 0 || strcmp(word, "%{GLOBAL}") == 0) {
        if (d->id == JSGID_D_PROCESS_GROUP) {
            return mistake(
                cmd, apr_psprintf(cmd->pool,
                                  "%s is no daemon group: applications never run inside Apache "
                                  "itself; the name of a <JsgiDaemonGroup> would be right",
                                  word));
        }
        pname->kind = JSGID_NAME_LITERAL;
        pname->text = strcmp(word, "%{GLOBAL}") == 0 ? "global" : "";
    } else if (strstr(word, "%{") != NULL) {
        const char *error = NULL;

        pname->expression = ap_expr_parse_cmd(cmd, apr_pstrdup(pool, word),
                                              AP_EXPR_FLAG_STRING_RESULT, &error, NULL);
        if (error != NULL) {
            return mistake(cmd,
                           apr_psprintf(cmd->pool, "\"%s\" is not an expression: %s", word, error));
        }
        pname->kind = JSGID_NAME_EXPRESSION;
        pname->text = apr_pstrdup(pool, word);
    } else {
        if (!jsgid_group_name_is_valid(word)) {
            return mistake(
                cmd, apr_psprintf(cmd->pool,
                                  "\"%s\" cannot be a name; 1 to 64 letters, digits, \".\", \"_\" "
                                  "and \"-\", beginning with a letter or digit, would be right",
                                  word));
        }
        pname->kind = JSGID_NAME_LITERAL;
        pname->text = apr_pstrdup(pool, word);
        if (d->id == JSGID_D_PROCESS_GROUP && cmd->pool != cmd->temp_pool) {
            APR_ARRAY_PUSH(jsgid_server->delegates, jsgid_name_t *) = pname;
        }
    }
    return NULL;
}

static const char *set_mount(cmd_parms *cmd, const apr_array_header_t *words)
{
    jsgid_host_config_t *host = ap_get_module_config(cmd->server->module_config, &jsgid_module);
    apr_pool_t *pool = jsgid_server->pool;
    jsgid_mount_t *mount = apr_pcalloc(pool, sizeof(*mount));
    const char *path;
    const char *extension;
    apr_size_t length;
    int i;

    if (words->nelts < 2) {
        return mistake(cmd, "a URL path and the file of the application would be right");
    }
    path = APR_ARRAY_IDX(words, 0, const char *);
    length = strlen(path);
    if (*path != '/') {
        return mistake(
            cmd,
            apr_psprintf(cmd->pool,
                         "\"%s\" is not a URL path; one that begins with / would be right", path));
    }
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    mount->path = apr_pstrmemdup(pool, path, length);
    mount->defined_at = place(cmd);
    mount->file = ap_server_root_relative(pool, APR_ARRAY_IDX(words, 1, const char *));
    if (mount->file == NULL) {
        return mistake(cmd, apr_psprintf(cmd->pool, "\"%s\" is not a path",
                                         APR_ARRAY_IDX(words, 1, const char *)));
    }
    length = strlen(mount->file);
    if (length > 1 && mount->file[length - 1] == '/') {
        mount->file = apr_pstrmemdup(pool, mount->file, length - 1);
    }
    extension = strrchr(mount->file, '.');
    mount->is_folder =
        extension == NULL || (strcmp(extension, ".war") != 0 && strcmp(extension, ".jar") != 0 &&
                              strcmp(extension, ".java") != 0);
    for (i = 2; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (strncmp(word, "process-group=", 14) == 0 && word[14] != '\0') {
            mount->group = apr_pstrdup(pool, word + 14);
        } else if (strncmp(word, "application-group=", 18) == 0) {
            mount->application_group = apr_pstrdup(pool, word + 18);
            if (strcmp(mount->application_group, "%{GLOBAL}") == 0) {
                mount->application_group = "global";
            } else if (strcmp(mount->application_group, "%{RESOURCE}") == 0) {
                mount->application_group = "";
            } else if (mount->application_group[0] != '\0' &&
                       !jsgid_group_name_is_valid(mount->application_group)) {
                (void)mistake(cmd, apr_psprintf(cmd->pool,
                                                "\"%s\" cannot be the name of an application group",
                                                mount->application_group));
            }
        } else {
            (void)mistake(cmd, apr_psprintf(cmd->pool,
                                            "\"%s\" is not known; process-group=GROUP or "
                                            "application-group=NAME would be right",
                                            word));
        }
    }
    for (i = 0; i < host->mounts->nelts; i++) {
        const jsgid_mount_t *other = APR_ARRAY_IDX(host->mounts, i, const jsgid_mount_t *);

        if (strcmp(other->path, mount->path) == 0) {
            (void)mistake(
                cmd, apr_psprintf(cmd->pool,
                                  "%s is mounted already, at %s; another URL path would be right",
                                  mount->path, other->defined_at));
        }
    }
    APR_ARRAY_PUSH(host->mounts, jsgid_mount_t *) = mount;
    APR_ARRAY_PUSH(jsgid_server->all_mounts, jsgid_mount_t *) = mount;
    return NULL;
}

/* Folders, or "none"; those of one scope add up, and stand instead of those of the scope around. */
static const char *set_sendfile(cmd_parms *cmd, jsgid_folder_config_t *config,
                                const apr_array_header_t *words)
{
    int i;

    if (config->sendfile == NULL) {
        config->sendfile = apr_array_make(cmd->pool, words->nelts, sizeof(const char *));
    }
    for (i = 0; i < words->nelts; i++) {
        const char *word = APR_ARRAY_IDX(words, i, const char *);

        if (strcmp(word, "none") == 0) {
            apr_array_clear(config->sendfile);
        } else if (*word != '/') {
            (void)mistake(cmd, apr_psprintf(cmd->pool,
                                            "\"%s\" is not an absolute path; a folder, or none, "
                                            "would be right",
                                            word));
        } else {
            APR_ARRAY_PUSH(config->sendfile, const char *) = apr_pstrdup(cmd->pool, word);
        }
    }
    return NULL;
}

/* How many arguments a type has: exactly one, or any number from one on. */
static int has_one_word(jsgid_type_t type)
{
    return type != JSGID_TYPE_PATHS && type != JSGID_TYPE_GROUPS && type != JSGID_TYPE_OPTIONS &&
           type != JSGID_TYPE_ENVIRONMENT && type != JSGID_TYPE_SERVLET_OPTION &&
           type != JSGID_TYPE_LISTEN && type != JSGID_TYPE_MOUNT && type != JSGID_TYPE_SIZES &&
           type != JSGID_TYPE_STICKY && type != JSGID_TYPE_FOLDER_PATHS;
}

static const char *check_scope(const cmd_parms *cmd, const jsgid_directive_t *d)
{
    switch (d->scope) {
    case JSGID_SCOPE_GROUP:
        return current_group != NULL
                   ? NULL
                   : "stands outside a group; inside <JsgiDaemonGroup NAME> would be right";
    case JSGID_SCOPE_SERVER:
        if (current_group != NULL || cmd->server->is_virtual || cmd->path != NULL) {
            return "concerns the whole server; outside any section would be right";
        }
        return NULL;
    case JSGID_SCOPE_EITHER:
        if (current_group == NULL && (cmd->server->is_virtual || cmd->path != NULL)) {
            return "concerns a daemon group or the whole server; inside <JsgiDaemonGroup NAME> or "
                   "outside any section "
                   "would be right";
        }
        return NULL;
    default:
        return current_group == NULL
                   ? NULL
                   : "is no property of a group; outside <JsgiDaemonGroup> would be right";
    }
}

static const char *set(cmd_parms *cmd, void *folder, const char *args)
{
    const jsgid_directive_t *d = cmd->info;
    apr_array_header_t *words = words_of(cmd->temp_pool, args);
    jsgid_folder_config_t *config = folder;
    const char *word = words->nelts > 0 ? APR_ARRAY_IDX(words, 0, const char *) : "";
    const char *error = check_scope(cmd, d);
    apr_int64_t number = 0;
    int i;

    if (error != NULL) {
        return mistake(cmd, error);
    }
    if (words->nelts == 0 || (has_one_word(d->type) && words->nelts > 1)) {
        return mistake(
            cmd, apr_psprintf(cmd->pool, "%s; %s would be right",
                              words->nelts == 0 ? "nothing is given" : "has more than one argument",
                              d->words));
    }
    if (current_group != NULL) {
        current_group->at[d->id] = place(cmd);
    }
    switch (d->type) {
    case JSGID_TYPE_PATH:
        return set_path(cmd, d, word);
    case JSGID_TYPE_PATHS:
        for (i = 0; i < words->nelts; i++) {
            (void)set_path(cmd, d, APR_ARRAY_IDX(words, i, const char *));
        }
        return NULL;
    case JSGID_TYPE_RUNTIME:
        return set_runtime(cmd, d, word);
    case JSGID_TYPE_USER:
        return set_user(cmd, d, word);
    case JSGID_TYPE_GROUP:
        return set_group(cmd, d, word);
    case JSGID_TYPE_GROUPS:
        return set_groups(cmd, words);
    case JSGID_TYPE_OPTIONS:
        for (i = 0; i < words->nelts; i++) {
            APR_ARRAY_PUSH(current_group->java_options, const char *) =
                apr_pstrdup(jsgid_server->pool, APR_ARRAY_IDX(words, i, const char *));
        }
        return NULL;
    case JSGID_TYPE_ENVIRONMENT:
        return set_environment(cmd, words);
    case JSGID_TYPE_SERVLET_OPTION:
        return set_servlet_option(cmd, words);
    case JSGID_TYPE_LISTEN:
        error = jsgid_listen_parse(jsgid_server->pool, words, &current_group->text[d->id]);
        return error != NULL ? mistake(cmd, error) : NULL;
    case JSGID_TYPE_TEXT:
        current_group->text[d->id] = apr_pstrdup(jsgid_server->pool, word);
        return NULL;
    case JSGID_TYPE_SIZES:
        return set_memory_limit(cmd, d, words);
    case JSGID_TYPE_STICKY:
        return set_sticky(cmd, d, words);
    case JSGID_TYPE_MOUNT:
        return set_mount(cmd, words);
    case JSGID_TYPE_DELEGATE:
        return read_name(cmd, d, word,
                         d->id == JSGID_D_PROCESS_GROUP ? &config->process_group
                                                        : &config->application_group);
    case JSGID_TYPE_FOLDER_PATHS:
        return set_sendfile(cmd, config, words);
    case JSGID_TYPE_FOLDER_FLAG:
        if (jsgid_value_flag(word, &number) != JSGID_VALUE_OK) {
            return mistake(
                cmd, apr_psprintf(cmd->pool, "\"%s\" is neither; on or off would be right", word));
        }
        if (d->id == JSGID_D_PASS_AUTHORIZATION) {
            config->pass_authorization = (int)number;
        } else {
            config->error_override = (int)number;
        }
        return NULL;
    default:
        if (current_group == NULL) {
            return set_numeric(cmd, d, word,
                               d->id == JSGID_D_ARCHIVE_AFTER ? &jsgid_server->archive_after
                                                              : &jsgid_server->start_concurrency);
        }
        return set_numeric(cmd, d, word, &current_group->number[d->id]);
    }
}

static const char *open_group(cmd_parms *cmd, void *folder, const char *args)
{
    apr_pool_t *pool = jsgid_server->pool;
    const char *end = ap_strrchr_c(args, '>');
    const char *name;
    const char *error;
    jsgid_group_t *group;
    jsgid_group_t *former;

    (void)folder;
    if (end == NULL) {
        return mistake(cmd, "the line does not end with \">\"");
    }
    args = apr_pstrmemdup(pool, args, (apr_size_t)(end - args));
    name = ap_getword_conf(pool, &args);
    if (current_group != NULL) {
        (void)mistake(
            cmd, "a group stands inside another; close that one before with </JsgiDaemonGroup>");
        return NULL;
    }
    if (*args != '\0' || !jsgid_group_name_is_valid(name)) {
        (void)mistake(
            cmd, apr_psprintf(cmd->pool,
                              "\"%s%s%s\" cannot be a group's name; 1 to 64 letters, digits, "
                              "\".\", \"_\" and \"-\", beginning with a letter or digit, would be "
                              "right",
                              name, *args != '\0' ? " " : "", args));
        name = "invalid";
    }
    if (cmd->path != NULL) {
        (void)mistake(
            cmd, "a group is defined inside <Directory> or <Location>; outside would be right");
    }
    group = jsgid_group_create(name, place(cmd));
    former = apr_hash_get(jsgid_server->groups_by_name, name, APR_HASH_KEY_STRING);
    if (former != NULL && strcmp(name, "invalid") != 0) {
        (void)mistake(
            cmd, apr_psprintf(cmd->pool,
                              "the group \"%s\" is defined already, at %s; another name would be "
                              "right",
                              name, former->defined_at));
    } else if (former == NULL) {
        apr_hash_set(jsgid_server->groups_by_name, name, APR_HASH_KEY_STRING, group);
        APR_ARRAY_PUSH(jsgid_server->groups, jsgid_group_t *) = group;
    }
    current_group = group;
    error = ap_walk_config(cmd->directive->first_child, cmd, cmd->context);
    current_group = NULL;
    return error;
}

/* Where httpd lets a directive stand; the finer rules are check_scope's. */
#define ALLOW_SERVER RSRC_CONF
#define ALLOW_GROUP (RSRC_CONF | ACCESS_CONF)
#define ALLOW_EITHER (RSRC_CONF | ACCESS_CONF)
#define ALLOW_HOST RSRC_CONF
#define ALLOW_FOLDER (RSRC_CONF | ACCESS_CONF)
#define ALLOW_OVERRIDE (RSRC_CONF | ACCESS_CONF | OR_FILEINFO)

const command_rec jsgid_commands[] = {AP_INIT_RAW_ARGS("<JsgiDaemonGroup", open_group, NULL,
                                                       RSRC_CONF | ACCESS_CONF,
                                                       "NAME>: defines a daemon group"),
#define JSGID_DIRECTIVE(id, name, scope, type, def, min, max, key, words, sentence)                \
    AP_INIT_RAW_ARGS(name, set, (void *)&jsgid_directives[JSGID_D_##id], ALLOW_##scope,            \
                     words ": " sentence),
#include "jsgid_directives.inc"
#undef JSGID_DIRECTIVE
                                      {NULL}};
