#define _GNU_SOURCE /* getgrouplist */
#include "launcher_checks.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <unistd.h>

bool launcher_check_caller(struct launcher_failure *pfailure)
{
    /* The kernel's own word for "started with more privilege than the caller has". */
    if (getauxval(AT_SECURE) != 0 || getuid() != geteuid() || getgid() != getegid()) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_SET_USER_ID,
                             "real user %u, effective user %u, real group %u, effective group %u",
                             getuid(), geteuid(), getgid(), getegid());
    }
    return true;
}

/* A daemon without its socket would run and serve nobody, and nothing would say so. */
static bool check_socket(int listener, struct launcher_failure *pfailure)
{
    int type = 0;
    int is_listening = 0;
    socklen_t size = sizeof(int);
    if (listener < 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_SOCKET, "no descriptor, or several");
    }
    if (getsockopt(listener, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_SOCKET, "not a stream socket");
    }
    if (getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &size) != 0 ||
        !is_listening) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_SOCKET, "a socket that does not listen");
    }
    return true;
}

/* Group 0 opens what is group-readable by root, and a surprising lot is. */
static bool check_groups(const struct launch_request *request, struct launcher_failure *pfailure)
{
    for (size_t i = 0; i < request->group_count; i++) {
        if (request->groups[i] == 0) {
            return launcher_fail(pfailure, LAUNCHER_EXIT_ROOT_GROUP,
                                 "group 0 is a supplementary group of user %s",
                                 request->user != NULL ? request->user : "without a name");
        }
    }
    return true;
}

static bool check_user(const struct launch_request *request, struct launcher_failure *pfailure)
{
    errno = 0;
    const struct passwd *entry = getpwnam(request->user);
    if (entry == NULL) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_UNKNOWN_USER, "%s: %s", request->user,
                             errno != 0 ? strerror(errno) : "no such user");
    }
    /* The account was renumbered since Apache read its configuration: whose files are meant? */
    if (entry->pw_uid != request->uid) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_UNKNOWN_USER,
                             "%s is user id %u now, and was %u when the configuration was read",
                             request->user, entry->pw_uid, request->uid);
    }
    return true;
}

static bool read_groups_of_user(struct launch_request *request, struct launcher_failure *pfailure)
{
    /* getgrouplist says how many there are when the list is too short; accounts may change
     * meanwhile. */
    for (int room = 64, count = room; room <= 65536; room = count > room ? count : room * 2) {
        gid_t *list = calloc((size_t)room, sizeof(gid_t));
        if (list == NULL) {
            return launcher_fail(pfailure, LAUNCHER_EXIT_MEMORY, "%d groups", room);
        }
        count = room;
        if (getgrouplist(request->user, request->gid, list, &count) >= 0) {
            free(request->groups);
            request->groups = list;
            request->group_count = (size_t)count;
            return true;
        }
        free(list);
    }
    return launcher_fail(pfailure, LAUNCHER_EXIT_GROUP_LIST, "user %s", request->user);
}

/* What only root can do is refused to others, instead of being left undone. */
static bool check_unprivileged(const struct launch_request *request,
                               struct launcher_failure *pfailure)
{
    const char *asked = request->has_uid           ? "uid"
                        : request->user != NULL    ? "user"
                        : request->group_count > 0 ? "group"
                        : request->chroot != NULL  ? "chroot"
                                                   : NULL;
    if (asked != NULL) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_NOT_ROOT, "key %s, launcher is user %u", asked,
                             geteuid());
    }
    return true;
}

bool launcher_check(struct launch_request *request, const struct launcher_channel *channel,
                    struct launcher_failure *pfailure)
{
    if (!check_socket(channel->listener, pfailure)) {
        return false;
    }
    if (geteuid() != 0) {
        return check_unprivileged(request, pfailure);
    }
    /* Without an id the daemon would stay root. */
    if (!request->has_uid) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_NO_USER, "no uid in the launch message");
    }
    if (request->uid == 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_ROOT_USER, "uid 0");
    }
    if (request->gid == 0) {
        return launcher_fail(pfailure, LAUNCHER_EXIT_ROOT_GROUP, "gid 0");
    }
    if (request->user != NULL && !check_user(request, pfailure)) {
        return false;
    }
    /* `group` keys are the whole list; the user's own groups count only when there are none. */
    if (request->user != NULL && request->group_count == 0 &&
        !read_groups_of_user(request, pfailure)) {
        return false;
    }
    return check_groups(request, pfailure);
}
