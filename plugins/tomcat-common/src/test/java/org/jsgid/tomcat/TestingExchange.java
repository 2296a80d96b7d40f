package org.jsgid.tomcat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jsgid.daemon.fcgi.DetachedRequest;
import org.jsgid.daemon.fcgi.Exchange;
import org.jsgid.daemon.fcgi.Severity;

/** An exchange in memory, made as httpd would describe the request. Keeps the rules that {@link Exchange} states. */
final class TestingExchange implements Exchange {

    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final List<String> headers = new ArrayList<>();
    private final List<String> logged = Collections.synchronizedList(new ArrayList<>());
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private InputStream input = new ByteArrayInputStream(new byte[0]);
    private volatile boolean inputEnded;
    private boolean headersEnded;
    private volatile int status;
    private volatile String reason;
    private volatile boolean finished;
    private volatile boolean aborted;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger flushes = new AtomicInteger();
    private volatile int writeFailsAfter = -1;
    private volatile boolean timedOut;
    private static final ScheduledExecutorService THREADS = Executors.newScheduledThreadPool(4, task -> {
        Thread thread = new Thread(task, "testing-exchange");
        thread.setDaemon(true);
        return thread;
    });
    private volatile DetachedRequest detached;
    private volatile Runnable whenDetached;
    /** Pieces of work that are done or about to be. */
    private final AtomicInteger pieces = new AtomicInteger();
    /** A byte of the body that was read to find out whether there is one. */
    private int ahead = -1;

    static TestingExchange get(String mount, String path) {
        return of("GET", mount, path);
    }

    static TestingExchange of(String method, String mount, String path) {
        TestingExchange exchange = new TestingExchange();
        int question = path.indexOf('?');
        exchange.with("REQUEST_METHOD", method)
                .with("SERVER_PROTOCOL", "HTTP/1.1")
                .with("REQUEST_SCHEME", "http")
                .with("SERVER_NAME", "www.example.org")
                .with("SERVER_PORT", "80")
                .with("SERVER_ADDR", "192.0.2.1")
                .with("REMOTE_ADDR", "198.51.100.7")
                .with("REMOTE_PORT", "50123")
                .with("HTTP_HOST", "www.example.org")
                .with("REQUEST_URI", mount + path)
                .with("SCRIPT_NAME", mount)
                .with("PATH_INFO", question < 0 ? path : path.substring(0, question))
                .with("QUERY_STRING", question < 0 ? "" : path.substring(question + 1))
                .with("SCRIPT_FILENAME", "/srv/app.war")
                .with("GATEWAY_INTERFACE", "CGI/1.1")
                .with("JSGI_REQUEST_ID", "request-1");
        return exchange;
    }

    TestingExchange with(String name, String value) {
        parameters.put(name, value);
        return this;
    }

    TestingExchange without(String name) {
        parameters.remove(name);
        return this;
    }

    TestingExchange body(String type, byte[] content) {
        with("CONTENT_TYPE", type);
        with("CONTENT_LENGTH", Integer.toString(content.length));
        input = new ByteArrayInputStream(content);
        return this;
    }

    TestingExchange body(InputStream content) {
        input = content;
        return this;
    }

    /** As when the daemon has found that the request takes too long, and interrupts it. */
    void timeOut(Thread thread) {
        timedOut = true;
        thread.interrupt();
    }

    @Override
    public boolean isTimedOut() {
        return timedOut;
    }

    TestingExchange failWritesAfter(int bytes) {
        writeFailsAfter = bytes;
        return this;
    }

    /** The client goes while the request waits. */
    void leave() {
        detached.gone();
    }

    /** The client goes in the moment in which the request begins to wait. */
    TestingExchange leaveWhenDetached() {
        whenDetached = this::leave;
        return this;
    }

    /** Its time is over in that moment. */
    TestingExchange expireWhenDetached() {
        whenDetached = this::expire;
        return this;
    }

    /** The time of the request, which waits, is over. */
    void expire() {
        timedOut = true;
        detached.overdue();
    }

    boolean isDetached() {
        return detached != null;
    }

    /** How often a thread was asked for. */
    int pieces() {
        return pieces.get();
    }

    // ------------------------------------------------- what the client got

    int status() {
        return status;
    }

    /** The phrase of the status; null: it was left to the daemon. */
    String reason() {
        return reason;
    }

    List<String> headers() {
        return headers;
    }

    /** The value of the only header of that name, or null. */
    String responseHeader(String name) {
        String found = null;
        for (String header : headers) {
            if (header.toLowerCase(java.util.Locale.ROOT).startsWith(name.toLowerCase(java.util.Locale.ROOT) + ": ")) {
                if (found != null) {
                    throw new AssertionError("repeated: " + headers);
                }
                found = header.substring(name.length() + 2);
            }
        }
        return found;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return Arrays.asList(text().split("\n", -1));
    }

    synchronized byte[] bytes() {
        return body.toByteArray();
    }

    boolean isFinished() {
        return finished;
    }

    /** Whether the response has ended within that time. */
    boolean awaitEnd(long seconds) throws InterruptedException {
        return ended.await(seconds, TimeUnit.SECONDS);
    }

    /** Waits for the end of the response. */
    void toEnd() {
        try {
            if (!awaitEnd(25)) {
                throw new AssertionError("the response has not ended");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    boolean isAborted() {
        return aborted;
    }

    /** Lines for the error log of the virtual host. */
    List<String> logged() {
        return logged;
    }

    int flushes() {
        return flushes.get();
    }

    // ------------------------------------------------- Exchange

    @Override
    public Map<String, String> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    @Override
    public String parameter(String name) {
        return parameters.get(name);
    }

    @Override
    public synchronized void detach(DetachedRequest request) {
        detached = request;
        tick();
        Runnable then = whenDetached;
        if (then != null) {
            then.run();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for it.
    private void tick() {
        if (ended.getCount() > 0) {
            detached.tick();
            THREADS.schedule(this::tick, 50, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void resume(Work work) {
        pieces.incrementAndGet();
        THREADS.execute(() -> {
            try {
                work.run();
            } catch (IOException e) {
                abort();
            }
        });
    }

    @Override
    public void awaitReadable() {
        THREADS.execute(() -> {
            try {
                ahead = input.read();
                inputEnded = ahead < 0;
            } catch (IOException e) {
                ahead = -1;
            }
            detached.readable();
        });
    }

    @Override
    public void setWaiting(boolean isWaiting) {
        assertOpen();
    }

    @Override
    public boolean isWritable() {
        assertOpen();
        return true;
    }

    private void assertOpen() {
        if (finished || aborted) {
            throw new IllegalStateException("used after the end");
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (ahead >= 0) {
            target.put((byte) ahead);
            ahead = -1;
            return 1;
        }
        byte[] bytes = new byte[target.remaining()];
        int count = input.read(bytes);
        if (count < 0) {
            inputEnded = true;
            return -1;
        }
        target.put(bytes, 0, count);
        return count;
    }

    @Override
    public int available() {
        try {
            return ahead >= 0 ? 1 : input.available();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public boolean isRequestBodyRead() {
        return inputEnded;
    }

    @Override
    public int readAvailable(ByteBuffer target) throws IOException {
        return inputEnded || ahead >= 0 || input.available() > 0 || input instanceof ByteArrayInputStream
                ? read(target)
                : 0;
    }

    @Override
    public void commit(int newStatus, String newReason) {
        if (status != 0) {
            throw new IllegalStateException("committed twice");
        }
        if (newStatus < 200 || newStatus > 599) {
            throw new IllegalArgumentException("status " + newStatus);
        }
        status = newStatus;
        reason = newReason;
    }

    @Override
    public void header(String name, String value) {
        if (status == 0 || headersEnded) {
            throw new IllegalStateException("a header outside the header block: " + name);
        }
        if (name.isEmpty() || name.matches(".*[\\s:\\r\\n].*") || value.matches("(?s).*[\\r\\n\\x00].*")) {
            throw new IllegalArgumentException("no header: " + name);
        }
        headers.add(name + ": " + value);
    }

    @Override
    public boolean isCommitted() {
        return status != 0;
    }

    @Override
    public synchronized void write(ByteBuffer source) throws IOException {
        if (status == 0 || finished || aborted) {
            throw new IllegalStateException("a write before commit or after the end");
        }
        headersEnded = true;
        while (source.hasRemaining()) {
            if (writeFailsAfter >= 0 && body.size() >= writeFailsAfter) {
                throw new IOException("the client has gone");
            }
            body.write(source.get());
        }
    }

    @Override
    public void flush() {
        headersEnded = true;
        flushes.incrementAndGet();
    }

    @Override
    public long bytesWritten() {
        return body.size();
    }

    @Override
    public void finish() {
        if (status == 0) {
            throw new IllegalStateException("finished without a status");
        }
        if (!aborted) {
            finished = true;
            ended.countDown();
        }
    }

    @Override
    public void abort() {
        if (!finished) {
            aborted = true;
            ended.countDown();
        }
    }

    @Override
    public void log(Severity severity, String line) {
        logged.add(line);
    }

    @Override
    public long queueStartMicros() {
        return 0;
    }
}
