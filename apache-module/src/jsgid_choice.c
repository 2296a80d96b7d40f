/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_choice: which process of a group a request goes to.
 *
 * A child of Apache sees little of a group's other requests: what processes told with their last
 * answers. So it prefers what it knows to be idle, asks (which costs a round trip, but begins
 * nothing) when what it knows is old, and looks for a process that it has no connection to only
 * when that is wanted, or when all that it has connections to are full.
 */
#include "jsgid_choice.h"

#include <apr_lib.h>
#include <string.h>

static unsigned load_of(const jsgid_process_t *process)
{
    return process->own + process->others;
}

static int is_fresh(const jsgid_process_t *process, apr_time_t now)
{
    return process->told_at != 0 && now - process->told_at < JSGID_CHOICE_FRESH;
}

static jsgid_choice_t choice(jsgid_choice_kind_t kind, unsigned process, int ask)
{
    jsgid_choice_t chosen;

    chosen.kind = kind;
    chosen.process = process;
    chosen.ask = ask;
    return chosen;
}

static int may_try(const jsgid_wish_t *wish)
{
    return wish->tries < wish->processes * JSGID_CHOICE_TRIES;
}

/* The process of the route, or the first after it that is there; 0 when that is none. */
static int follow_route(jsgid_process_t *processes, const jsgid_wish_t *wish, apr_time_t now,
                        jsgid_choice_t *pchosen)
{
    unsigned i;

    for (i = 0; i < wish->processes; i++) {
        unsigned number = (wish->route - 1 + i) % wish->processes + 1;
        jsgid_process_t *process = &processes[number];

        if (process->idle > 0) {
            *pchosen = choice(JSGID_CHOICE_IDLE, number, 0);
            return 1;
        }
        if (process->absent_until > now) {
            continue;
        }
        if (may_try(wish)) {
            *pchosen = choice(JSGID_CHOICE_NEW, number, 1);
            return 1;
        }
        process->absent_until = now + JSGID_CHOICE_ABSENT;
    }
    return 0;
}

/* Of the processes with idle connections the least busy one; of equal ones the one used last, whose
 * memory is warm. 0: there is none. */
static unsigned least_busy(const jsgid_process_t *processes, unsigned count)
{
    unsigned best = 0;
    unsigned i;

    for (i = 1; i <= count; i++) {
        if (processes[i].idle == 0) {
            continue;
        }
        if (best == 0 || load_of(&processes[i]) < load_of(&processes[best]) ||
            (load_of(&processes[i]) == load_of(&processes[best]) &&
             processes[i].last_used > processes[best].last_used)) {
            best = i;
        }
    }
    return best;
}

/* 1 when a process without an idle connection may have a free thread. */
static int is_other_free(const jsgid_process_t *processes, const jsgid_wish_t *wish, apr_time_t now)
{
    unsigned i;

    for (i = 1; i <= wish->processes; i++) {
        const jsgid_process_t *process = &processes[i];

        if (process->idle == 0 && process->absent_until <= now && process->own < wish->threads &&
            !(is_fresh(process, now) && load_of(process) >= wish->threads)) {
            return 1;
        }
    }
    return 0;
}

jsgid_choice_t jsgid_choose(jsgid_process_t *processes, const jsgid_wish_t *wish, apr_time_t now)
{
    jsgid_choice_t chosen;
    unsigned best;

    if (wish->route > 0 && follow_route(processes, wish, now, &chosen)) {
        return chosen;
    }
    best = least_busy(processes, wish->processes);
    if (best == 0) {
        /* Whoever accepts is asked, too: its number tells whose request this is, and a full process
         * accepts as well as others when it is quicker. */
        int ask = may_try(wish);

        return processes[0].idle > 0 ? choice(JSGID_CHOICE_IDLE, 0, ask)
                                     : choice(JSGID_CHOICE_NEW, 0, ask);
    }
    if (!is_fresh(&processes[best], now) && may_try(wish)) {
        return choice(JSGID_CHOICE_IDLE, best, 1);
    }
    if (load_of(&processes[best]) >= wish->threads && may_try(wish) &&
        is_other_free(processes, wish, now)) {
        return choice(JSGID_CHOICE_NEW, 0, 1);
    }
    return choice(JSGID_CHOICE_IDLE, best, 0);
}

void jsgid_process_told(jsgid_process_t *process, unsigned load, apr_time_t now)
{
    /* What it has includes what this child has sent it. */
    process->others = load > process->own ? load - process->own : 0;
    process->told_at = now;
    process->absent_until = 0;
}

/* ---- routes ---- */

unsigned jsgid_route_of_id(const char *id, apr_size_t length, unsigned processes)
{
    apr_size_t start = length;
    unsigned number = 0;

    while (start > 0 && id[start - 1] != '.') {
        start--;
    }
    /* As it is written by a container: a number without leading zeros. More digits than four are no
       process's. */
    if (start == 0 || start == length || length - start > 4 || id[start] == '0') {
        return 0;
    }
    for (; start < length; start++) {
        if (!apr_isdigit(id[start])) {
            return 0;
        }
        number = number * 10 + (unsigned)(id[start] - '0');
    }
    return number <= processes ? number : 0;
}

unsigned jsgid_route_of_cookies(const char *cookies, const char *name, unsigned processes)
{
    apr_size_t length = strlen(name);
    const char *at = cookies;

    while (*at != '\0') {
        const char *end;

        at += strspn(at, " \t;,");
        end = at + strcspn(at, ";,");
        if (strncmp(at, name, length) == 0 && at[length] == '=') {
            const char *value = at + length + 1;
            apr_size_t size = (apr_size_t)(end - value);
            unsigned route;

            while (size > 0 && (value[size - 1] == ' ' || value[size - 1] == '\t')) {
                size--;
            }
            if (size > 1 && value[0] == '"' && value[size - 1] == '"') {
                value++;
                size -= 2;
            }
            route = jsgid_route_of_id(value, size, processes);
            if (route > 0) {
                return route;
            }
        }
        at = end;
    }
    return 0;
}

unsigned jsgid_route_of_path(const char *uri, const char *name, unsigned processes)
{
    apr_size_t length = strlen(name);
    const char *limit = uri + strcspn(uri, "?#");
    const char *at = uri;

    while ((at = memchr(at, ';', (apr_size_t)(limit - at))) != NULL) {
        at++;
        if ((apr_size_t)(limit - at) > length && strncmp(at, name, length) == 0 &&
            at[length] == '=') {
            const char *value = at + length + 1;
            unsigned route = jsgid_route_of_id(value, strcspn(value, ";/?#"), processes);

            if (route > 0) {
                return route;
            }
        }
    }
    return 0;
}

int jsgid_cookie_name_is_valid(const char *name)
{
    const char *at;

    for (at = name; *at != '\0'; at++) {
        if (!apr_isalnum(*at) && strchr("!#$%&'*+-.^_`|~", *at) == NULL) {
            return 0;
        }
    }
    return at != name && at - name <= 200;
}
