#include "keeper_ring.h"

#include <string.h>

void keeper_ring_put(struct keeper_ring *pring, const char *bytes, size_t size)
{
    if (size > KEEPER_RING_SIZE) {
        pring->lost += size - KEEPER_RING_SIZE;
        bytes += size - KEEPER_RING_SIZE;
        size = KEEPER_RING_SIZE;
    }
    size_t room = KEEPER_RING_SIZE - pring->size;
    if (size > room) {
        size_t dropped = size - room;
        pring->lost += dropped;
        pring->start = (pring->start + dropped) % KEEPER_RING_SIZE;
        pring->size -= dropped;
    }
    size_t end = (pring->start + pring->size) % KEEPER_RING_SIZE;
    size_t before_wrap = KEEPER_RING_SIZE - end < size ? KEEPER_RING_SIZE - end : size;
    memcpy(pring->bytes + end, bytes, before_wrap);
    memcpy(pring->bytes, bytes + before_wrap, size - before_wrap);
    pring->size += size;
}

size_t keeper_ring_copy(const struct keeper_ring *ring, char *to)
{
    size_t before_wrap = KEEPER_RING_SIZE - ring->start;
    before_wrap = before_wrap < ring->size ? before_wrap : ring->size;
    memcpy(to, ring->bytes + ring->start, before_wrap);
    memcpy(to + before_wrap, ring->bytes, ring->size - before_wrap);
    return ring->size;
}

void keeper_ring_clear(struct keeper_ring *pring)
{
    pring->start = 0;
    pring->size = 0;
    pring->lost = 0;
}
