/*
 * The last bytes that a daemon wrote while no monitor was there to read them. Pure.
 */
#ifndef KEEPER_RING_H
#define KEEPER_RING_H

#include <stddef.h>

enum { KEEPER_RING_SIZE = 64 * 1024 };

struct keeper_ring {
    char bytes[KEEPER_RING_SIZE];
    size_t start; /* of the oldest byte */
    size_t size;
    unsigned long long lost; /* bytes before the oldest one that were dropped */
};

/*
 * Appends bytes, and drops the oldest ones when there is no room.
 */
void keeper_ring_put(struct keeper_ring *pring, const char *bytes, size_t size);

/*
 * Copies all bytes, oldest first, to a place of KEEPER_RING_SIZE bytes. Returns their number.
 */
size_t keeper_ring_copy(const struct keeper_ring *ring, char *to);

void keeper_ring_clear(struct keeper_ring *pring);

#endif
