package org.jsgid.daemon.fcgi;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * One request and its response on a FastCGI connection, as the code that answers it sees it. Knows no application
 * interface. Unless said otherwise it is used by one thread at a time; reading and writing may each have a thread.
 */
public interface Exchange {

    /**
     * The parameters of the request, CGI/1.1 and ours (PROTOCOL.md), in the order received; not modifiable. What the
     * client wrote ({@code HTTP_*}, {@code REQUEST_URI}, {@code QUERY_STRING}, {@code CONTENT_TYPE}) has a character for
     * each byte (ISO-8859-1); the rest is UTF-8, or ISO-8859-1 where it is not UTF-8.
     */
    Map<String, String> parameters();

    /** The parameter of that name, or null. */
    String parameter(String name);

    /** Gives all of {@link #parameters()}, in that order; for who needs no map, which costs more than all else of them. */
    default void eachParameter(ParameterReader reader) {
        for (Map.Entry<String, String> parameter : parameters().entrySet()) {
            reader.parameter(parameter.getKey(), parameter.getValue());
        }
    }

    /**
     * Reads request body bytes, waiting until there is at least one.
     *
     * @return the count put into the buffer, or -1 at the end of the body
     * @throws IOException when the client has gone (ABORT_REQUEST or a closed connection)
     */
    int read(ByteBuffer target) throws IOException;

    /** How many body bytes can be read without waiting; 0 when that is not known or at the end. */
    int available();

    /** Whether the end of the request body has been read. */
    boolean isRequestBodyRead();

    /**
     * Reads what comes next if it does not need waiting; for asynchronous use.
     *
     * @return as {@link #read(ByteBuffer)}, 0 when nothing is there
     */
    int readAvailable(ByteBuffer target) throws IOException;

    /**
     * Starts the response. Nothing is sent before the buffer is full, {@link #flush()}, or {@link #finish()}.
     *
     * @param status HTTP status, 200 to 599; 101 when an {@link #upgrade} is offered and follows
     * @param reason reason phrase, or null
     * @throws IllegalStateException when it is committed
     */
    void commit(int status, String reason) throws IOException;

    /**
     * Adds a header to a committed response whose header block has not been ended by the first body byte, a flush or the
     * end. Repeated names stay repeated. A value with characters above U+00FF is sent in UTF-8, others in ISO-8859-1.
     * {@code Status} reaches the client through mod_jsgid only: to other readers of CGI it is no header.
     *
     * @throws IllegalArgumentException when name or value could end the line (CR, LF, NUL) or the name is no token
     *     (RFC 9110 section 5.1)
     */
    void header(String name, String value) throws IOException;

    /** Whether the client can be sent informational responses (RFC 9110, section 15.2). */
    default boolean acceptsInterim() {
        return false;
    }

    /**
     * Sends an informational response at once: 103 with the fields that the final one will probably have (RFC 8297), or
     * 100, after which a client that waits for it sends the body. A 100 is sent by the first read as well, when the
     * client waits for it. Nothing happens when the client does not take any ({@link #acceptsInterim}).
     *
     * @param status 100, or 102 to 199
     * @param headers as for {@link #header}; those of the connection and of the framing are left out
     * @throws IllegalStateException when the header block of the final response is complete
     * @throws IllegalArgumentException for another status, or as {@link #header} does
     */
    default void interim(int status, List<Map.Entry<String, String>> headers) throws IOException {}

    /**
     * The trailer fields of the request, in order, names as they came: those of RFC 9110, section 6.5, without any that
     * may not be there (section 6.5.1). Empty before {@link #isRequestBodyRead}.
     */
    default List<Map.Entry<String, String>> requestTrailers() {
        return Collections.emptyList();
    }

    /** Whether trailer fields of the response can reach the client. They do when the response has no Content-Length. */
    default boolean acceptsTrailers() {
        return false;
    }

    /**
     * Adds a trailer field to the response, before {@link #finish()}. Nothing happens when the client cannot get any
     * ({@link #acceptsTrailers}).
     *
     * @throws IllegalArgumentException for a field that may not be there (RFC 9110, section 6.5.1), for one that {@link
     *     #header} would refuse, and beyond 64 KiB in all
     */
    default void trailer(String name, String value) throws IOException {}

    /**
     * Whether the request may be answered with {@code 101 Switching Protocols}: its client asks for another protocol
     * ({@code HTTP_UPGRADE}), and the one who passes it on can do that.
     */
    default boolean isUpgradeOffered() {
        return false;
    }

    /**
     * Ends the request after {@code commit(101, null)} and its headers ({@code Upgrade} among them; {@code Connection} is the
     * web server's): sends these, and hands the connection over. The thread of the request is free then.
     *
     * @throws IllegalStateException when an upgrade was not offered, or the response is not such a one
     * @throws IOException when the client has gone
     */
    default UpgradedConnection upgrade() throws IOException {
        throw new IllegalStateException("an upgrade was not offered");
    }

    /**
     * Looks, without waiting, whether the client has gone: for a request that does nothing at the moment and would find
     * out only with its next read or write. Costs a read of the socket. Tells only of clients that say so (an abort, or the
     * end of a connection of our module's).
     */
    default boolean isAbandoned() {
        return false;
    }

    /** Something to be done for a request. */
    @FunctionalInterface
    interface Work {
        /**
         * Does it.
         *
         * @throws IOException when the connection is not usable any more
         */
        void run() throws IOException;
    }

    /**
     * Lets the request outlive the call to its handler: when that returns, no thread is held for it. From then on it is
     * answered by work given to {@link #resume}, by which it also has to be ended; any thread may write and read meanwhile.
     * To be called before the call returns, by the thread that was called.
     *
     * @param request is told what happens to the connection
     */
    void detach(DetachedRequest request);

    /**
     * Has something done for a detached request, on a thread that counts as one of the group's: it waits for one to be free.
     * Not before the work at hand has ended; of several that are given before that only the last one is done, so whoever
     * gives one while another is due lets that one do all.
     */
    void resume(Work work);

    /** Has {@link DetachedRequest#readable} called once when something can be read, or can be found out by reading. */
    void awaitReadable() throws IOException;

    /**
     * Whether writing and flushing wait while the client does not read. When not, what cannot be sent is kept in memory: {@link
     * #isWritable} tells. The end of the response waits for it in any case.
     */
    void setWaiting(boolean isWaiting) throws IOException;

    /** Whether nothing written waits to be sent, but for a buffer; when false, {@link DetachedRequest#writable} is called once when that is so. */
    boolean isWritable() throws IOException;

    /** Whether {@link #commit} was called. */
    boolean isCommitted();

    /** Writes body bytes; all are taken. Waits while the peer does not read. */
    void write(ByteBuffer source) throws IOException;

    /** Sends what is buffered to the client now. */
    void flush() throws IOException;

    /** Body bytes written so far. */
    long bytesWritten();

    /** Ends a complete response. Later calls do nothing. */
    void finish() throws IOException;

    /** Ends a response that broke off, so that the client can tell (END_REQUEST with appStatus 1). */
    void abort();

    /**
     * A line, or several, for the error log of the request's virtual host (STDERR). Sent with the next bytes of the
     * response; after its end the daemon's own log takes it.
     */
    default void log(String line) {
        log(Severity.ERROR, line);
    }

    /** As {@link #log(String)}, with its severity; a peer that does not know of severities takes every line for an error. */
    void log(Severity severity, String line);

    /** Microseconds since 1970 at which the module began to look for a daemon, or 0. */
    long queueStartMicros();

    /**
     * Whether the request has taken longer than it may (JsgiRequestTimeout) and its thread was interrupted for that. When
     * such an exchange is aborted before anything was sent, the client gets 504.
     */
    default boolean isTimedOut() {
        return false;
    }
}
