package org.jsgid.daemon.fcgi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Gathers records in a buffer and sends them when it is full or when asked. Response bytes become one STDOUT record for
 * each time the buffer is sent, or as many as their length needs; there is always room to end a request, so that a small
 * response takes one write. What does not fit into the small buffer, which a connection has for ever, gets a large one
 * from the pool until it is sent: so a page of 64 KiB is one write too, and a connection that rests costs little.
 * Used by one thread at a time.
 */
final class RecordWriter {

    /** Room for the end of a request (an empty STDOUT and END_REQUEST) and GOING_AWAY. */
    private static final int RESERVED = Records.HEADER_LENGTH + 16 + Records.HEADER_LENGTH;

    private static final byte[] NOTHING = new byte[0];

    private final WritableByteChannel channel;
    private final ByteBuffer small;
    private final LargeBuffers pool;
    /** From the pool until all of it has been sent, or null. */
    private ByteBuffer large;
    /** The large buffer, or else the small one. */
    private ByteBuffer out;

    private final Blocked whenBlocked;

    /** Waits until a channel that took nothing may take something. */
    interface Blocked {
        /** Returns when that may be so. */
        void await() throws IOException;

        /** Something was kept, to be sent by {@link #sendKept} when the channel takes more. */
        default void kept() {}
    }

    /** Where the open STDOUT record begins in the buffer, or -1. */
    private int open = -1;

    private int openId;
    private boolean hasSent;
    /** What the channel does not take is kept, rather than waited for. */
    private boolean isKeeping;
    /** Writing has failed, perhaps within a record: whatever came after that would be taken for the rest of it. */
    private boolean isBroken;
    /** What was kept, in order, from its position on; null: nothing. */
    private ByteBuffer kept;
    private ByteArrayOutputStream errors;
    private int errorsId;

    /**
     * Writes to that channel.
     *
     * @param capacity bytes of the small buffer, 1 KiB to 64 KiB
     * @param pool where large buffers come from
     * @param whenBlocked called when the channel took nothing, which a blocking one does only while somebody has made it
     *     non-blocking; returns when that may have ended
     */
    RecordWriter(WritableByteChannel channel, int capacity, LargeBuffers pool, Blocked whenBlocked) {
        this.channel = channel;
        this.small = ByteBuffer.allocateDirect(capacity);
        this.pool = pool;
        this.out = small;
        this.whenBlocked = whenBlocked;
    }

    /** Adds response bytes; sends each time the buffer is full. */
    void stdout(int id, ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            int room = prepare(id, source.remaining());
            int limit = source.limit();
            if (source.remaining() > room) {
                source.limit(source.position() + room);
            }
            out.put(source);
            source.limit(limit);
        }
    }

    /** As {@link #stdout(int, ByteBuffer)}. */
    void stdout(int id, byte[] source, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            int count = Math.min(left, prepare(id, left));
            out.put(source, at, count);
            at += count;
            left -= count;
        }
    }

    /** Adds text for the error log; sent before what else is in the buffer. */
    void stderr(int id, byte[] text) throws IOException {
        if (errors == null) {
            errors = new ByteArrayOutputStream(text.length + 256);
        }
        errorsId = id;
        errors.write(text, 0, text.length);
        if (errors.size() > Records.MAX_CONTENT) {
            sendErrors();
        }
    }

    /** Adds the end of a request; the client is told nothing about this process. */
    void end(int id, int appStatus, int protocolStatus, boolean withStdout) throws IOException {
        end(id, appStatus, protocolStatus, withStdout, 0, 0);
    }

    /**
     * Adds the end of a request.
     *
     * @param process number of this process, 0: not told
     * @param load other requests that it has, 0 to 65535
     */
    void end(int id, int appStatus, int protocolStatus, boolean withStdout, int process, int load) throws IOException {
        close();
        room(RESERVED);
        if (withStdout) {
            header(Records.STDOUT, id, 0);
        }
        header(Records.END_REQUEST, id, 8);
        out.putInt(appStatus);
        out.put((byte) protocolStatus);
        out.put((byte) process).putShort((short) load);
    }

    /** Sends an informational response, before anything of the response; {@link #hasSent} does not tell of it. */
    void interim(int id, byte[] content, int length) throws IOException {
        boolean hadSent = hasSent;
        send();
        hasSent = hadSent;
        write(record(Records.INTERIM, id, content, 0, length));
    }

    /**
     * Sends an empty record that means nothing to the client: it fails when nobody is there to read it. What a client that only
     * is slow does not take is kept.
     */
    void probe(int id) throws IOException {
        if (!sendKept()) {
            return;
        }
        boolean wasKeeping = isKeeping;
        isKeeping = true;
        try {
            write(record(Records.STDERR, id, NOTHING, 0, 0));
        } finally {
            isKeeping = wasKeeping;
        }
    }

    /** Adds trailer fields. */
    void trailers(int id, byte[] content, int length) throws IOException {
        send();
        for (int at = 0; at < length; at += Records.MAX_CONTENT) {
            write(record(Records.TRAILERS, id, content, at, Math.min(Records.MAX_CONTENT, length - at)));
        }
    }

    /** Adds GOING_AWAY. */
    void goingAway() throws IOException {
        close();
        room(Records.HEADER_LENGTH);
        header(Records.GOING_AWAY, 0, 0);
    }

    /** Adds UNKNOWN_TYPE. */
    void unknownType(int type) throws IOException {
        close();
        room(Records.HEADER_LENGTH + 8);
        header(Records.UNKNOWN_TYPE, 0, 8);
        out.put((byte) type).put(new byte[7]);
    }

    /** Adds GET_VALUES_RESULT with that content, which is short. */
    void values(byte[] content) throws IOException {
        close();
        room(Records.HEADER_LENGTH + content.length);
        header(Records.GET_VALUES_RESULT, 0, content.length);
        out.put(content);
    }

    /** From here on {@link #hasSent} tells about a new request. */
    void beginRequest() {
        hasSent = false;
        isKeeping = false;
    }

    /** Whether to keep what a channel that does not block does not take; otherwise writing waits. */
    void keep(boolean isToKeep) {
        isKeeping = isToKeep;
    }

    /** Whether something was kept and has not been sent. */
    boolean hasKept() {
        return kept != null;
    }

    /** Sends what was kept, as far as the channel takes it now; whether that was all. */
    boolean sendKept() throws IOException {
        if (kept == null) {
            return true;
        }
        while (kept.hasRemaining()) {
            if (channel.write(kept) == 0) {
                return false;
            }
        }
        kept = null;
        return true;
    }

    private void keepRest(ByteBuffer source) {
        if (kept == null || kept.capacity() - kept.limit() < source.remaining()) {
            int before = kept == null ? 0 : kept.remaining();
            // Off the heap: what the channel would copy each time that it takes a part.
            ByteBuffer larger = ByteBuffer.allocateDirect(2 * (before + source.remaining()));
            if (kept != null) {
                larger.put(kept);
            }
            larger.flip();
            kept = larger;
        }
        int at = kept.position();
        int end = kept.limit();
        kept.limit(end + source.remaining());
        kept.position(end);
        kept.put(source);
        kept.position(at);
        whenBlocked.kept();
    }

    /** Whether anything was sent since {@link #beginRequest}. */
    boolean hasSent() {
        return hasSent;
    }

    /** Drops response bytes that have not been sent. Only while nothing of the request has been. */
    void drop() {
        shrink();
        open = -1;
    }

    /** Sends all. */
    void send() throws IOException {
        close();
        if (errors != null) {
            sendErrors();
        }
        if (out.position() == 0) {
            return;
        }
        out.flip();
        try {
            hasSent = true;
            write(out);
        } finally {
            shrink();
        }
    }

    /**
     * Makes sure that there is an open STDOUT record with room in it.
     *
     * @param wanted how many bytes are to come
     * @return how many it can take, at least 1
     */
    private int prepare(int id, int wanted) throws IOException {
        if (open >= 0 && (openId != id || roomInRecord() == 0)) {
            close();
        }
        int needed = open >= 0 ? 0 : Records.HEADER_LENGTH;
        if (large == null && out.remaining() - RESERVED - needed < wanted) {
            enlarge();
        }
        if (out.remaining() - RESERVED - needed <= 0) {
            send();
            if (wanted > small.capacity() - RESERVED - Records.HEADER_LENGTH) {
                enlarge();
            }
        }
        if (open < 0) {
            open = out.position();
            openId = id;
            header(Records.STDOUT, id, 0);
        }
        return Math.min(out.remaining() - RESERVED, roomInRecord());
    }

    /** How much more content the open record may have. */
    private int roomInRecord() {
        return Records.MAX_CONTENT - (out.position() - open - Records.HEADER_LENGTH);
    }

    /** Goes on in a large buffer. */
    private void enlarge() {
        large = pool.take();
        small.flip();
        large.put(small);
        small.clear();
        out = large;
    }

    /** Goes back to the small buffer; what was in the large one has been sent, or is dropped. */
    private void shrink() {
        out = small;
        small.clear();
        if (large != null) {
            pool.give(large);
            large = null;
        }
    }

    private void close() {
        if (open >= 0) {
            int length = out.position() - open - Records.HEADER_LENGTH;
            if (length == 0) {
                out.position(open);
            } else {
                out.putShort(open + 4, (short) length);
            }
            open = -1;
        }
    }

    private void room(int needed) throws IOException {
        if (out.remaining() < needed) {
            send();
        }
    }

    private void header(int type, int id, int length) {
        out.put(Records.VERSION).put((byte) type).putShort((short) id).putShort((short) length);
        out.putShort((short) 0);
    }

    private void sendErrors() throws IOException {
        byte[] text = errors.toByteArray();
        errors = null;
        for (int at = 0; at < text.length; at += Records.MAX_CONTENT) {
            write(record(Records.STDERR, errorsId, text, at, Math.min(Records.MAX_CONTENT, text.length - at)));
        }
    }

    private static ByteBuffer record(int type, int id, byte[] content, int offset, int length) {
        ByteBuffer record = ByteBuffer.allocate(Records.HEADER_LENGTH + length);
        record.put(Records.VERSION).put((byte) type).putShort((short) id);
        record.putShort((short) length).putShort((short) 0);
        record.put(content, offset, length).flip();
        return record;
    }

    private void write(ByteBuffer source) throws IOException {
        if (isBroken) {
            throw new IOException("what was written before has been cut off");
        }
        isBroken = true;
        transfer(source);
        isBroken = false;
    }

    private void transfer(ByteBuffer source) throws IOException {
        while (kept != null && !sendKept()) {
            if (isKeeping) {
                keepRest(source);
                return;
            }
            whenBlocked.await();
        }
        while (source.hasRemaining()) {
            if (channel.write(source) == 0) {
                if (isKeeping) {
                    keepRest(source);
                    return;
                }
                whenBlocked.await();
            }
        }
    }
}
