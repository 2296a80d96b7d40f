package org.jsgid.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Clients that send GET requests one after another on persistent connections until they are stopped, and account for
 * every one.
 *
 * <p>A request counts as failed unless it gets a complete response with status 200. There is one exception, that of
 * RFC 9112 section 9.3.1: when a connection that has served a request before is closed or reset before the first byte
 * of a response, the server may have closed it while idle, and the request is sent again, once, on a new connection.
 * Apache closes idle connections at a graceful restart, with or without jsgid. Such requests are counted.
 */
public final class Load implements AutoCloseable {

    /**
     * What has happened.
     *
     * @param resent requests whose idle connection had been closed by Apache
     * @param bodies how many responses had which text
     */
    public record Result(long answered, long resent, List<String> failures, Map<String, Long> bodies) {}

    private static final int KEPT_FAILURES = 20;

    private final Client client;
    private final String path;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder answered = new LongAdder();
    private final LongAdder resent = new LongAdder();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, LongAdder> bodies = new ConcurrentSkipListMap<>();
    private final AtomicLong failed = new AtomicLong();
    private final int requestsPerConnection;
    private volatile boolean stopping;

    private Load(Client client, String path, int requestsPerConnection) {
        this.client = client;
        this.path = path;
        this.requestsPerConnection = requestsPerConnection;
    }

    /**
     * Starts clients.
     *
     * @param connections how many work at the same time
     * @param requestsPerConnection after so many a client opens a new connection, so that both are exercised
     */
    public static Load start(Client client, String path, int connections, int requestsPerConnection) {
        Load load = new Load(client, path, requestsPerConnection);
        for (int i = 0; i < connections; i++) {
            Thread thread = new Thread(load::work, "load " + i);
            thread.setDaemon(true);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    /** Requests answered so far. */
    public long answered() {
        return answered.sum();
    }

    /** How many responses so far had which text. */
    public Map<String, Long> bodiesSoFar() {
        Map<String, Long> counts = new TreeMap<>();
        bodies.forEach((body, count) -> counts.put(body, count.sum()));
        return counts;
    }

    /** Requests failed so far. */
    public long failed() {
        return failed.get();
    }

    /** Lets every client finish its request and tells what has happened. */
    public Result stop() {
        close();
        return new Result(answered.sum(), resent.sum(), List.copyOf(failures), bodiesSoFar());
    }

    @Override
    public void close() {
        stopping = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while stopping the load", e);
            }
        }
    }

    private void work() {
        while (!stopping) {
            try (Client.Connection connection = client.open()) {
                serve(connection);
            } catch (IOException e) {
                fail("connection: " + e);
            }
        }
    }

    private void serve(Client.Connection connection) throws IOException {
        for (int i = 0; i < requestsPerConnection && !stopping; i++) {
            Client.Response head;
            try {
                connection.sendHead("GET", path, List.of());
                head = firstByte(connection) ? connection.readResponse("GET") : null;
            } catch (IOException e) {
                if (i == 0) {
                    throw e;
                }
                head = null;
            }
            if (head == null) {
                if (i == 0) {
                    throw new IOException("closed without a response to the first request");
                }
                resent.increment();
                resend();
                return;
            }
            account(head);
            if (head.header("Connection").orElse("").equalsIgnoreCase("close")) {
                return;
            }
        }
    }

    private void resend() throws IOException {
        account(client.get(path));
    }

    private static boolean firstByte(Client.Connection connection) throws IOException {
        return !connection.isClosedByServer();
    }

    private void account(Client.Response response) {
        if (response.status() == 200 && response.complete()) {
            answered.increment();
            bodies.computeIfAbsent(response.text(), text -> new LongAdder()).increment();
        } else {
            fail(response.toString());
        }
    }

    private void fail(String what) {
        if (failed.incrementAndGet() <= KEPT_FAILURES) {
            failures.add(what);
        }
    }
}
