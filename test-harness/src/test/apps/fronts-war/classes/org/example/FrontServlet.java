package org.example;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import NAMESPACE.servlet.AsyncContext;
import NAMESPACE.servlet.http.HttpServlet;
import NAMESPACE.servlet.http.HttpServletRequest;
import NAMESPACE.servlet.http.HttpServletResponse;

/** What a front has to carry, by a servlet: events one by one, both directions at once, and what surrounds a response. */
public class FrontServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (request.getPathInfo()) {
            case "/events":
                events(request, response);
                break;
            case "/copy":
                copy(request.getInputStream(), response.getOutputStream());
                break;
            case "/around":
                around(request, response);
                break;
            default:
                response.sendError(404);
                break;
        }
    }

    private static void events(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Path marks = Paths.get(request.getParameter("marks"));
        int count = Integer.parseInt(request.getParameter("events"));
        response.setContentType("text/event-stream");
        OutputStream out = response.getOutputStream();
        if (request.getParameter("async") == null) {
            send(out, count, marks);
            return;
        }
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        new Thread(() -> {
                    try {
                        send(out, count, marks);
                    } catch (IOException e) {
                        // The test sees that not all has come.
                        request.getServletContext().log("events", e);
                    }
                    async.complete();
                })
                .start();
    }

    /** The next is sent when there is a file that says that this one was read. */
    private static void send(OutputStream out, int count, Path marks) throws IOException {
        for (int i = 0; i < count; i++) {
            out.write(("data: " + i + "\n\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
            while (!Files.exists(marks.resolve("" + i))) {
                if (System.nanoTime() > end) {
                    throw new IOException("nobody has read event " + i);
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(5);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[1000];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            out.write(buffer, 0, count);
            out.flush();
        }
    }

    /** Early hints; the trailers of the request in the body; a trailer of its own. */
    private static void around(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Link", "</a.css>; rel=preload");
        response.sendError(103);
        response.setTrailerFields(() -> Collections.singletonMap("x-after", "the end"));
        int length = 0;
        for (int b = request.getInputStream().read(); b >= 0; b = request.getInputStream().read()) {
            length++;
        }
        response.getOutputStream().print(length + " " + new TreeMap<>(request.getTrailerFields()));
    }
}
