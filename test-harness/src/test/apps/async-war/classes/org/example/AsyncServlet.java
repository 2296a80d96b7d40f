package org.example;

import java.io.IOException;
import java.io.InputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import NAMESPACE.servlet.AsyncContext;
import NAMESPACE.servlet.AsyncEvent;
import NAMESPACE.servlet.AsyncListener;
import NAMESPACE.servlet.DispatcherType;
import NAMESPACE.servlet.ReadListener;
import NAMESPACE.servlet.ServletInputStream;
import NAMESPACE.servlet.ServletOutputStream;
import NAMESPACE.servlet.WriteListener;
import NAMESPACE.servlet.http.HttpServlet;
import NAMESPACE.servlet.http.HttpServletRequest;
import NAMESPACE.servlet.http.HttpServletResponse;

/** Asynchronous requests in every state that can be seen from outside. */
public class AsyncServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final Queue<AsyncContext> POLLS = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger WAITING = new AtomicInteger();
    private static final AtomicInteger ERRORS = new AtomicInteger();
    /** How often a write listener was told to go on, and how many bytes it has written since. */
    private static final AtomicInteger WRITE_CALLS = new AtomicInteger();

    private static final AtomicInteger WRITTEN = new AtomicInteger();

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        if (request.getDispatcherType() == DispatcherType.ASYNC) {
            response.getOutputStream().print("dispatched");
            return;
        }
        switch (request.getPathInfo()) {
            case "/poll":
                poll(request, request.getParameter("timeout"));
                break;
            case "/news":
                int told = 0;
                for (AsyncContext poll = POLLS.poll(); poll != null; poll = POLLS.poll()) {
                    AsyncContext next = poll;
                    if (request.getParameter("dispatch") != null) {
                        next.dispatch("/again");
                    } else {
                        next.getResponse().getOutputStream().print("news");
                        next.complete();
                    }
                    told++;
                }
                response.getOutputStream().print(Integer.toString(told));
                break;
            case "/state":
                response.getOutputStream()
                        .print("waiting=" + WAITING + " errors=" + ERRORS + " calls=" + WRITE_CALLS + " written="
                                + WRITTEN + " threads=" + threads());
                break;
            case "/write":
                write(request, response, Integer.parseInt(request.getParameter("bytes")));
                break;
            case "/copy":
                new Copy(request.startAsync(), request.getInputStream(), response.getOutputStream());
                break;
            case "/late-read":
                lateRead(request, response);
                break;
            default:
                response.sendError(404);
                break;
        }
    }

    /** Those that have to do with requests. */
    private static int threads() {
        Thread[] all = new Thread[Thread.activeCount() * 2 + 100];
        int count = Thread.enumerate(all);
        int found = 0;
        for (int i = 0; i < count; i++) {
            String name = all[i].getName();
            if (name.startsWith("jsgid-connection") || name.startsWith("jsgid-resumed") || name.startsWith("jsgid-shared")) {
                found++;
            }
        }
        return found;
    }

    private static void poll(HttpServletRequest request, String timeout) {
        AsyncContext async = request.startAsync();
        async.setTimeout(timeout == null ? 0 : Long.parseLong(timeout));
        WAITING.incrementAndGet();
        async.addListener(new AsyncListener() {
            @Override
            public void onComplete(AsyncEvent event) {
                WAITING.decrementAndGet();
                POLLS.remove(async);
            }

            @Override
            public void onTimeout(AsyncEvent event) throws IOException {
                event.getSuppliedResponse().getWriter().print("no news");
                async.complete();
            }

            @Override
            public void onError(AsyncEvent event) {
                ERRORS.incrementAndGet();
            }

            @Override
            public void onStartAsync(AsyncEvent event) {}
        }, request, async.getResponse());
        POLLS.add(async);
    }

    /** Writes as long as that is possible without waiting. */
    private static void write(HttpServletRequest request, HttpServletResponse response, int bytes) throws IOException {
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        WRITE_CALLS.set(0);
        WRITTEN.set(0);
        ServletOutputStream out = response.getOutputStream();
        out.setWriteListener(new WriteListener() {
            private int left = bytes;

            @Override
            public void onWritePossible() throws IOException {
                WRITE_CALLS.incrementAndGet();
                while (out.isReady()) {
                    if (left == 0) {
                        async.complete();
                        return;
                    }
                    byte[] block = new byte[Math.min(left, 20000)];
                    out.write(block);
                    left -= block.length;
                    WRITTEN.addAndGet(block.length);
                }
            }

            @Override
            public void onError(Throwable cause) {
                ERRORS.incrementAndGet();
                async.complete();
            }
        });
    }

    /** Sends back what comes, and holds no thread for either. */
    private static final class Copy implements ReadListener, WriteListener {
        private final AsyncContext async;
        private final ServletInputStream in;
        private final ServletOutputStream out;
        private final byte[] buffer = new byte[8192];
        private boolean isWriting;

        Copy(AsyncContext async, ServletInputStream in, ServletOutputStream out) {
            this.async = async;
            this.in = in;
            this.out = out;
            async.setTimeout(0);
            in.setReadListener(this);
        }

        @Override
        public void onDataAvailable() throws IOException {
            if (!isWriting) {
                isWriting = true;
                out.setWriteListener(this);
            } else {
                copy();
            }
        }

        @Override
        public void onWritePossible() throws IOException {
            copy();
        }

        private synchronized void copy() throws IOException {
            while (out.isReady() && in.isReady()) {
                int count = in.read(buffer);
                if (count < 0) {
                    return;
                }
                out.write(buffer, 0, count);
                if (out.isReady()) {
                    out.flush();
                }
            }
        }

        @Override
        public void onAllDataRead() {
            async.complete();
        }

        @Override
        public void onError(Throwable cause) {
            ERRORS.incrementAndGet();
            async.complete();
        }
    }

    /** A thread of its own reads the body, and waits for it. */
    private static void lateRead(HttpServletRequest request, HttpServletResponse response) {
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        new Thread(() -> {
            try {
                InputStream in = request.getInputStream();
                byte[] buffer = new byte[1000];
                int length = 0;
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    length += count;
                    response.getOutputStream().print(count + " ");
                    response.flushBuffer();
                }
                response.getOutputStream().print("= " + length);
            } catch (IOException e) {
                ERRORS.incrementAndGet();
            }
            async.complete();
        }).start();
    }
}
