package org.jsgid.daemon.fcgi;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Makes requests of the bytes that a FastCGI client sends. Pure: it takes bytes from the buffer it is given, tells what
 * they mean, and does nothing. {@link Event#MORE} asks for the same buffer, compacted, with more in it.
 */
final class RequestDecoder {

    /** What has been read. */
    enum Event {
        /** Nothing yet: more bytes are needed. */
        MORE,
        /** A request and all its parameters. */
        REQUEST,
        /** Body bytes: {@link #takeBody} or {@link #skipBody} comes next. */
        BODY,
        /** The end of the body. */
        BODY_END,
        /** The client has gone. */
        ABORT,
        /** A management record asks for values: {@link #management()}. */
        GET_VALUES,
        /** A management record of an unknown type: {@link #otherType()}. */
        UNKNOWN_TYPE,
        /** A second request on a connection that has one: {@link #otherId()}. */
        SECOND_REQUEST,
        /** A request for a role that is not served: {@link #otherId()}. */
        UNKNOWN_ROLE
    }

    /** Most bytes of a request's parameters. */
    static final int MAX_PARAMS = 1024 * 1024;
    /** Most bytes of a management record; it must fit into the connection's buffer. */
    static final int MAX_MANAGEMENT = 4096;

    private static final int USUAL_PARAMS = 4096;
    private static final byte[] NOTHING = new byte[0];

    private boolean inRecord;
    private int type;
    private int id;
    private int content;
    private int padding;

    private int requestId;
    private boolean keepConnection;
    private boolean hasParams;
    private boolean hasBody;
    private boolean isAnswered = true;
    private byte[] params = new byte[USUAL_PARAMS];
    private int paramsLength;

    private byte[] trailers = NOTHING;
    private int trailersLength;

    private byte[] management;
    private int otherType;
    private int otherId;

    /** The id of the request. */
    int requestId() {
        return requestId;
    }

    /** Whether the connection stays open after the request. */
    boolean isKeepConnection() {
        return keepConnection;
    }

    /** Whether the end of the body has been read. */
    boolean isBodyRead() {
        return hasBody;
    }

    /** The content of the parameters; a copy. */
    byte[] params() {
        byte[] all = Arrays.copyOf(params, paramsLength);
        if (params.length > 16 * USUAL_PARAMS) {
            params = new byte[USUAL_PARAMS];
        }
        return all;
    }

    /** The content of the trailer fields of the request, of which {@link #trailersLength} bytes count. */
    byte[] trailers() {
        return trailers;
    }

    /** See {@link #trailers}. */
    int trailersLength() {
        return trailersLength;
    }

    byte[] management() {
        return management;
    }

    int otherType() {
        return otherType;
    }

    int otherId() {
        return otherId;
    }

    /** The request's END_REQUEST was sent: another may begin, whether its body was sent to the end or not. */
    void answered() {
        isAnswered = true;
    }

    /** Body bytes of the record at hand that are in the buffer. */
    int bodyAvailable(ByteBuffer in) {
        return inRecord && type == Records.STDIN && id == requestId ? Math.min(content, in.remaining()) : 0;
    }

    /** Body bytes that the record at hand still has, whether they have come or not. */
    int bodyExpected() {
        return inRecord && type == Records.STDIN && id == requestId ? content : 0;
    }

    /** Copies body bytes; the count is at least 1 when the target has room and the last event was BODY. */
    int takeBody(ByteBuffer in, ByteBuffer target) {
        int count = Math.min(bodyAvailable(in), target.remaining());
        int limit = in.limit();
        in.limit(in.position() + count);
        target.put(in);
        in.limit(limit);
        content -= count;
        return count;
    }

    /** Drops the body bytes that are there. */
    int skipBody(ByteBuffer in) {
        int count = bodyAvailable(in);
        skip(in, count);
        content -= count;
        return count;
    }

    /**
     * Reads on.
     *
     * @throws ProtocolException for what is not FastCGI
     */
    Event next(ByteBuffer in) throws ProtocolException {
        while (true) {
            if (inRecord && content == 0) {
                int count = Math.min(padding, in.remaining());
                skip(in, count);
                padding -= count;
                if (padding > 0) {
                    return Event.MORE;
                }
                inRecord = false;
            }
            if (!inRecord) {
                checkVersion(in);
                if (in.remaining() < Records.HEADER_LENGTH) {
                    return Event.MORE;
                }
                Event event = begin(in);
                if (event != null) {
                    return event;
                }
                continue;
            }
            Event event = content(in);
            if (event != null) {
                return event;
            }
        }
    }

    /** The first byte tells already: who speaks another protocol need not be waited for. */
    private static void checkVersion(ByteBuffer in) throws ProtocolException {
        if (in.hasRemaining() && in.get(in.position()) != Records.VERSION) {
            throw new ProtocolException(
                    "a record of version " + (in.get(in.position()) & 0xff) + "; FastCGI's is " + Records.VERSION);
        }
    }

    /** Reads a header; events are those of records that have no content. */
    private Event begin(ByteBuffer in) throws ProtocolException {
        in.get();
        type = in.get() & 0xff;
        id = in.getShort() & 0xffff;
        content = in.getShort() & 0xffff;
        padding = in.get() & 0xff;
        in.get();
        inRecord = true;
        if (id == 0) {
            if (content > MAX_MANAGEMENT) {
                throw new ProtocolException("a management record of " + content + " bytes; at most " + MAX_MANAGEMENT);
            }
            return content == 0 ? managementRecord(new byte[0]) : null;
        }
        switch (type) {
            case Records.BEGIN_REQUEST:
                if (content != 8) {
                    throw new ProtocolException("BEGIN_REQUEST with " + content + " bytes of content; 8 are right");
                }
                return null;
            case Records.ABORT_REQUEST:
                return id == requestId && !isAnswered && content == 0 ? Event.ABORT : null;
            case Records.PARAMS:
                return id == requestId && !isAnswered ? paramsRecord() : null;
            case Records.STDIN:
                return id == requestId ? stdinRecord() : null;
            case Records.TRAILERS:
                checkTrailers();
                return null;
            default:
                return null;
        }
    }

    private Event paramsRecord() throws ProtocolException {
        if (hasParams) {
            throw new ProtocolException("PARAMS after their end");
        }
        if (paramsLength + content > MAX_PARAMS) {
            throw new ProtocolException("parameters of more than " + MAX_PARAMS + " bytes");
        }
        if (content > 0) {
            return null;
        }
        hasParams = true;
        return Event.REQUEST;
    }

    /** Makes sure that there is no end to what a client can make us keep. */
    private void checkTrailers() throws ProtocolException {
        if (isTrailers() && trailersLength + content > TrailerFields.MAX) {
            throw new ProtocolException("trailer fields of more than " + TrailerFields.MAX + " bytes");
        }
    }

    /** Whether the record at hand holds trailer fields of the request. */
    private boolean isTrailers() {
        return type == Records.TRAILERS && id == requestId && hasParams && !hasBody && !isAnswered;
    }

    private Event stdinRecord() throws ProtocolException {
        if (!hasParams) {
            throw new ProtocolException("STDIN before the end of PARAMS");
        }
        if (content > 0) {
            if (hasBody) {
                throw new ProtocolException("STDIN after its end");
            }
            return null;
        }
        hasBody = true;
        return Event.BODY_END;
    }

    /** Takes content of the record at hand; null when it has been read and means nothing by itself. */
    private Event content(ByteBuffer in) throws ProtocolException {
        if (id == 0) {
            if (in.remaining() < content) {
                return Event.MORE;
            }
            byte[] bytes = new byte[content];
            in.get(bytes);
            content = 0;
            return managementRecord(bytes);
        }
        if (type == Records.BEGIN_REQUEST) {
            return in.remaining() < 8 ? Event.MORE : beginRequest(in);
        }
        if (!in.hasRemaining()) {
            return Event.MORE;
        }
        if (id == requestId && type == Records.STDIN) {
            return Event.BODY;
        }
        int count = Math.min(content, in.remaining());
        if (id == requestId && type == Records.PARAMS && !isAnswered) {
            if (paramsLength + count > params.length) {
                params = Arrays.copyOf(params, Math.max(params.length * 2, paramsLength + count));
            }
            in.get(params, paramsLength, count);
            paramsLength += count;
        } else if (isTrailers()) {
            if (trailersLength + count > trailers.length) {
                trailers = Arrays.copyOf(trailers, trailersLength + Math.max(count, content));
            }
            in.get(trailers, trailersLength, count);
            trailersLength += count;
        } else {
            // Other types of the application range, and records of requests that are over (section 3.3).
            skip(in, count);
        }
        content -= count;
        return null;
    }

    private Event managementRecord(byte[] bytes) {
        if (type == Records.GET_VALUES) {
            management = bytes;
            return Event.GET_VALUES;
        }
        otherType = type;
        return Event.UNKNOWN_TYPE;
    }

    private Event beginRequest(ByteBuffer in) {
        int role = in.getShort() & 0xffff;
        int flags = in.get();
        skip(in, 5);
        content = 0;
        if (!isAnswered) {
            otherId = id;
            return Event.SECOND_REQUEST;
        }
        if (role != Records.ROLE_RESPONDER) {
            otherId = id;
            // What follows for that id belongs to no request, also where the id was used before.
            requestId = -1;
            return Event.UNKNOWN_ROLE;
        }
        requestId = id;
        keepConnection = (flags & Records.KEEP_CONNECTION) != 0;
        hasParams = false;
        hasBody = false;
        isAnswered = false;
        paramsLength = 0;
        trailers = NOTHING;
        trailersLength = 0;
        return null;
    }

    private static void skip(ByteBuffer in, int count) {
        in.position(in.position() + count);
    }
}
