#include "keeper_policy.h"

static enum keeper_action at(int64_t due, int64_t now, enum keeper_action action, int64_t *pagain)
{
    if (now >= due) {
        return action;
    }
    *pagain = due;
    return KEEPER_WAIT;
}

enum keeper_action keeper_decide(const struct keeper_situation *situation, int64_t now,
                                 int64_t *pagain)
{
    *pagain = KEEPER_NEVER;
    bool has_monitor = situation->unconnected == KEEPER_NEVER;
    if (situation->ended != KEEPER_NEVER) {
        if (has_monitor) {
            return KEEPER_WAIT; /* until it has read the exit status */
        }
        int64_t since =
            situation->ended > situation->unconnected ? situation->ended : situation->unconnected;
        return situation->apache_gone != KEEPER_NEVER
                   ? KEEPER_LEAVE
                   : at(since + KEEPER_EXIT_KEPT_MILLIS, now, KEEPER_LEAVE, pagain);
    }
    if (situation->killed != KEEPER_NEVER) {
        return at(situation->killed + KEEPER_KILL_MILLIS, now, KEEPER_LEAVE, pagain);
    }
    /* A monitor that comes after all finds a daemon that is ending, and its exit status. */
    if (situation->terminated != KEEPER_NEVER) {
        return at(situation->terminated + situation->alone_millis + 1000, now, KEEPER_KILL, pagain);
    }
    if (situation->apache_gone != KEEPER_NEVER) {
        return has_monitor ? at(situation->apache_gone + KEEPER_MONITOR_ALONE_MILLIS, now,
                                KEEPER_TERMINATE, pagain)
                           : KEEPER_TERMINATE;
    }
    return has_monitor ? KEEPER_WAIT
                       : at(situation->unconnected + KEEPER_WITHOUT_MONITOR_MILLIS, now,
                            KEEPER_TERMINATE, pagain);
}
