package org.jsgi;

/**
 * A web application: a function from a request to a response. The specification is the {@linkplain org.jsgi package
 * page}.
 *
 * <pre>{@code
 * public class Hello implements Application {
 *     public Response handle(Request request) {
 *         return Response.text("Hello from " + System.getProperty("java.version"));
 *     }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Application {

    /**
     * Answers one request. Called by many threads at once when {@code jsgi.multithread} is true.
     *
     * @param request valid until the response's body has been written
     * @return the response, never null
     * @throws Exception becomes a 500 response and a stack trace in the error log
     */
    Response handle(Request request) throws Exception;

    /**
     * Called once, after construction and before the first request. The application is not loaded when it throws.
     *
     * @param context what the server tells the application; may be kept
     * @throws Exception with the reason why the application cannot run
     */
    default void init(Context context) throws Exception {}

    /**
     * Called once, when no request runs any more and none will come. Not called when the process dies.
     *
     * @throws Exception is logged; the application is gone all the same
     */
    default void destroy() throws Exception {}
}
