/*
 * The keeper connection: lines to and from the monitor. Nothing here waits: what a monitor does not
 * take at once stays pending, and one that takes nothing for long counts as gone.
 */
#ifndef KEEPER_CHANNEL_H
#define KEEPER_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The tests are built with a shorter time. */
#ifndef KEEPER_STUCK_SECONDS
#define KEEPER_STUCK_SECONDS 10
#endif

enum {
    KEEPER_CHANNEL_DESCRIPTORS = 3,
    KEEPER_CHANNEL_LINE_MAX = 1024, /* of what a monitor says; more is passed over */
    KEEPER_CHANNEL_STUCK_MILLIS = KEEPER_STUCK_SECONDS * 1000,
};

struct keeper_channel {
    int socket; /* -1: no monitor is connected */
    char *pending;
    size_t pending_size;
    size_t pending_sent;
    int64_t moved; /* when a pending byte was last sent, or made pending while there was none */
    /* To be attached to the first pending byte. They stay the caller's. */
    int descriptors[KEEPER_CHANNEL_DESCRIPTORS];
    size_t descriptor_count;
    char heard[KEEPER_CHANNEL_LINE_MAX];
    size_t heard_size;
    bool is_skipping; /* in a line that is too long */
};

/*
 * Takes over a connected socket.
 */
void keeper_channel_take(struct keeper_channel *pchannel, int socket);

/*
 * Connects to the monitor that listens there. Returns false when there is none yet, or it is of
 * another user.
 */
bool keeper_channel_connect(struct keeper_channel *pchannel, const char *path);

/*
 * Closes the connection and forgets what was pending.
 */
void keeper_channel_close(struct keeper_channel *pchannel);

/*
 * Makes size bytes, which are copied, pending; descriptors only when nothing else is pending.
 * Returns false when there is no memory.
 */
bool keeper_channel_say(struct keeper_channel *pchannel, const char *bytes, size_t size,
                        const int *descriptors, size_t descriptor_count, int64_t now);

bool keeper_channel_has_pending(const struct keeper_channel *channel);

/*
 * Sends what can be sent now. Returns false when the connection is broken or stuck.
 */
bool keeper_channel_flush(struct keeper_channel *pchannel, int64_t now);

/*
 * Reads what is there. Returns false at end of file or when the connection is broken.
 */
bool keeper_channel_hear(struct keeper_channel *pchannel);

/*
 * Moves the next whole line, ended by NUL instead of LF, to a place of KEEPER_CHANNEL_LINE_MAX
 * bytes. Returns false when there is none.
 */
bool keeper_channel_next_line(struct keeper_channel *pchannel, char *line);

#endif
