package org.jsgi;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.Objects;

/**
 * One request. Used by the thread that handles it, until the response's body has been written; what its methods return
 * may be kept longer, the body's stream excepted.
 */
public interface Request {

    /** {@code GET}, {@code POST} …, as the client wrote it. */
    String method();

    /** The request target as the client wrote it, undecoded, with the query: {@code /shop/list?page=2}. */
    String uri();

    /** Where the application starts in the URL space: empty for the root, else with a slash in front only. */
    String mount();

    /** The decoded rest of the path after the mount: empty, or begins with a slash. */
    String pathInfo();

    /** The query, undecoded, without the question mark; empty when there is none. */
    String query();

    /**
     * The values of the query's parameters, decoded as {@code application/x-www-form-urlencoded} in UTF-8, in order.
     * A parameter without {@code =} has an empty value.
     */
    Map<String, List<String>> queryParameters();

    /** The first value of a parameter of the query, or null. */
    default String queryParameter(String name) {
        List<String> values = queryParameters().get(name);
        return values == null ? null : values.get(0);
    }

    /** The client's header fields. Repeated ones have been joined by the server (RFC 9110, section 5.2). */
    Headers headers();

    /** The value of a header field, or null. */
    default String header(String name) {
        return headers().first(name);
    }

    /**
     * The body, always the same stream; empty when there is none. It streams: reading waits for what the client sends.
     * Reading fails with an {@link java.io.IOException} when the client has gone.
     */
    InputStream body();

    /**
     * The fields that the client has sent behind the body (RFC 9110, section 6.5); empty before the end of the body has
     * been read, and for most requests. Fields that have no place there are left out (section 6.5.1).
     */
    default Headers trailers() {
        return Headers.empty();
    }

    /**
     * Sends the client an informational response 103 at once (Early Hints, RFC 8297), so that it can fetch what the
     * response will need: {@code request.earlyHints(Headers.of("Link", "</a.css>; rel=preload; as=style"))}. May be
     * called several times before {@code handle} returns; does nothing for clients that do not take it, and later.
     */
    default void earlyHints(Headers hints) {
        Objects.requireNonNull(hints, "hints");
    }

    /** The announced length of the body in bytes, or -1: there is none, or it is sent without announcing its length. */
    long contentLength();

    /**
     * Whether the client asks for an upgrade of its connection to that protocol (header {@code Upgrade}; RFC 9110, section
     * 7.8), and the server can do it, so that {@link Response#upgrade} is a possible answer.
     *
     * @param protocol a name, such as {@code websocket}, with its version if it has one; compared without regard to case
     */
    default boolean canUpgradeTo(String protocol) {
        return false;
    }

    /** {@code http} or {@code https}. */
    String scheme();

    /** The client's address, or that which a trusted proxy named. */
    String remoteAddress();

    /** The authenticated user, or null. */
    String remoteUser();

    /** All CGI variables (strings) and the {@code jsgi.*} keys of the package page. Not modifiable. */
    Map<String, Object> environment();

    /** A variable of the environment as text, or null. */
    String variable(String name);

    /** Writes a line to the error log of the site that the request was made to, as a notice, which is always written. */
    void log(String message);

    /** Writes a line to the same log with a severity; the administrator's settings decide which are written. */
    default void log(Level level, String message) {
        log(message);
    }

    /** Writes a line and a stack trace to the same log, as an error. */
    void log(String message, Throwable cause);
}
