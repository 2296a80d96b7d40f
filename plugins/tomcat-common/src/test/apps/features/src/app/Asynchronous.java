package app;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One path for each way of asynchronous processing. */
@WebServlet(urlPatterns = "/async/*", asyncSupported = true)
public class Asynchronous extends HttpServlet {

    /** What a thread that goes on after the end of its request still has. */
    private static ServletOutputStream kept;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getDispatcherType() == jakarta.servlet.DispatcherType.ASYNC) {
            response.getWriter().print("dispatched " + request.getAttribute("mark"));
            return;
        }
        AsyncContext async = request.startAsync();
        async.setTimeout(10000);
        switch (request.getPathInfo()) {
            case "/complete":
                new Thread(() -> {
                    print(async, "completed by another thread");
                    async.complete();
                }).start();
                break;
            case "/start":
                async.start(() -> {
                    print(async, "completed by a container thread");
                    async.complete();
                });
                break;
            case "/at-once":
                print(async, "completed at once");
                async.complete();
                break;
            case "/dispatch":
                new Thread(() -> {
                    request.setAttribute("mark", "here");
                    async.dispatch("/async/again");
                }).start();
                break;
            case "/timeout":
                async.setTimeout(100);
                async.addListener(new TimeoutListener());
                break;
            case "/listen":
                error = null;
                async.addListener(new ErrorListener());
                break;
            case "/heard":
                print(async, String.valueOf(error));
                async.complete();
                break;
            case "/never":
                kept = response.getOutputStream();
                break;
            case "/late":
                try {
                    kept.print("late");
                    kept.flush();
                } catch (IOException | RuntimeException e) {
                    // As it should be: that request is over.
                }
                print(async, "mine");
                async.complete();
                break;
            case "/timeout-unheard":
                async.setTimeout(100);
                break;
            case "/read":
                read(async, request.getInputStream());
                break;
            case "/read-little":
                readLittle(async, request.getInputStream());
                break;
            case "/write":
                write(async, response.getOutputStream());
                break;
            default:
                async.complete();
        }
    }

    private static void print(AsyncContext async, String text) {
        try {
            async.getResponse().getWriter().print(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(AsyncContext async, ServletInputStream in) {
        in.setReadListener(new ReadListener() {
            private final byte[] buffer = new byte[4096];
            private long length;
            private int calls;

            @Override
            public void onDataAvailable() throws IOException {
                calls++;
                while (in.isReady() && !in.isFinished()) {
                    int count = in.read(buffer);
                    if (count > 0) {
                        length += count;
                    }
                }
            }

            @Override
            public void onAllDataRead() {
                print(async, "read " + length + " bytes in " + (calls > 0 ? "some" : "no") + " calls");
                async.complete();
            }

            @Override
            public void onError(Throwable t) {
                async.complete();
            }
        });
    }

    /** Answers as soon as it would have to wait for more. */
    private static void readLittle(AsyncContext async, ServletInputStream in) {
        in.setReadListener(new ReadListener() {
            @Override
            public void onDataAvailable() throws IOException {
                byte[] buffer = new byte[4096];
                while (in.isReady()) {
                    in.read(buffer);
                }
                print(async, "enough");
                async.complete();
            }

            @Override
            public void onAllDataRead() {
                async.complete();
            }

            @Override
            public void onError(Throwable t) {
                async.complete();
            }
        });
    }

    private static void write(AsyncContext async, ServletOutputStream out) {
        out.setWriteListener(new WriteListener() {
            private int blocks;

            @Override
            public void onWritePossible() throws IOException {
                while (out.isReady()) {
                    if (blocks++ == 100) {
                        async.complete();
                        return;
                    }
                    out.write(new byte[10000]);
                }
            }

            @Override
            public void onError(Throwable t) {
                async.complete();
            }
        });
    }

    /** What the last listener heard. */
    private static volatile Throwable error;

    private static final class ErrorListener implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {
            error = event.getThrowable();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }

    private static final class TimeoutListener implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {}

        @Override
        public void onTimeout(AsyncEvent event) {
            print(event.getAsyncContext(), "timed out");
            event.getAsyncContext().complete();
        }

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {}
    }
}
