/*
 * All that the keeper's daemon has started, in whichever session. The keeper is the subreaper, so
 * whatever loses its parent becomes the keeper's own child, and nothing gets away.
 */
#ifndef KEEPER_DESCENDANTS_H
#define KEEPER_DESCENDANTS_H

/*
 * Sends a signal to every descendant of the calling process. New ones may appear meanwhile; who
 * wants an end of all of them repeats SIGKILL until there is no child to wait for.
 */
void keeper_descendants_signal(int number);

/*
 * Kills whatever is in a cgroup, at once and without a race, where the kernel can. NULL: nothing.
 */
void keeper_descendants_kill_cgroup(const char *cgroup);

#endif
