package org.jsgid.daemon.fcgi;

/**
 * Who answers a request that outlives the call to its handler ({@link Exchange#detach}). Its methods are called on the one
 * thread that waits for all such requests, so they must neither wait nor call an application; what is to be done is given to
 * {@link Exchange#resume}. They may come at any time until the request is over, and a moment later.
 */
public interface DetachedRequest {

    /** What {@link Exchange#awaitReadable} waits for has come: body bytes, their end, or a failure. */
    void readable();

    /** All that {@link Exchange#isWritable} found unsent has been sent. */
    void writable();

    /** The client has gone, or the connection was closed; said once. */
    void gone();

    /** The request is to end now, since JsgiRequestTimeout is over ({@link Exchange#isTimedOut}) or the daemon ends. */
    void overdue();

    /** Called about twice in a second, for whoever looks at times. */
    void tick();
}
