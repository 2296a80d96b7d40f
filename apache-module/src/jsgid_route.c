/* Licensed under the Apache License, Version 2.0; see LICENSE. */
/*
 * jsgid_route: the text of a route's link, names of groups, and which mount a path belongs to.
 */
#include "jsgid_route.h"

#include <string.h>

int jsgid_route_unavailable(const char *text, jsgid_unavailable_t *punavailable)
{
    static const char prefix[] = "unavailable:";
    const char *state;
    const char *colon;
    const char *digit;
    unsigned seconds = 0;

    if (strncmp(text, prefix, sizeof(prefix) - 1) != 0) {
        return 0;
    }
    state = text + sizeof(prefix) - 1;
    colon = strchr(state, ':');
    if (colon == NULL || colon == state || colon - state >= JSGID_ROUTE_STATE_MAX ||
        colon[1] == '\0') {
        return 0;
    }
    for (digit = colon + 1; *digit != '\0'; digit++) {
        if (*digit < '0' || *digit > '9') {
            return 0;
        }
        seconds = seconds * 10 + (unsigned)(*digit - '0');
        if (seconds > 86400) {
            seconds = 86400;
        }
    }
    memcpy(punavailable->state, state, (size_t)(colon - state));
    punavailable->state[colon - state] = '\0';
    punavailable->retry_after = seconds;
    return 1;
}

int jsgid_group_name_is_valid(const char *name)
{
    size_t i;

    for (i = 0; name[i] != '\0'; i++) {
        char c = name[i];
        int alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!alnum && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
            return 0;
        }
    }
    return i >= 1 && i <= 64;
}

int jsgid_mount_match(const char *mount, const char *path)
{
    size_t length = strlen(mount);

    if (length == 1 && mount[0] == '/') {
        return path[0] == '/' ? 0 : -1;
    }
    if (strncmp(mount, path, length) != 0 || (path[length] != '\0' && path[length] != '/')) {
        return -1;
    }
    return (int)length;
}
