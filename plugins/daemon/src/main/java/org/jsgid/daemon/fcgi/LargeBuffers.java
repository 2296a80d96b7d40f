package org.jsgid.daemon.fcgi;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Large direct buffers for whoever needs one for a moment: there are as many as there were such moments at once, and not as
 * many as there are connections. Last used first taken, so that few of them are in memory that is in use. Safe for threads.
 */
final class LargeBuffers {

    private final int size;
    private final int most;
    private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();

    /**
     * A pool that is empty.
     *
     * @param size bytes of each buffer
     * @param most how many are kept that nobody uses; the rest is the garbage collector's
     */
    LargeBuffers(int size, int most) {
        this.size = size;
        this.most = most;
    }

    /** An empty buffer. */
    ByteBuffer take() {
        ByteBuffer buffer;
        synchronized (idle) {
            buffer = idle.pollFirst();
        }
        return buffer == null ? ByteBuffer.allocateDirect(size) : buffer;
    }

    /** Takes a buffer back, whatever is in it. */
    void give(ByteBuffer buffer) {
        buffer.clear();
        synchronized (idle) {
            if (idle.size() < most) {
                idle.addFirst(buffer);
            }
        }
    }
}
