package org.example;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import NAMESPACE.servlet.AsyncContext;
import NAMESPACE.servlet.AsyncEvent;
import NAMESPACE.servlet.AsyncListener;
import NAMESPACE.servlet.ReadListener;
import NAMESPACE.servlet.http.HttpServlet;
import NAMESPACE.servlet.http.HttpServletRequest;
import NAMESPACE.servlet.http.HttpServletResponse;

/** What passes the wire besides header block and body: informational responses, trailers, lengths; and clients that go. */
public class WireServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        switch (request.getPathInfo()) {
            case "/hints":
                response.setHeader("Link", "</a.css>; rel=preload");
                response.sendError(103);
                response.setHeader("X-Final", "yes");
                response.getOutputStream().print("hinted");
                break;
            case "/trailers":
                trailers(request, response);
                break;
            case "/request-trailers":
                requestTrailers(request, response);
                break;
            case "/ignores":
                pause(300);
                response.setStatus(403);
                break;
            case "/length":
                response.setContentLength(Integer.parseInt(request.getParameter("length")));
                if (request.getParameter("write") != null) {
                    response.getOutputStream().print(request.getParameter("write"));
                }
                break;
            case "/smuggle":
                response.setHeader("Transfer-Encoding", "chunked");
                response.setHeader("Connection", "X-Hop");
                response.setHeader("X-Hop", "mine");
                response.setHeader("X-Split", "a\r\nX-Evil: b");
                response.getOutputStream().print("0\r\n\r\nHTTP/1.1 200 OK\r\n");
                break;
            case "/waits":
                waits(request, response);
                break;
            default:
                response.sendError(404);
                break;
        }
    }

    private static void trailers(HttpServletRequest request, HttpServletResponse response) throws IOException {
        OutputStream out = response.getOutputStream();
        int[] written = {0};
        try {
            response.setTrailerFields(() -> {
                Map<String, String> fields = new TreeMap<>();
                fields.put("X-Written", Integer.toString(written[0]));
                fields.put("Content-Type", "text/evil");
                fields.put("X-Split", "a\r\nX-Evil: b");
                return request.getParameter("none") == null ? fields : Collections.<String, String>emptyMap();
            });
            response.setHeader("Trailer", "X-Written");
        } catch (IllegalStateException e) {
            response.setHeader("X-Trailers", "not supported");
        }
        byte[] text = "some text".getBytes(StandardCharsets.US_ASCII);
        out.write(text);
        written[0] += text.length;
        if (request.getParameter("flush") != null) {
            out.flush();
        }
    }

    private static void requestTrailers(HttpServletRequest request, HttpServletResponse response) throws IOException {
        StringBuilder seen = new StringBuilder("ready: " + request.isTrailerFieldsReady() + "\n");
        InputStream in = request.getInputStream();
        byte[] buffer = new byte[1000];
        int length = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            length += count;
        }
        seen.append("body: " + length + "\n").append("ready: " + request.isTrailerFieldsReady() + "\n");
        for (Map.Entry<String, String> trailer : new TreeMap<>(request.getTrailerFields()).entrySet()) {
            seen.append(trailer.getKey() + ": " + trailer.getValue() + "\n");
        }
        response.getOutputStream().print(seen.toString());
    }

    /** Waits for nothing, until the client has gone: {@code ended=FILE} tells what was heard of that. */
    private static void waits(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Path ended = Paths.get(request.getParameter("ended"));
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        async.addListener(new AsyncListener() {
            @Override
            public void onComplete(AsyncEvent event) throws IOException {
                write(ended.resolveSibling(ended.getFileName() + "-complete"), "complete");
            }

            @Override
            public void onTimeout(AsyncEvent event) {}

            @Override
            public void onError(AsyncEvent event) throws IOException {
                write(ended, "onError " + event.getThrowable());
            }

            @Override
            public void onStartAsync(AsyncEvent event) {}
        });
        if (request.getParameter("flush") != null) {
            response.getOutputStream().print("the beginning\n");
            response.flushBuffer();
        }
        if (request.getParameter("read") != null) {
            request.getInputStream().setReadListener(new ReadListener() {
                @Override
                public void onDataAvailable() throws IOException {
                    while (request.getInputStream().isReady() && request.getInputStream().read() >= 0) {
                        // Dropped.
                    }
                }

                @Override
                public void onAllDataRead() {}

                @Override
                public void onError(Throwable cause) {
                    write(ended.resolveSibling(ended.getFileName() + "-read"), "onError " + cause);
                }
            });
        }
        write(Paths.get(request.getParameter("began")), "began");
    }

    private static void write(Path file, String text) {
        try {
            Path temporary = file.resolveSibling(file.getFileName() + ".new");
            Files.write(temporary, text.getBytes(StandardCharsets.UTF_8));
            Files.move(temporary, file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
