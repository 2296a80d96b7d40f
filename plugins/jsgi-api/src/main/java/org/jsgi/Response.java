package org.jsgi;

import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A response. Immutable: every method that changes something returns another response.
 *
 * <pre>{@code
 * Response.text("hello")
 * Response.of(404).header("Cache-Control", "no-store").body("not here")
 * Response.of(200).header("Content-Type", "text/event-stream").body(out -> {
 *     for (Event event : events) {
 *         out.write(event.bytes());
 *         out.flush();
 *     }
 * })
 * }</pre>
 */
public final class Response {

    private static final Body NOTHING = Body.of(new byte[0]);
    private static final Headers TEXT = Headers.of("Content-Type", "text/plain; charset=utf-8");
    private static final Headers HTML = Headers.of("Content-Type", "text/html; charset=utf-8");
    private static final Headers JSON = Headers.of("Content-Type", "application/json");

    private final int status;
    private final Headers headers;
    private final Body body;
    private final Map<String, Supplier<String>> trailers;
    /** Not null: the connection becomes another protocol's. */
    private final Upgrade upgrade;

    private Response(int status, Headers headers, Body body) {
        this(status, headers, body, Collections.<String, Supplier<String>>emptyMap(), null);
    }

    private Response(
            int status, Headers headers, Body body, Map<String, Supplier<String>> trailers, Upgrade upgrade) {
        this.trailers = trailers;
        this.status = status;
        this.headers = Objects.requireNonNull(headers, "headers");
        this.body = Objects.requireNonNull(body, "body");
        this.upgrade = upgrade;
    }

    /**
     * An empty response.
     *
     * @param status an HTTP status from 200 to 599
     * @throws IllegalArgumentException for any other
     */
    public static Response of(int status) {
        return new Response(checked(status), Headers.empty(), NOTHING);
    }

    /** 200 and plain text in UTF-8. */
    public static Response text(String text) {
        return new Response(200, TEXT, Body.of(text));
    }

    /** 200 and HTML in UTF-8. */
    public static Response html(String html) {
        return new Response(200, HTML, Body.of(html));
    }

    /** 200 and a JSON document in UTF-8. */
    public static Response json(String json) {
        return new Response(200, JSON, Body.of(json));
    }

    /** 303 See Other: the client asks for that location next, with GET. */
    public static Response redirect(String location) {
        return of(303).header("Location", location);
    }

    /**
     * 101 Switching Protocols: the connection becomes that protocol's, and is served by that code to its end. Only for a
     * request whose client asks for it ({@link Request#canUpgradeTo}); another one is answered with 500.
     *
     * @param protocol value of the header field {@code Upgrade}, such as {@code websocket}
     * @throws IllegalArgumentException when that is no value of a header field
     */
    public static Response upgrade(String protocol, Upgrade upgrade) {
        return new Response(
                101,
                Headers.of("Upgrade", protocol),
                NOTHING,
                Collections.<String, Supplier<String>>emptyMap(),
                Objects.requireNonNull(upgrade, "upgrade"));
    }

    /**
     * The same with that status.
     *
     * @throws IllegalStateException when this is an upgrade
     */
    public Response status(int newStatus) {
        refuseUpgrade();
        return new Response(checked(newStatus), headers, body, trailers, null);
    }

    /**
     * The same with one more header field; one of the same name stays.
     *
     * @throws IllegalArgumentException when it breaks the rules of the package page
     */
    public Response header(String name, String value) {
        return new Response(status, headers.with(refuseServers(name), value), body, trailers, upgrade);
    }

    /** The same with that header field in place of all of that name. */
    public Response replaceHeader(String name, String value) {
        return new Response(status, headers.without(name).with(refuseServers(name), value), body, trailers, upgrade);
    }

    /** The same with these bytes as body; the array is not copied. */
    public Response body(byte[] bytes) {
        return body(Body.of(bytes));
    }

    /** The same with this text in UTF-8 as body. Sets no Content-Type. */
    public Response body(String text) {
        return body(Body.of(text));
    }

    /** The same with what the stream gives as body; the server closes it. */
    public Response body(InputStream stream) {
        return body(Body.of(stream));
    }

    /**
     * The same with a body that writes itself.
     *
     * @throws IllegalStateException when this is an upgrade, as for the other bodies
     */
    public Response body(Body newBody) {
        refuseUpgrade();
        return new Response(status, headers, newBody, trailers, null);
    }

    /**
     * The same with one more field behind the body (RFC 9110, section 6.5), for what is known only when that has been
     * written, such as a digest. One of the same name is replaced. The response announces it (Trailer) and has no
     * Content-Length. A client of HTTP/1.0 gets none.
     *
     * @param value asked once, after the body was written; null leaves the field out
     * @throws IllegalArgumentException when the name is no token
     * @throws IllegalStateException when this is an upgrade
     */
    public Response trailer(String name, Supplier<String> value) {
        refuseUpgrade();
        HeaderRules.check(name, "");
        Objects.requireNonNull(value, "value");
        Map<String, Supplier<String>> more = new LinkedHashMap<>(trailers);
        for (String other : trailers.keySet()) {
            if (other.equalsIgnoreCase(name)) {
                more.remove(other);
            }
        }
        more.put(name, value);
        return new Response(status, headers, body, Collections.unmodifiableMap(more), null);
    }

    /** The status, 200 to 599, or 101 of an upgrade. */
    public int status() {
        return status;
    }

    /** The header fields. */
    public Headers headers() {
        return headers;
    }

    /** The body, never null. */
    public Body body() {
        return body;
    }

    /** The fields behind the body, in order; not modifiable. */
    public Map<String, Supplier<String>> trailers() {
        return trailers;
    }

    /** What serves the connection after an upgrade; null for a response that is none. */
    public Upgrade upgrade() {
        return upgrade;
    }

    private void refuseUpgrade() {
        if (upgrade != null) {
            throw new IllegalStateException("an upgrade has the status 101, and no body");
        }
    }

    private static int checked(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("not the status of a response: " + status + "; 200 to 599 are");
        }
        return status;
    }

    /** Fields that say how a message is framed belong to the server (RFC 9110, section 7.6.1); Status is CGI's own. */
    private static String refuseServers(String name) {
        if (name != null) {
            switch (name.length()) {
                case 2:
                    refuse(name, "TE");
                    break;
                case 6:
                    refuse(name, "Status");
                    break;
                case 7:
                    refuse(name, "Trailer");
                    refuse(name, "Upgrade");
                    break;
                case 10:
                    refuse(name, "Connection");
                    refuse(name, "Keep-Alive");
                    break;
                case 17:
                    refuse(name, "Transfer-Encoding");
                    break;
                default:
                    break;
            }
        }
        return name;
    }

    private static void refuse(String name, String servers) {
        if (name.equalsIgnoreCase(servers)) {
            throw new IllegalArgumentException("header " + servers + " is the server's to set, not an application's");
        }
    }

    @Override
    public String toString() {
        return status + (headers.size() == 0 ? "" : "\n" + headers);
    }
}
