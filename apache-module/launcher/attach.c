/*
 * jsgid-attach: has a JVM carry out one diagnostic command, as the user that the JVM runs as.
 *
 *   jsgid-attach --pid PID [--uid UID --gid GID] --seconds N
 *                [--folder FOLDER... --name NAME [--space BYTES]] COMMAND [ARGUMENT...]
 *
 * A monitor starts it, in its own mount namespace and mostly as root; with --uid all of root is
 * given up before anything is looked at. COMMAND is one of HotSpot's attach mechanism ("jcmd",
 * "threaddump"), with at most three arguments. With --folder the JVM writes a file: {file} in an
 * argument becomes its path below FOLDER (a path inside the JVM's root), the file is passed on,
 * and removed. Standard output has the frames of attach_say.h: progress each second that it
 * waits (bytes of the file so far), output, size, file, and at the end `failed` with KIND and a
 * sentence, or `done`.
 *
 * It needs nothing of a JDK: neither jcmd, which a JRE has not, nor a JVM of its own.
 *
 * DIAGNOSTICS: exit status 0 when the JVM did it, 1 when it did not, 2 for a wrong command line.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "attach_file.h"
#include "attach_jvm.h"
#include "launcher_checks.h"
#include "launcher_steps.h"

enum { ATTACH_FOLDERS = 4 };

/* The command line. The strings are those of argv. */
struct attach_order {
    unsigned long long pid, uid, gid, seconds, space;
    bool has_uid, has_gid;
    const char *folders[ATTACH_FOLDERS + 1]; /* ends with NULL */
    size_t folder_count;
    const char *name; /* or NULL */
    const char *command;
    const char *arguments[ATTACH_ARGUMENTS];
    bool is_right;
};

static const char PLACE[] = "{file}";

static bool read_number(const char *text, unsigned long long most, unsigned long long *pvalue)
{
    char *end = NULL;
    errno = 0;
    *pvalue = strtoull(text, &end, 10);
    return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0' && *pvalue <= most;
}

static bool read_option(const char *name, const char *value, struct attach_order *porder)
{
    if (strcmp(name, "--pid") == 0) {
        return read_number(value, INT_MAX, &porder->pid);
    }
    if (strcmp(name, "--uid") == 0) {
        porder->has_uid = true;
        return read_number(value, UINT_MAX - 1, &porder->uid);
    }
    if (strcmp(name, "--gid") == 0) {
        porder->has_gid = true;
        return read_number(value, UINT_MAX - 1, &porder->gid);
    }
    if (strcmp(name, "--seconds") == 0) {
        return read_number(value, 24 * 3600, &porder->seconds);
    }
    if (strcmp(name, "--space") == 0) {
        return read_number(value, LLONG_MAX, &porder->space);
    }
    if (strcmp(name, "--folder") == 0) {
        if (porder->folder_count == ATTACH_FOLDERS) {
            return false;
        }
        porder->folders[porder->folder_count++] = value;
        return *value == '/';
    }
    if (strcmp(name, "--name") == 0) {
        porder->name = value;
        return *value != '\0' && strchr(value, '/') == NULL && *value != '.';
    }
    return false;
}

static struct attach_order read_order(int argc, char **argv)
{
    struct attach_order order = {.is_right = true};
    int place = 1;
    while (order.is_right && place + 1 < argc && strncmp(argv[place], "--", 2) == 0) {
        order.is_right = read_option(argv[place], argv[place + 1], &order);
        place += 2;
    }
    if (place < argc) {
        order.command = argv[place++];
    }
    for (size_t i = 0; i < ATTACH_ARGUMENTS && place < argc; i++) {
        order.arguments[i] = argv[place++];
    }
    /* Never as root in another's name, and never root itself by mistake. */
    bool is_user_right = order.has_uid == order.has_gid && (!order.has_uid || order.uid != 0) &&
                         (order.has_uid || geteuid() != 0);
    order.is_right = order.is_right && place == argc && order.command != NULL && order.pid > 0 &&
                     order.seconds > 0 && is_user_right &&
                     (order.folder_count == 0) == (order.name == NULL);
    return order;
}

/* As the launcher does it for a daemon, by the same steps. */
static bool become_user(const struct attach_order *order, struct attach_failure *pfailure)
{
    struct launcher_failure failure = {.status = LAUNCHER_EXIT_USAGE, .detail = ""};
    struct launch_request request = {.has_uid = order->has_uid,
                                     .has_gid = order->has_gid,
                                     .uid = (uid_t)order->uid,
                                     .gid = (gid_t)order->gid};
    if (!launcher_check_caller(&failure) || !launcher_step_clean(&failure) ||
        !launcher_step_bounding(&request, &failure) || !launcher_step_groups(&request, &failure) ||
        !launcher_step_gid(&request, &failure) || !launcher_step_uid(&request, &failure) ||
        !launcher_step_capabilities(&request, &failure) ||
        !launcher_step_no_new_privs(&request, &failure) ||
        !launcher_step_verify(&request, &failure)) {
        return attach_fail(pfailure, "failed", "%s: %s", launcher_exit_sentence(failure.status),
                           failure.detail);
    }
    return true;
}

/* It would go on for nobody: its output is the monitor's. After the change of user, which clears
 * the wish. */
static bool end_with_parent(pid_t parent, struct attach_failure *pfailure)
{
    if (prctl(PR_SET_PDEATHSIG, (unsigned long)SIGTERM, 0UL, 0UL, 0UL) != 0 ||
        getppid() != parent) {
        return attach_fail(pfailure, "called-off", "the monitor has ended");
    }
    return true;
}

/* The argument with the file's path in place of {file}; for free. NULL for NULL. */
static char *with_path(const char *argument, const char *path, bool *pis_right)
{
    if (argument == NULL) {
        return NULL;
    }
    const char *place = *path == '\0' ? NULL : strstr(argument, PLACE);
    size_t size = strlen(argument) + strlen(path) + 1;
    char *made = malloc(size);
    if (made == NULL) {
        *pis_right = false;
    } else if (place == NULL) {
        (void)snprintf(made, size, "%s", argument);
    } else {
        (void)snprintf(made, size, "%.*s%s%s", (int)(place - argument), argument, path,
                       place + sizeof(PLACE) - 1);
    }
    return made;
}

static bool send_command(const struct attach_order *order, const struct attach_jvm *jvm,
                         const struct attach_file *file, const struct timespec *until,
                         struct attach_failure *pfailure)
{
    char *arguments[ATTACH_ARGUMENTS];
    bool is_right = true;
    for (size_t i = 0; i < ATTACH_ARGUMENTS; i++) {
        arguments[i] = with_path(order->arguments[i], file->path, &is_right);
    }
    is_right = is_right ? attach_jvm_send(jvm, order->command, arguments, until, pfailure)
                        : attach_fail(pfailure, "failed", "there is no memory");
    for (size_t i = 0; i < ATTACH_ARGUMENTS; i++) {
        free(arguments[i]);
    }
    return is_right;
}

static bool carry_out(const struct attach_order *order, struct attach_jvm *pjvm,
                      struct attach_file *pfile, struct attach_failure *pfailure)
{
    const struct timespec until = attach_in((long)order->seconds);
    const bool has_file = order->folder_count > 0;
    return attach_jvm_open((pid_t)order->pid, pjvm, pfailure) &&
           (!has_file || attach_file_prepare(pjvm, order->folders, order->name, order->space, pfile,
                                             pfailure)) &&
           attach_jvm_connect(pjvm, &until, pfailure) &&
           send_command(order, pjvm, pfile, &until, pfailure) &&
           attach_jvm_answer(pjvm, &until, attach_file_say_size, pfile, pfailure) &&
           (!has_file || attach_file_pass_on(pfile, pfailure));
}

static void say_failure(const struct attach_failure *failure)
{
    char text[sizeof(failure->sentence) + 64];
    int length = snprintf(text, sizeof(text), "%s %s", failure->kind, failure->sentence);
    if (length > 0) {
        size_t size = (size_t)length < sizeof(text) ? (size_t)length : sizeof(text) - 1;
        (void)attach_say("failed", text, size);
    }
}

int main(int argc, char **argv)
{
    struct attach_jvm jvm = {.pid = 0, .process = -1, .root = -1, .socket = -1};
    struct attach_file file = {.above = -1, .folder = -1};
    struct attach_failure failure = {.kind = "failed", .sentence = ""};
    const pid_t parent = getppid();
    const struct attach_order order = read_order(argc, argv);
    if (!order.is_right) {
        (void)fprintf(stderr, "jsgid-attach: only a monitor starts it\n");
        return 2;
    }
    bool is_done = become_user(&order, &failure) && attach_catch_signals(&failure) &&
                   end_with_parent(parent, &failure) && carry_out(&order, &jvm, &file, &failure);
    attach_file_remove(&file);
    attach_jvm_close(&jvm);
    if (!is_done) {
        say_failure(&failure);
        return 1;
    }
    return attach_say("done", "", 0) ? 0 : 1;
}
