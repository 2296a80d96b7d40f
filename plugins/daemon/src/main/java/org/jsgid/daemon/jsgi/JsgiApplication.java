package org.jsgid.daemon.jsgi;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import org.jsgi.Application;
import org.jsgi.Body;
import org.jsgi.Context;
import org.jsgi.Headers;
import org.jsgi.Response;
import org.jsgid.daemon.DaemonLog;
import org.jsgid.daemon.ErrorPage;
import org.jsgid.daemon.app.ApplicationClassLoader;
import org.jsgid.daemon.app.RunningApplication;
import org.jsgid.daemon.fcgi.RequestExchange;

/** A JSGI application that runs. */
final class JsgiApplication implements RunningApplication {

    private final String kind;
    private final Application application;
    private final ApplicationClassLoader loader;
    private final Context context;

    JsgiApplication(String kind, Application application, ApplicationClassLoader loader, Context context) {
        this.kind = kind;
        this.application = application;
        this.loader = loader;
        this.context = context;
    }

    @Override
    public void service(RequestExchange exchange) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            answer(exchange);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private void answer(RequestExchange exchange) throws IOException {
        try {
            Response response = application.handle(new JsgiRequest(exchange, context));
            if (response == null) {
                throw new NullPointerException(
                        application.getClass().getName() + ".handle returned null; it must return a Response");
            }
            // An application that was interrupted would lose its connection at the first write.
            Thread.interrupted();
            if (response.upgrade() != null) {
                upgrade(exchange, response);
            } else {
                send(exchange, response);
            }
        } catch (Throwable e) {
            fail(exchange, e);
        }
    }

    /** The rest of it is a thread's of its own; this one is free for other requests. */
    private void upgrade(RequestExchange exchange, Response response) throws IOException {
        if (!exchange.isUpgradeOffered()) {
            throw new IllegalStateException(
                    "the client asks for no other protocol, or the server cannot change to one; Request.canUpgradeTo tells");
        }
        exchange.commit(response.status(), null);
        headers(exchange, response);
        new JsgiConnection(exchange.upgrade(), response.upgrade(), exchange.parameter("SCRIPT_FILENAME")).start(loader);
    }

    private static void headers(RequestExchange exchange, Response response) throws IOException {
        Headers headers = response.headers();
        for (int i = 0; i < headers.size(); i++) {
            exchange.header(headers.name(i), headers.value(i));
        }
    }

    private static void send(RequestExchange exchange, Response response) throws Exception {
        Body body = response.body();
        try {
            int status = response.status();
            boolean hasBody = status != 204 && status != 304;
            long length = body.length();
            boolean isTrailed = hasBody && !response.trailers().isEmpty() && exchange.acceptsTrailers();
            for (String name : response.trailers().keySet()) {
                RequestExchange.requireTrailer(name);
            }
            exchange.commit(status, null);
            Headers headers = response.headers();
            for (int i = 0; i < headers.size(); i++) {
                if (!isTrailed || !headers.name(i).equalsIgnoreCase("Content-Length")) {
                    exchange.header(headers.name(i), headers.value(i));
                }
            }
            if (isTrailed) {
                exchange.header("Trailer", String.join(", ", response.trailers().keySet()));
            } else if (length >= 0 && hasBody && !headers.contains("Content-Length")) {
                exchange.header("Content-Length", Long.toString(length));
            }
            if (hasBody && !exchange.isParameter("REQUEST_METHOD", "HEAD")) {
                body.writeTo(new BodyOutput(exchange));
                if (length >= 0 && exchange.bytesWritten() != length) {
                    throw new IOException(
                            "the body wrote " + exchange.bytesWritten() + " bytes and its length() is " + length);
                }
                if (isTrailed) {
                    sendTrailers(exchange, response);
                }
            }
            exchange.finish();
        } finally {
            if (body instanceof Closeable) {
                ((Closeable) body).close();
            }
        }
    }

    private static void sendTrailers(RequestExchange exchange, Response response) throws IOException {
        for (Map.Entry<String, Supplier<String>> trailer : response.trailers().entrySet()) {
            String value = trailer.getValue().get();
            if (value != null) {
                exchange.trailer(trailer.getKey(), value);
            }
        }
    }

    private static void fail(RequestExchange exchange, Throwable cause) throws IOException {
        Thread.interrupted();
        if (exchange.isClientGone() || exchange.isEnded()) {
            exchange.abort();
            return;
        }
        String trace = DaemonLog.trace(cause);
        String request = exchange.parameter("REQUEST_METHOD") + " " + exchange.parameter("REQUEST_URI");
        boolean isNew = exchange.reset();
        boolean isTimedOut = exchange.isTimedOut();
        exchange.log("JSGID0610: " + exchange.parameter("SCRIPT_FILENAME") + " failed to answer " + request
                + (isTimedOut ? " within JsgiRequestTimeout" : "")
                + (isNew
                        ? "; the client gets " + (isTimedOut ? 504 : 500)
                        : "; the response had begun, and breaks off")
                + "\n" + trace);
        if (isNew && !isTimedOut) {
            ErrorPage.send(
                    exchange,
                    500,
                    "Internal Server Error",
                    "The application failed to answer. The server's error log has the reason.",
                    trace);
        } else {
            // A request that was interrupted for its time is answered with 504 by that.
            exchange.abort();
        }
    }

    @Override
    public void stop() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            application.destroy();
        } catch (Throwable e) {
            DaemonLog.line(
                    "JSGID0611",
                    "destroy() of " + context.file() + " failed; it is gone all the same\n" + DaemonLog.trace(e));
        } finally {
            thread.setContextClassLoader(before);
            loader.release();
        }
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public String container() {
        return "";
    }
}
