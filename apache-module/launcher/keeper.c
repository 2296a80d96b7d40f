/*
 * One loop around poll. What happened is noted by the handlers; what follows from it is done once
 * each round by act, which asks keeper_policy.c.
 */
#define _GNU_SOURCE /* vmsplice */
#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "keeper_command.h"
#include "keeper_descendants.h"
#include "keeper_policy.h"
#include "launcher_line.h"

enum {
    SEARCH_MILLIS = 100,     /* between attempts to find a monitor */
    SWEEP_MILLIS = 10,       /* between looks at what is left of a daemon's descendants */
    OUTPUT_LINE = 16 * 1024, /* of what a daemon said, in one line to a monitor */
    READ_SIZE = 16 * 1024,   /* of its output, at once */
    READS_MAX = 16,          /* without a look at anything else */
};

static int64_t clock_millis(void)
{
    struct timespec time = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* ---- what the daemon says while nobody else listens ---- */

/*
 * Never waits, although the descriptor is a blocking one and a monitor that gave up its connection
 * may be reading still: vmsplice copies out of the pipe under a flag of the call.
 */
static ssize_t read_output(const struct keeper *keeper, char *bytes, size_t size)
{
    struct iovec part = {.iov_base = bytes, .iov_len = size};
    ssize_t count;
    do {
        count = vmsplice(keeper->output, &part, 1, SPLICE_F_NONBLOCK);
    } while (count < 0 && errno == EINTR);
    /* Some sandboxes do not know it. The caller's poll has said that there is something. */
    return count < 0 && errno != EAGAIN ? read(keeper->output, bytes, size) : count;
}

static bool is_output_readable(const struct keeper *keeper)
{
    struct pollfd output = {.fd = keeper->output, .events = POLLIN};
    return poll(&output, 1, 0) == 1;
}

static void keep_output(struct keeper *keeper)
{
    static char bytes[READ_SIZE];
    for (int i = 0; i < READS_MAX && !keeper->is_output_ended && is_output_readable(keeper); i++) {
        ssize_t count = read_output(keeper, bytes, sizeof(bytes));
        if (count > 0) {
            keeper_ring_put(&keeper->ring, bytes, (size_t)count);
        } else if (count == 0) {
            keeper->is_output_ended = true;
        } else {
            return;
        }
    }
}

/* ---- what the monitor is told ---- */

static void lose_monitor(struct keeper *keeper, int64_t now)
{
    keeper_channel_close(&keeper->channel);
    keeper->is_adopting = false;
    keeper->has_told_exit = false;
    keeper->next_search = now;
    /* One that never took what it was given has not been there. */
    if (keeper->unconnected == KEEPER_NEVER) {
        keeper->unconnected = now;
    }
}

static void say(struct keeper *keeper, const struct launcher_line *line, const int *descriptors,
                size_t descriptor_count, int64_t now)
{
    if (line->size == 0 || !keeper_channel_say(&keeper->channel, line->bytes, line->size,
                                               descriptors, descriptor_count, now)) {
        /* No memory: as if it had not come. It is searched for again. */
        lose_monitor(keeper, now);
    }
}

static void say_started(struct keeper *keeper, int64_t now)
{
    char bytes[64];
    struct launcher_line line = {.bytes = bytes, .size = 0, .room = sizeof(bytes)};
    const int descriptors[] = {keeper->management, keeper->output};
    launcher_line_put(&line, "started pid=%d\n", (int)keeper->daemon);
    say(keeper, &line, descriptors, 2, now);
}

/* text is a place for the ring's content. */
static void put_output(const struct keeper *keeper, struct launcher_line *line, char *text)
{
    unsigned long long lost = keeper->ring.lost;
    size_t size = keeper_ring_copy(&keeper->ring, text);
    for (size_t at = 0; at < size;) {
        size_t piece = launcher_line_piece(text + at, size - at, OUTPUT_LINE);
        launcher_line_put(line, "output lost=%llu text=", lost);
        launcher_line_put_value(line, text + at, piece);
        launcher_line_put(line, "\n");
        lost = 0;
        at += piece;
    }
}

static void say_adopt(struct keeper *keeper, int64_t now)
{
    const char *memo = keeper->memo == NULL ? "" : keeper->memo;
    size_t memo_size = strlen(memo);
    /* A short line may follow each LF: pieces end at the last one before the limit. */
    size_t pieces = keeper->ring.size / (OUTPUT_LINE / 2) + 8;
    size_t room = 128 + (memo_size + keeper->ring.size) * LAUNCHER_LINE_GROWTH + pieces * 64;
    const int descriptors[] = {keeper->management, keeper->output, keeper->listener};
    char *text = malloc(KEEPER_RING_SIZE);
    struct launcher_line line = {.bytes = malloc(room), .size = 0, .room = room};
    if (text != NULL && line.bytes != NULL) {
        launcher_line_put(&line, "adopt pid=%d memo=", (int)keeper->daemon);
        launcher_line_put_value(&line, memo, memo_size);
        launcher_line_put(&line, "\n");
        put_output(keeper, &line, text);
    }
    free(text);
    keeper->is_adopting = true;
    say(keeper, &line, descriptors, 3, now);
    free(line.bytes);
}

static void say_exited(struct keeper *keeper, int64_t now)
{
    char bytes[64];
    struct launcher_line line = {.bytes = bytes, .size = 0, .room = sizeof(bytes)};
    if (keeper->exit.is_signal) {
        launcher_line_put(&line, "exited signal=%d core=%s\n", keeper->exit.number,
                          keeper->exit.has_core ? "yes" : "no");
    } else {
        launcher_line_put(&line, "exited status=%d\n", keeper->exit.number);
    }
    keeper->has_told_exit = true;
    say(keeper, &line, NULL, 0, now);
}

/* There is a keeper for each daemon; what one needs between two monitors it does not keep. */
static void give_memory_back(struct keeper *keeper)
{
    (void)malloc_trim(0);
    /* Its bytes come first in the ring and fill pages; refused where pages are larger. */
    (void)madvise(keeper->ring.bytes, sizeof(keeper->ring.bytes), MADV_DONTNEED);
}

static void flush(struct keeper *keeper, int64_t now)
{
    if (keeper->channel.socket < 0) {
        return;
    }
    if (!keeper_channel_flush(&keeper->channel, now)) {
        lose_monitor(keeper, now);
    } else if (keeper->is_adopting && !keeper_channel_has_pending(&keeper->channel)) {
        keeper->is_adopting = false;
        keeper->unconnected = KEEPER_NEVER;
        keeper_ring_clear(&keeper->ring);
        give_memory_back(keeper);
    }
}

static void search_monitor(struct keeper *keeper, int64_t now)
{
    if (keeper->channel.socket >= 0 || now < keeper->next_search) {
        return;
    }
    keeper->next_search = now + SEARCH_MILLIS;
    if (keeper_channel_connect(&keeper->channel, keeper->management_path)) {
        say_adopt(keeper, now);
    }
}

/* ---- what the monitor says ---- */

static void obey(const struct keeper *keeper, const struct keeper_command *command)
{
    if (command->is_for_all) {
        keeper_descendants_signal(command->signal);
    } else if (!keeper->has_daemon_ended) {
        /* Its number is its own until it has been waited for. */
        (void)kill(keeper->daemon, command->signal);
    }
}

static void hear_monitor(struct keeper *keeper, int64_t now)
{
    char line[KEEPER_CHANNEL_LINE_MAX];
    struct keeper_command command;
    bool is_there = keeper_channel_hear(&keeper->channel);
    while (keeper_channel_next_line(&keeper->channel, line)) {
        if (keeper_command_read(line, &command)) {
            obey(keeper, &command);
        }
    }
    if (!is_there) {
        lose_monitor(keeper, now);
    }
}

/* ---- the end of the daemon ---- */

static void daemon_has_ended(struct keeper *keeper, const siginfo_t *info, int64_t now)
{
    keeper->has_daemon_ended = true;
    keeper->exit.is_signal = info->si_code != CLD_EXITED;
    keeper->exit.has_core = info->si_code == CLD_DUMPED;
    keeper->exit.number = info->si_status;
    keeper->swept_by = now + KEEPER_KILL_MILLIS;
    /* Not waited for yet, so that no stranger can have the number of its process group. */
    (void)kill(-keeper->daemon, SIGKILL);
    keeper_descendants_kill_cgroup(keeper->cgroup);
}

/* Waits for every child that has ended. Returns false when there is no child at all. */
static bool reap(struct keeper *keeper, int64_t now)
{
    for (;;) {
        siginfo_t info = {.si_pid = 0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
            if (errno == EINTR) {
                continue;
            }
            return errno != ECHILD;
        }
        if (info.si_pid == 0) {
            return true;
        }
        if (info.si_pid == keeper->daemon && !keeper->has_daemon_ended) {
            daemon_has_ended(keeper, &info, now);
        }
        (void)waitpid(info.si_pid, NULL, 0);
    }
}

/* Kills what the daemon has left until nothing is. */
static void sweep(struct keeper *keeper, int64_t now)
{
    bool has_children = reap(keeper, now);
    if (!keeper->has_daemon_ended || keeper->ended != KEEPER_NEVER) {
        return;
    }
    if (has_children && now < keeper->swept_by) {
        keeper_descendants_signal(SIGKILL);
        return;
    }
    keeper->ended = now;
}

static void take_signals(struct keeper *keeper)
{
    struct signalfd_siginfo info;
    while (read(keeper->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo == SIGTERM && !keeper->has_daemon_ended) {
            (void)kill(keeper->daemon, SIGTERM);
        }
    }
}

/* ---- the loop ---- */

static void sooner(int64_t *ptime, int64_t other)
{
    if (other != KEEPER_NEVER && (*ptime == KEEPER_NEVER || other < *ptime)) {
        *ptime = other;
    }
}

/* Does what is due. Returns false at the end; else *pagain is when something is due again. */
static bool act(struct keeper *keeper, int64_t now, int64_t *pagain)
{
    if (keeper->apache.is_gone && keeper->apache_gone == KEEPER_NEVER) {
        keeper->apache_gone = now;
    }
    const struct keeper_situation situation = {
        .apache_gone = keeper->apache_gone,
        .unconnected = keeper->unconnected,
        .ended = keeper->ended,
        .terminated = keeper->terminated,
        .killed = keeper->killed,
        .alone_millis = keeper->alone_millis,
    };
    switch (keeper_decide(&situation, now, pagain)) {
    case KEEPER_LEAVE:
        return false;
    case KEEPER_TERMINATE:
        keeper->terminated = now;
        if (!keeper->has_daemon_ended) {
            (void)kill(keeper->daemon, SIGTERM);
        }
        *pagain = now;
        break;
    case KEEPER_KILL:
        keeper->killed = now;
        keeper_descendants_signal(SIGKILL);
        keeper_descendants_kill_cgroup(keeper->cgroup);
        *pagain = now;
        break;
    case KEEPER_WAIT:
        break;
    }
    if (keeper->ended != KEEPER_NEVER && keeper->channel.socket >= 0) {
        if (!keeper->has_told_exit) {
            say_exited(keeper, now);
        }
        flush(keeper, now);
        if (keeper->has_told_exit && !keeper_channel_has_pending(&keeper->channel)) {
            return false;
        }
    }
    if (keeper->has_daemon_ended && keeper->ended == KEEPER_NEVER) {
        sooner(pagain, now + SWEEP_MILLIS);
    }
    if (keeper->channel.socket < 0) {
        sooner(pagain, keeper->next_search);
    } else if (keeper_channel_has_pending(&keeper->channel)) {
        sooner(pagain, keeper->channel.moved + KEEPER_CHANNEL_STUCK_MILLIS);
    }
    if (keeper_watch_needs_looking(&keeper->apache)) {
        sooner(pagain, now + KEEPER_WATCH_MILLIS);
    }
    return true;
}

enum { MONITOR, SIGNALS, APACHE, OUTPUT, EVENTS };

static void wait_for_events(const struct keeper *keeper, struct pollfd *events, int64_t until)
{
    bool has_monitor = keeper->channel.socket >= 0;
    bool is_pending = keeper_channel_has_pending(&keeper->channel);
    /* poll passes over negative descriptors. */
    events[MONITOR] = (struct pollfd){
        .fd = keeper->channel.socket,
        .events = (short)(is_pending ? POLLIN | POLLOUT : POLLIN),
    };
    events[SIGNALS] = (struct pollfd){.fd = keeper->signals, .events = POLLIN};
    events[APACHE] = (struct pollfd){
        .fd = keeper->apache.is_gone ? -1 : keeper->apache.descriptor,
        .events = POLLIN,
    };
    events[OUTPUT] = (struct pollfd){
        .fd = has_monitor || keeper->is_output_ended ? -1 : keeper->output,
        .events = POLLIN,
    };
    int64_t wait = until == KEEPER_NEVER ? -1 : until - clock_millis();
    int timeout = until == KEEPER_NEVER ? -1 : wait < 0 ? 0 : wait > 60000 ? 60000 : (int)wait;
    if (poll(events, EVENTS, timeout) < 0) {
        for (int i = 0; i < EVENTS; i++) {
            events[i].revents = 0;
        }
    }
}

void keeper_run(struct keeper *pkeeper)
{
    struct pollfd events[EVENTS];
    int64_t now = clock_millis();
    int64_t until = now;
    pkeeper->apache_gone = KEEPER_NEVER;
    pkeeper->unconnected = KEEPER_NEVER;
    pkeeper->ended = KEEPER_NEVER;
    pkeeper->terminated = KEEPER_NEVER;
    pkeeper->killed = KEEPER_NEVER;
    say_started(pkeeper, now);
    flush(pkeeper, now);
    while (act(pkeeper, now, &until)) {
        wait_for_events(pkeeper, events, until);
        now = clock_millis();
        if (events[SIGNALS].revents != 0) {
            take_signals(pkeeper);
        }
        if (events[MONITOR].revents != 0) {
            hear_monitor(pkeeper, now);
        }
        keeper_watch_look(&pkeeper->apache);
        flush(pkeeper, now);
        sweep(pkeeper, now);
        if (pkeeper->channel.socket < 0) {
            keep_output(pkeeper);
            search_monitor(pkeeper, now);
        }
    }
    keeper_channel_close(&pkeeper->channel);
}
