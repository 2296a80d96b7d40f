/**
 * JSGI 1.0, the Java Server Gateway Interface: what a web application and a server promise each other. This page is
 * the specification; the types' own pages belong to it.
 *
 * <h2>The application</h2>
 *
 * <p>An application is a function from a request to a response, {@link org.jsgi.Application}, in the line of WSGI,
 * Rack and Ring. It comes in one of two forms:
 *
 * <ul>
 *   <li>a {@code .jar} file whose manifest names the class in the attribute {@code Jsgi-Application}; jars of its
 *       {@code Class-Path} are on its class path;
 *   <li>a {@code .java} file, compiled when it is loaded. It may hold several classes and need not declare a package.
 *       The application is the one top-level class that implements {@code Application}; when there are several, the
 *       public one.
 * </ul>
 *
 * <p>The class is not abstract and has a constructor without parameters. An application sees the JDK, this package and
 * its own classes; nothing of the server's.
 *
 * <h2>Life</h2>
 *
 * <ol>
 *   <li>The class is loaded and one instance made; {@link org.jsgi.Application#init init} is called once. When any of
 *       that throws, the application is not loaded: its requests get 500 and the reason is in the log.
 *   <li>{@link org.jsgi.Application#handle handle} is called for each request.
 *   <li>{@link org.jsgi.Application#destroy destroy} is called once, when no request runs any more. A process that is
 *       killed does not call it.
 * </ol>
 *
 * <p>One process has one instance per application file and application group. When the file changes, a new process
 * loads it and the old one finishes its requests: an instance never sees two versions of its classes.
 *
 * <h2>Threads and processes</h2>
 *
 * <p>{@code handle} is called by as many threads at once as the group allows, unless {@code jsgi.multithread} is
 * false. {@code init} happens before every {@code handle}, and every {@code handle} before {@code destroy}, in the
 * sense of the Java memory model. A request's body is read, its response's body written, on the thread that called
 * {@code handle}. While {@code jsgi.multiprocess} is true, other processes may run the same application: what
 * is kept in memory is seen by one of them only. The thread's context class loader is the application's during every
 * call. A thread may be a virtual one, so it is no place to keep things between requests. Threads that an application
 * starts are its own to stop, in {@code destroy}.
 *
 * <h2>The environment</h2>
 *
 * <p>{@link org.jsgi.Request#environment()} holds the CGI/1.1 variables (RFC 3875) and what the administrator has set,
 * as strings, and these:
 *
 * <table>
 *   <caption>Keys of JSGI</caption>
 *   <tr><th>key</th><th>type</th><th>meaning</th></tr>
 *   <tr><td>{@code jsgi.version}</td><td>String</td><td>{@code 1.0}</td></tr>
 *   <tr><td>{@code jsgi.url_scheme}</td><td>String</td><td>{@code http} or {@code https}</td></tr>
 *   <tr><td>{@code jsgi.multithread}</td><td>Boolean</td><td>several threads may call {@code handle} at once</td></tr>
 *   <tr><td>{@code jsgi.multiprocess}</td><td>Boolean</td><td>several processes may run the application</td></tr>
 *   <tr><td>{@code jsgi.process}</td><td>Integer</td><td>number of this process among those of its group, from 1; one that
 *       takes its place has the same</td></tr>
 *   <tr><td>{@code jsgi.group}</td><td>String</td><td>name of the daemon group</td></tr>
 *   <tr><td>{@code jsgi.application_group}</td><td>String</td><td>name of the application group; empty: its
 *       own</td></tr>
 *   <tr><td>{@code jsgi.queue_micros}</td><td>Long</td><td>microseconds between the arrival of the request at the
 *       server and the call of {@code handle}; -1 when it is not known</td></tr>
 * </table>
 *
 * <p>The same time is the variable {@code JSGI_QUEUE_TIME}, a string, counted from the arrival at the process when the
 * server's is not known.
 *
 * <p>Text of header fields, {@code REQUEST_URI} and {@code QUERY_STRING} is ISO-8859-1, a character for each byte that
 * came; all else is UTF-8 (ISO-8859-1 where the bytes are not UTF-8). No header of a client can become any variable
 * other than {@code HTTP_*}, {@code CONTENT_TYPE} and {@code CONTENT_LENGTH}.
 *
 * <h2>Reading the request</h2>
 *
 * <p>The body streams: it can be read while the client still sends, and a response may be given before, or without,
 * reading it. A client that waits for {@code 100 Continue} gets it at the first read, and not when the response has
 * begun before that. Reading gives the end of the
 * stream at the body's end only; when the client has gone before, it fails with an {@code IOException}. Closing the
 * stream reads nothing. Then {@link org.jsgi.Request#trailers()} has the fields that came behind the body.
 *
 * <h2>The response</h2>
 *
 * <p>{@link org.jsgi.Response} is a status from 200 to 599 (or an upgrade, below), header fields and a body. Names of header fields are tokens
 * (RFC 9110, section 5.1), values have no control characters but tab; other ones are refused when the response is made
 * ({@code IllegalArgumentException}), so that nothing from a client can become another header field. Fields keep their order,
 * repeated ones stay repeated. {@code Connection}, {@code Keep-Alive}, {@code TE}, {@code Trailer},
 * {@code Transfer-Encoding}, {@code Upgrade} and {@code Status} are the server's and refused. {@code Content-Length} is
 * set by the server when the body's length is known and the application has not set it. Values with characters above
 * U+00FF are sent in UTF-8, others in ISO-8859-1.
 *
 * <p>A body is bytes, text (UTF-8), a stream that the server reads and closes, or a {@link org.jsgi.Body} that writes
 * itself. Writes are gathered, and a flush reaches the client at once. To HEAD, and with 204 and 304, the body is not
 * written. A 200 with a {@code Location} that begins with a slash is answered by the server from that
 * location.
 *
 * <p>{@link org.jsgi.Request#earlyHints} sends an informational response before the response.
 * {@link org.jsgi.Response#trailer} adds a field behind the body. Names that frame, route, authenticate or describe the
 * content have no place there (RFC 9110, section 6.5.1): a response with one is answered with 500.
 *
 * <h2>Another protocol on the connection</h2>
 *
 * <p>A request whose client asks for another protocol ({@link org.jsgi.Request#canUpgradeTo}) may be answered with
 * {@link org.jsgi.Response#upgrade}: 101, the header field {@code Upgrade}, and those that the protocol wants. The request is
 * over then, and the connection belongs to the application, which serves it on a thread of its own. It may stay open for any
 * time; neither limits of requests nor their number count for it. When the application is to be stopped and no request runs
 * any more, what {@link org.jsgi.Connection#onStop} was given is done, {@code destroy} is called, and what is
 * open a moment later is closed. The JSGI has no WebSocket of its own: an application brings a library that makes one of two
 * streams, or is a servlet, whose container has it.
 *
 * <h2>Errors</h2>
 *
 * <p>An exception, or null, from {@code handle} is answered with 500; one from the body likewise as long as nothing has been
 * sent, else the response is broken off so that the client can tell. The stack trace goes to the error log of the
 * site. The page shows it only to clients on the server itself (loopback addresses). An {@code IOException} that the
 * request's body or the response's stream threw, because the client has gone, is let through by good applications
 * and is not logged as an error of theirs.
 *
 * <p>A server may limit the time of a request. The thread that handles it is interrupted when the time is over. An exception
 * that this makes {@code handle} or the body throw is answered with 504 instead of 500; a response that is given all the same
 * is sent. A thread that goes on is left to itself: the client is answered, what the thread writes is dropped, and the
 * server replaces the process.
 *
 * <h2>Logging</h2>
 *
 * <p>{@link org.jsgi.Request#log(String)} writes to the error log of the site the request was made to, with the server's id
 * of the request, {@link org.jsgi.Context#log} to the log of the daemon group, and so do {@code System.out} and
 * {@code System.err}; what the thread of a request prints begins with the id of the request in brackets.
 *
 * <h2>After returning</h2>
 *
 * <p>When {@code handle} has returned and the body is written, the request is over: its body's stream and the
 * response's stream fail, {@code log} writes to the group's log instead. What other methods of the request returned
 * stays valid. Work that goes on belongs to a thread of the application's own, which holds copies of what it needs.
 *
 * <p>{@code System.exit} ends the process with all its applications; the server starts another one.
 */
package org.jsgi;
