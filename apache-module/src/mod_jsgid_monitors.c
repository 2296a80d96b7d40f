/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * mod_jsgid_monitors: monitors as httpd's "other children": start, reload, stop.
 *
 * Monitors outlive a restart of Apache's configuration, graceful or not, while the code of this
 * module is unloaded and loaded again. So there are two kinds of state:
 *   - retained_t: pids, channels and back-off of the monitors, in memory of the process (not of any
 * pool), found again under a name. It holds no pointer into code or into a configuration.
 *   - callbacks into this code: other-child maintenance (removed by httpd with the configuration's
 * pool) and the cleanup at the end of the process (removed by ours). Both are registered anew by
 * every configuration. Who may call: all of this runs in Apache's parent, in its only thread;
 * jsgid_monitors_child_init is the exception.
 */
#include "mod_jsgid_private.h"

#include <ap_mpm.h>
#include <apr_thread_proc.h>
#include <errno.h>
#include <fcntl.h>
#include <http_main.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unixd.h>

#include "jsgid_backoff.h"
#include "jsgid_rundir.h"
#include "jsgid_spawn.h"
#include "jsgid_value.h"

/* Changes whenever retained_t or monitor_t does: another build of the module must not read this
 * one's. */
#define RETAINED_KEY "mod_jsgid-monitors-3"
/* How long a former instance's monitors and daemons, which end by themselves, are waited for beyond
 * JsgiShutdownTimeout. */
#define FORMER_INSTANCE_SECONDS 15
/* After so long the error log says what is waited for. */
#define FORMER_INSTANCE_TELL_SECONDS 2
/* A monitor that no group needs any more and that dies is started again so often: it has daemons
 * to end. */
#define RETIRED_MAX_FAILURES 5
/* Beyond the daemons' own time to drain: for the monitor itself. */
#define STOP_MARGIN_SECONDS 3
/* Longest time that the end of Apache is held up by draining daemons. */
#define STOP_MAX_SECONDS 300
#define NO_RUNTIME_ROUTE "unavailable:no-runtime:30"

typedef struct monitor_t {
    struct monitor_t *next;
    char profile[80];
    apr_proc_t proc; /* pid 0: does not run */
    int channel;     /* write end of its channel, -1: none */
    int is_wanted;   /* some group has this profile */
    int is_stopping; /* its end is expected: it was told to stop, or has no groups any more */
    int is_new;      /* started by this configuration: it has read its files */
    int is_outdated; /* its end is expected: another one on the program's new files takes over */
    /* The folder that its program is in, when it was started. */
    struct timespec program_changed;
    ino_t program_folder;
    jsgid_backoff_t backoff;
    /* The JDK that its groups run on, of the process's memory: it may be registered no more. */
    const char *home;
    const char *java_options; /* NULL: none */
    int feature;
} monitor_t;

typedef struct {
    pid_t parent; /* 0: not begun */
    time_t started;
    int lock;
    char *run_dir;
    monitor_t *monitors;
} retained_t;

static retained_t *retained;

static void maintain(int reason, void *data, int status);

static monitor_t *find(const char *profile)
{
    monitor_t *monitor;

    for (monitor = retained->monitors; monitor != NULL; monitor = monitor->next) {
        if (strcmp(monitor->profile, profile) == 0) {
            return monitor;
        }
    }
    return NULL;
}

static monitor_t *find_or_add(const char *profile)
{
    monitor_t *monitor = find(profile);

    if (monitor == NULL) {
        monitor = calloc(1, sizeof(*monitor));
        ap_assert(monitor != NULL);
        apr_cpystrn(monitor->profile, profile, sizeof(monitor->profile));
        monitor->channel = -1;
        monitor->next = retained->monitors;
        retained->monitors = monitor;
    }
    return monitor;
}

static const char *conf_path(apr_pool_t *pool, const char *profile)
{
    return apr_pstrcat(pool, retained->run_dir, "/monitors/", profile, ".conf", NULL);
}

/* Sends a line to a monitor. A full or broken pipe is a monitor that does not read: it is not
 * waited for. */
static void tell(const monitor_t *monitor, const char *line)
{
    struct sigaction ignore;
    struct sigaction former;

    if (monitor->channel < 0) {
        return;
    }
    memset(&ignore, 0, sizeof(ignore));
    ignore.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &ignore, &former);
    if (write(monitor->channel, line, strlen(line)) < 0) {
        /* A broken pipe is one that ends just now: httpd is about to tell. */
        ap_log_error(APLOG_MARK, errno == EPIPE ? APLOG_INFO : APLOG_WARNING, errno, ap_server_conf,
                     "JSGID0110: cannot send \"%.*s\" to the monitor %s (process %ld)",
                     (int)strcspn(line, "\n"), line, monitor->profile, (long)monitor->proc.pid);
    }
    (void)sigaction(SIGPIPE, &former, NULL);
}

static void close_channel(monitor_t *monitor)
{
    if (monitor->channel >= 0) {
        (void)close(monitor->channel);
        monitor->channel = -1;
    }
}

/* The folder of the monitors' program. Installing another version changes its time; 1 if it is
 * there. */
static int program_folder(apr_pool_t *pool, struct stat *found)
{
    return stat(apr_pstrcat(pool, jsgid_server->home, "/lib/supervisor", NULL), found) == 0;
}

/* 1 when jsgid was upgraded, or moved, since the monitor was started. */
static int has_outdated_program(const monitor_t *monitor, apr_pool_t *pool)
{
    struct stat now;

    return program_folder(pool, &now) && (now.st_ino != monitor->program_folder ||
                                          now.st_mtim.tv_sec != monitor->program_changed.tv_sec ||
                                          now.st_mtim.tv_nsec != monitor->program_changed.tv_nsec);
}

/* Asks httpd to tell when the monitor dies. data is the monitor, so each can be found again. */
static void watch(monitor_t *monitor)
{
    apr_proc_other_child_register(&monitor->proc, maintain, monitor, NULL, jsgid_server->pool);
}

/* Starts a monitor's process, which executes the monitor after so many seconds. */
static void start(monitor_t *monitor, unsigned delay)
{
    apr_pool_t *pool;
    const jsgid_server_t *server = jsgid_server;
    const char *arguments[16];
    const char *environment[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", NULL};
    jsgid_spawn_t what;
    struct stat program;
    int channel[2];
    int error = 0;
    int n = 0;
    pid_t pid;

    if (server->supervisor == NULL) {
        return;
    }
    apr_pool_create(&pool, server->pool);
    /* Before the program is read: what changes from now on is another version. */
    if (program_folder(pool, &program)) {
        monitor->program_folder = program.st_ino;
        monitor->program_changed = program.st_mtim;
    }
    jsgid_backoff_started(&monitor->backoff, time(NULL) + (time_t)delay);
    if (pipe2(channel, O_CLOEXEC) != 0) {
        ap_log_error(APLOG_MARK, APLOG_ERR, errno, ap_server_conf,
                     "JSGID0111: cannot make the channel of the monitor %s", monitor->profile);
        (void)jsgid_backoff_died(&monitor->backoff, time(NULL));
        apr_pool_destroy(pool);
        return;
    }
    /* The parent must never wait for a monitor that does not read. */
    (void)fcntl(channel[1], F_SETFL, O_NONBLOCK);
    arguments[n++] = apr_pstrcat(pool, "jsgid-monitor ", monitor->profile, NULL);
    arguments[n++] = apr_pstrcat(pool, "@", server->home, "/lib/supervisor/monitor.args", NULL);
    arguments[n++] = apr_pstrcat(pool, "-Djsgid.home=", server->home, NULL);
    arguments[n++] = "-cp";
    arguments[n++] = apr_pstrcat(pool, server->home, "/lib/supervisor/*", NULL);
    arguments[n++] = "org.jsgid.supervisor.monitor.MonitorMain";
    arguments[n++] = "--run-dir";
    arguments[n++] = retained->run_dir;
    arguments[n++] = "--profile";
    arguments[n++] = monitor->profile;
    arguments[n] = NULL;
    what.program = apr_pstrcat(pool, server->supervisor->home, "/bin/java", NULL);
    what.arguments = (char *const *)arguments;
    what.environment = (char *const *)environment;
    what.input = channel[0];
    what.output = 2; /* httpd has put its error log there */
    what.delay = delay;
    pid = jsgid_spawn(&what, &error);
    (void)close(channel[0]);
    if (pid < 0) {
        (void)close(channel[1]);
        ap_log_error(APLOG_MARK, APLOG_ERR, error, ap_server_conf,
                     "JSGID0112: cannot start the monitor %s with %s; it will be tried again",
                     monitor->profile, what.program);
        (void)jsgid_backoff_died(&monitor->backoff, time(NULL));
        apr_pool_destroy(pool);
        return;
    }
    memset(&monitor->proc, 0, sizeof(monitor->proc));
    monitor->proc.pid = pid;
    monitor->channel = channel[1];
    monitor->is_outdated = 0;
    watch(monitor);
    ap_log_error(APLOG_MARK, APLOG_INFO, 0, ap_server_conf,
                 "JSGID0113: started the monitor %s (process %ld) on %s", monitor->profile,
                 (long)pid, server->supervisor->name);
    apr_pool_destroy(pool);
}

/* 1 when a monitor that does not run is to be started: some group has its JDK, or it died before it
 * had ended the daemons of groups that it has no more. */
static int is_needed(const monitor_t *monitor)
{
    return monitor->is_wanted ||
           (monitor->is_stopping && monitor->backoff.failures < RETIRED_MAX_FAILURES);
}

/* The end of a monitor that has nothing more to do. */
static void forget(monitor_t *monitor)
{
    monitor->is_stopping = 0;
    (void)unlink(conf_path(jsgid_server->pool, monitor->profile));
}

static int is_server_stopping(void)
{
    int state = 0;

    return ap_mpm_query(AP_MPMQ_MPM_STATE, &state) == APR_SUCCESS && state == AP_MPMQ_STOPPING;
}

/* httpd's news of a monitor. Only its death concerns us: restarts of Apache leave monitors alone.
 */
static void maintain(int reason, void *data, int status)
{
    monitor_t *monitor = data;
    pid_t pid = monitor->proc.pid;
    unsigned wait;

    if (reason != APR_OC_REASON_DEATH && reason != APR_OC_REASON_LOST) {
        return;
    }
    apr_proc_other_child_unregister(data);
    monitor->proc.pid = 0;
    close_channel(monitor);
    if (reason == APR_OC_REASON_DEATH && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        ap_log_error(APLOG_MARK, APLOG_INFO, 0, ap_server_conf,
                     "JSGID0114: the monitor %s (process %ld) has stopped%s", monitor->profile,
                     (long)pid, monitor->is_wanted ? "; it is started again" : "");
        if (is_server_stopping()) {
            return;
        }
        if (monitor->is_wanted) {
            start(monitor, jsgid_backoff_died(&monitor->backoff, time(NULL)));
        } else {
            forget(monitor);
        }
        return;
    }
    if (monitor->is_outdated) {
        if (!is_server_stopping()) {
            start(monitor, 0);
        }
        return;
    }
    wait = jsgid_backoff_died(&monitor->backoff, time(NULL));
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, ap_server_conf,
                 "JSGID0115: the monitor %s (process %ld) died, %s %d; %s. Daemons serve on "
                 "meanwhile",
                 monitor->profile, (long)pid, WIFSIGNALED(status) ? "signal" : "exit status",
                 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                 !is_needed(monitor) ? "it is needed no more"
                 : wait == 0
                     ? "it is started again at once"
                     : apr_psprintf(jsgid_server->pool, "it is started again in %u seconds", wait));
    if (is_server_stopping()) {
        return;
    }
    if (is_needed(monitor)) {
        start(monitor, wait);
    } else {
        forget(monitor);
    }
}

/* Seconds that the groups may take to drain. */
static int drain_seconds(void)
{
    apr_int64_t longest = 0;
    int i;

    for (i = 0; jsgid_server != NULL && i < jsgid_server->groups->nelts; i++) {
        const jsgid_group_t *group = APR_ARRAY_IDX(jsgid_server->groups, i, const jsgid_group_t *);
        apr_int64_t seconds = group->number[JSGID_D_GRACEFUL_TIMEOUT];

        if (seconds > longest) {
            longest = seconds;
        }
    }
    return longest > STOP_MAX_SECONDS ? STOP_MAX_SECONDS : (int)longest;
}

static int shutdown_seconds(void)
{
    apr_int64_t longest = 0;
    int i;

    for (i = 0; jsgid_server != NULL && i < jsgid_server->groups->nelts; i++) {
        const jsgid_group_t *group = APR_ARRAY_IDX(jsgid_server->groups, i, const jsgid_group_t *);

        if (group->number[JSGID_D_SHUTDOWN_TIMEOUT] > longest) {
            longest = group->number[JSGID_D_SHUTDOWN_TIMEOUT];
        }
    }
    return longest > STOP_MAX_SECONDS ? STOP_MAX_SECONDS : (int)longest;
}

/*
 * Seconds that requests may still take when Apache ends. `apachectl stop` and SIGTERM have cut the
 * connections of their clients: what the applications still do gets the time of a shutdown.
 */
static int stop_seconds(void)
{
    const ap_unixd_mpm_retained_data *mpm = ap_unixd_mpm_get_retained_data();

    return mpm != NULL && mpm->is_ungraceful ? shutdown_seconds() : drain_seconds();
}

static void stop(monitor_t *monitor)
{
    char line[32];

    apr_snprintf(line, sizeof(line), "stop %d\n", stop_seconds());
    monitor->is_stopping = 1;
    tell(monitor, line);
}

/* 1 when the monitor has gone. Nobody else waits for children any more when this is called. */
static int has_gone(monitor_t *monitor)
{
    if (monitor->proc.pid == 0) {
        return 1;
    }
    if (waitpid(monitor->proc.pid, NULL, WNOHANG) == 0) {
        return 0;
    }
    monitor->proc.pid = 0;
    return 1;
}

/*
 * At the end of Apache's parent, before the module is unloaded. Its children inherit the
 * registration, and run it when they exit: the pid tells them apart. The parent stays until the
 * monitors have gone, because a service manager kills what is left when it ends.
 */
static apr_status_t at_exit(void *data)
{
    monitor_t *monitor;
    apr_time_t deadline;
    int left;

    (void)data;
    if (retained == NULL || getpid() != retained->parent) {
        return APR_SUCCESS;
    }
    for (monitor = retained->monitors; monitor != NULL; monitor = monitor->next) {
        if (monitor->proc.pid != 0) {
            stop(monitor);
        }
    }
    deadline = apr_time_now() +
               apr_time_from_sec(stop_seconds() + shutdown_seconds() + STOP_MARGIN_SECONDS);
    do {
        left = 0;
        for (monitor = retained->monitors; monitor != NULL; monitor = monitor->next) {
            left += !has_gone(monitor);
        }
        if (left > 0) {
            apr_sleep(apr_time_from_msec(20));
        }
    } while (left > 0 && apr_time_now() < deadline);
    for (monitor = retained->monitors; left > 0 && monitor != NULL; monitor = monitor->next) {
        if (monitor->proc.pid != 0) {
            ap_log_error(
                APLOG_MARK, APLOG_ERR, 0, ap_server_conf,
                "JSGID0116: the monitor %s (process %ld) did not stop in time and is killed",
                monitor->profile, (long)monitor->proc.pid);
            (void)kill(monitor->proc.pid, SIGKILL);
            (void)waitpid(monitor->proc.pid, NULL, 0);
            monitor->proc.pid = 0;
        }
    }
    if (retained->run_dir != NULL && jsgid_server != NULL) {
        jsgid_rundir_unlink(jsgid_server->pool, retained->run_dir, "unavailable:", NULL, NULL);
        (void)unlink(apr_pstrcat(jsgid_server->pool, retained->run_dir, "/instance.conf", NULL));
    }
    return APR_SUCCESS;
}

/* With the configuration: the code of at_exit is about to be unloaded. */
static apr_status_t forget_at_exit(void *data)
{
    apr_pool_cleanup_kill(data, data, at_exit);
    return APR_SUCCESS;
}

static const char *instance_of(apr_pool_t *pool)
{
    return apr_psprintf(pool, "%ld-%ld", (long)retained->parent, (long)retained->started);
}

/* Makes the run folder this process's own. NULL or a sentence. */
static const char *begin(const jsgid_server_t *server, apr_pool_t *pool)
{
    gid_t gid = geteuid() == 0 ? ap_unixd_config.group_id : getegid();
    apr_time_t begin = apr_time_now();
    apr_time_t end = begin + apr_time_from_sec(FORMER_INSTANCE_SECONDS + shutdown_seconds());
    const char *error = jsgid_rundir_create(pool, server->run_dir, gid);
    int is_told = 0;
    int left;

    if (error == NULL) {
        error = jsgid_rundir_lock(pool, server->run_dir, &retained->lock);
    }
    if (error != NULL) {
        return error;
    }
    /* Monitors of an Apache that was killed notice within moments and remove their files: not after
     * we made ours. Daemons whose monitor was killed too finish what they have. */
    while ((left = jsgid_rundir_has_listeners(pool, server->run_dir)) > 0) {
        apr_time_t now = apr_time_now();

        if (now > end) {
            return apr_psprintf(
                pool,
                "%d sockets in %s are still served by processes of a former Apache that do not "
                "end; end its \"jsgid-monitor\" and \"jsgid-keeper\" processes",
                left, server->run_dir);
        }
        if (!is_told && now - begin > apr_time_from_sec(FORMER_INSTANCE_TELL_SECONDS)) {
            is_told = 1;
            ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, ap_server_conf,
                         "JSGID0103: waits for processes of a former Apache, which was killed, to "
                         "end: %d sockets in %s are still served. They finish their requests "
                         "within their JsgiShutdownTimeout",
                         left, server->run_dir);
        }
        apr_sleep(apr_time_from_msec(50));
    }
    if (is_told) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, ap_server_conf,
                     "JSGID0104: the processes of the former Apache have ended after %d seconds",
                     (int)apr_time_sec(apr_time_now() - begin));
    }
    jsgid_rundir_clean(pool, server->run_dir);
    retained->run_dir = strdup(server->run_dir);
    retained->parent = getpid();
    retained->started = time(NULL);
    return NULL;
}

/* Writes a file unless it says that already. */
static void write_when_changed(apr_pool_t *pool, const char *path, mode_t mode, const char *text)
{
    const char *former = jsgid_rundir_read(pool, path);
    const char *error;

    if (former != NULL && strcmp(former, text) == 0) {
        return;
    }
    error = jsgid_rundir_write(pool, path, mode, text);
    if (error != NULL) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, ap_server_conf,
                     "JSGID0117: %s; the monitors keep their former configuration", error);
    }
}

static int has_no_runtime(void *baton, const char *name)
{
    const jsgid_server_t *server = baton;
    const jsgid_group_t *group = apr_hash_get(server->groups_by_name, name, APR_HASH_KEY_STRING);

    return group != NULL && group->profile == NULL;
}

/* Groups without a JDK: their requests are answered at once, and jsgid-ctl can show them. */
static void apply_no_runtime(const jsgid_server_t *server, apr_pool_t *pool)
{
    const char *path = conf_path(pool, "no-runtime");
    int count = 0;
    int i;

    for (i = 0; i < server->groups->nelts; i++) {
        const jsgid_group_t *group = APR_ARRAY_IDX(server->groups, i, const jsgid_group_t *);

        if (group->profile == NULL) {
            const char *error = jsgid_rundir_link(pool, group->route, NO_RUNTIME_ROUTE);

            count++;
            if (error != NULL) {
                ap_log_error(APLOG_MARK, APLOG_ERR, 0, ap_server_conf, "JSGID0118: %s", error);
            }
        }
    }
    jsgid_rundir_unlink(pool, retained->run_dir, "unavailable:no-runtime:", has_no_runtime,
                        (void *)server);
    if (count > 0) {
        write_when_changed(pool, path, 0600,
                           jsgid_groups_conf(server, NULL, instance_of(pool), pool));
    } else {
        (void)unlink(path);
    }
}

/*
 * Leaves a monitor without groups. It is not stopped: a group that moves to another JDK is served
 * until that has come up, which may be never. It ends by itself when nothing is left.
 */
static void retire(monitor_t *monitor, apr_pool_t *pool)
{
    const char *path = conf_path(pool, monitor->profile);
    char *text = apr_pstrdup(pool, jsgid_rundir_read(pool, path));
    char *groups = text != NULL ? strstr(text, "\n[") : NULL;

    if (groups != NULL) {
        groups[1] = '\0';
        write_when_changed(pool, path, 0600, text);
    }
    if (!monitor->is_stopping) {
        /* How often it died while it was wanted says nothing about how it ends. */
        monitor->backoff.failures = 0;
        monitor->is_stopping = 1;
    }
    tell(monitor, "reload\n");
}

/* 1 when a monitor's file has the group, with the same JsgiRuntime. */
static int runs_group(const monitor_t *monitor, const jsgid_group_t *group, const char *runtime,
                      apr_pool_t *pool)
{
    const char *text = jsgid_rundir_read(pool, conf_path(pool, monitor->profile));
    const char *section =
        text != NULL ? strstr(text, apr_pstrcat(pool, "\n[group ", group->name, "]\n", NULL))
                     : NULL;
    const char *end = section != NULL ? strstr(section + 1, "\n[") : NULL;
    const char *line;

    if (section == NULL) {
        return 0;
    }
    line = strstr(
        section, apr_pstrcat(pool, "\nruntime = ",
                             jsgid_value_escape(pool, runtime != NULL ? runtime : monitor->profile),
                             "\n", NULL));
    return line != NULL && (end == NULL || line < end);
}

/*
 * A group whose JDK is registered no more, and whose daemons run, stays where it is: its monitor
 * knows what a JDK that has gone means. Only a group that names another JDK now is left without.
 */
static void hold_running_groups(jsgid_server_t *server, apr_pool_t *pool)
{
    int i;

    for (i = 0; i < server->groups->nelts; i++) {
        jsgid_group_t *group = APR_ARRAY_IDX(server->groups, i, jsgid_group_t *);
        const char *runtime = group->runtime != NULL ? group->runtime : server->default_runtime;
        const monitor_t *monitor;

        for (monitor = retained->monitors; monitor != NULL && group->profile == NULL;
             monitor = monitor->next) {
            jsgid_profile_t *profile;

            if (monitor->proc.pid == 0 || monitor->home == NULL ||
                !runs_group(monitor, group, runtime, pool)) {
                continue;
            }
            profile = apr_pcalloc(server->pool, sizeof(*profile));
            profile->name = monitor->profile;
            profile->home = apr_pstrdup(server->pool, monitor->home);
            profile->feature = monitor->feature;
            profile->java_options = apr_pstrdup(server->pool, monitor->java_options);
            profile->state = JSGID_PROFILE_MISSING;
            group->profile = profile;
            group->is_held = 1;
            ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, ap_server_conf,
                         "JSGID0120: the JDK of the group %s, %s, is not registered any more; its "
                         "daemons that run serve on",
                         group->name, profile->name);
        }
    }
}

/* Keeps what hold_running_groups will need after the next restart. */
static void remember_jdk(monitor_t *monitor, const jsgid_profile_t *profile)
{
    if (monitor->home != NULL && strcmp(monitor->home, profile->home) == 0 &&
        monitor->feature == profile->feature &&
        strcmp(monitor->java_options != NULL ? monitor->java_options : "",
               profile->java_options != NULL ? profile->java_options : "") == 0) {
        return;
    }
    /* Of the pool that lives as long as the process. Seldom: only when a profile changes. */
    monitor->home = apr_pstrdup(ap_server_conf->process->pool, profile->home);
    monitor->java_options = apr_pstrdup(ap_server_conf->process->pool, profile->java_options);
    monitor->feature = profile->feature;
}

/* Brings files and monitors in line with the groups. */
static void apply(jsgid_server_t *server, apr_pool_t *pool)
{
    monitor_t *monitor;
    int i;

    hold_running_groups(server, pool);
    for (monitor = retained->monitors; monitor != NULL; monitor = monitor->next) {
        monitor->is_wanted = 0;
    }
    write_when_changed(pool, apr_pstrcat(pool, retained->run_dir, "/instance.conf", NULL), 0644,
                       jsgid_instance_conf(server, pool));
    apply_no_runtime(server, pool);
    for (i = 0; i < server->groups->nelts; i++) {
        const jsgid_group_t *group = APR_ARRAY_IDX(server->groups, i, const jsgid_group_t *);

        if (group->profile == NULL) {
            continue;
        }
        monitor = find_or_add(group->profile->name);
        if (!monitor->is_wanted) {
            if (monitor->is_stopping) {
                monitor->backoff.failures = 0; /* of a time when nobody needed it */
            }
            monitor->is_wanted = 1;
            remember_jdk(monitor, group->profile);
            write_when_changed(pool, conf_path(pool, monitor->profile), 0600,
                               jsgid_groups_conf(server, group->profile, instance_of(pool), pool));
        }
    }
    /* New monitors first: a group that moves begins on its new JDK before it ends on the former. */
    for (monitor = retained->monitors; monitor != NULL; monitor = monitor->next) {
        monitor->is_new = monitor->is_wanted && monitor->proc.pid == 0;
        if (monitor->is_new) {
            monitor->backoff.failures = 0;
            monitor->is_stopping = 0;
            start(monitor, 0);
        }
    }
    for (monitor = retained->monitors; monitor != NULL; monitor = monitor->next) {
        if (monitor->proc.pid == 0 || monitor->is_new) {
            continue;
        }
        if (monitor->is_wanted && has_outdated_program(monitor, pool)) {
            /* Its classes are those of files that are gone: the next one adopts its daemons, as
             * after a crash. It reads the files that were just written. */
            ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, ap_server_conf,
                         "JSGID0121: jsgid was upgraded; the monitor %s (process %ld) is replaced, "
                         "and its daemons serve on",
                         monitor->profile, (long)monitor->proc.pid);
            monitor->is_stopping = 0;
            monitor->is_outdated = 1;
            (void)kill(monitor->proc.pid, SIGKILL);
        } else if (monitor->is_wanted) {
            /* Also when nothing has changed: the error log may have been opened anew. */
            monitor->is_stopping = 0;
            tell(monitor, "reload\n");
        } else {
            retire(monitor, pool);
        }
    }
}

/* 1 while it runs, or its end has still to be told by httpd. */
static int is_child(pid_t pid)
{
    siginfo_t info;

    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

/*
 * What was kept may be of a time before the module was disabled, and Apache restarted gracefully,
 * so that nobody watched: monitors may have ended, and with the last one the run folder may have
 * gone. Then this server begins anew.
 */
static void check_retained(apr_pool_t *pool)
{
    monitor_t *monitor;
    struct stat found;
    int running = 0;

    for (monitor = retained->monitors; monitor != NULL; monitor = monitor->next) {
        if (monitor->proc.pid != 0 && !is_child(monitor->proc.pid)) {
            monitor->proc.pid = 0;
            close_channel(monitor);
        }
        running += monitor->proc.pid != 0;
    }
    if (running == 0 && retained->parent == getpid() &&
        stat(apr_pstrcat(pool, retained->run_dir, "/instance.lock", NULL), &found) != 0) {
        (void)close(retained->lock);
        free(retained->run_dir);
        retained->lock = -1;
        retained->run_dir = NULL;
        retained->parent = 0;
    }
}

int jsgid_monitors_apply(jsgid_server_t *server, apr_pool_t *pconf, apr_pool_t *temporary)
{
    apr_pool_t *process = ap_server_conf->process->pool;
    monitor_t *monitor;
    const char *error;
    int i;

    retained = ap_retained_data_get(RETAINED_KEY);
    if (retained == NULL) {
        retained = ap_retained_data_create(RETAINED_KEY, sizeof(*retained));
        retained->lock = -1;
    }
    check_retained(temporary);
    if (retained->parent == 0 && server->groups->nelts == 0) {
        return OK;
    }
    if (retained->parent == 0) {
        error = begin(server, temporary);
        if (error != NULL) {
            ap_log_error(APLOG_MARK, APLOG_CRIT, 0, ap_server_conf,
                         "JSGID0101: the run folder cannot be used: %s", error);
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    } else if (strcmp(retained->run_dir, server->run_dir) != 0) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, ap_server_conf,
                     "JSGID0102: JsgiRunDir has changed from %s to %s; that takes effect when "
                     "Apache is stopped and "
                     "started",
                     retained->run_dir, server->run_dir);
        server->run_dir = apr_pstrdup(server->pool, retained->run_dir);
        for (i = 0; i < server->groups->nelts; i++) {
            jsgid_group_t *group = APR_ARRAY_IDX(server->groups, i, jsgid_group_t *);

            group->route =
                apr_pstrcat(server->pool, server->run_dir, "/groups/", group->name, ".sock", NULL);
        }
    }
    for (monitor = retained->monitors; monitor != NULL; monitor = monitor->next) {
        if (monitor->proc.pid != 0) {
            watch(monitor);
        }
    }
    apply(server, temporary);
    apr_pool_pre_cleanup_register(process, process, at_exit);
    apr_pool_cleanup_register(pconf, process, forget_at_exit, apr_pool_cleanup_null);
    return OK;
}

/* 1 when some group got a JDK that had none. The profiles live in a pool of their own, kept only
 * then. */
static int find_new_runtimes(jsgid_server_t *server)
{
    apr_pool_t *pool;
    int i;

    for (i = 0; i < server->groups->nelts; i++) {
        const jsgid_group_t *group = APR_ARRAY_IDX(server->groups, i, const jsgid_group_t *);

        if (group->profile == NULL || group->is_held) {
            break;
        }
    }
    if (i == server->groups->nelts) {
        return 0;
    }
    apr_pool_create(&pool, server->pool);
    if (jsgid_groups_resolve_missing(server, pool)) {
        return 1;
    }
    apr_pool_destroy(pool);
    return 0;
}

int jsgid_monitors_look(apr_pool_t *pool, server_rec *s)
{
    apr_pool_t *temporary;
    monitor_t *monitor;

    (void)pool;
    if (retained == NULL || retained->parent != getpid() || is_server_stopping()) {
        return DECLINED;
    }
    apr_pool_create(&temporary, jsgid_server->pool);
    if (find_new_runtimes(jsgid_server)) {
        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, s,
                     "JSGID0119: a JDK was registered that groups were waiting for");
        apply(jsgid_server, temporary);
    }
    for (monitor = retained->monitors; monitor != NULL; monitor = monitor->next) {
        /* Those that could not be started: the others wait in a process of their own. */
        if (is_needed(monitor) && monitor->proc.pid == 0 &&
            jsgid_backoff_is_due(&monitor->backoff, time(NULL))) {
            start(monitor, 0);
        }
    }
    apr_pool_destroy(temporary);
    return DECLINED;
}

void jsgid_monitors_child_init(apr_pool_t *pool, server_rec *s)
{
    monitor_t *monitor;

    (void)pool;
    (void)s;
    if (retained == NULL || retained->parent == 0 || getpid() == retained->parent) {
        return; /* nothing configured, or one process does it all (-X) */
    }
    /* A monitor takes the end of file on its channel for the end of Apache's parent: children must
     * not hold it open. */
    for (monitor = retained->monitors; monitor != NULL; monitor = monitor->next) {
        close_channel(monitor);
    }
    if (retained->lock >= 0) {
        (void)close(retained->lock);
        retained->lock = -1;
    }
    /* A child without its parent serves nobody's configuration. Set now because a change of user
     * clears it. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() != retained->parent) {
        (void)raise(SIGKILL);
    }
}
