package org.jsgid.harness.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;
import org.jsgid.harness.Client;

/**
 * The constant load: for every target clients that send small requests on persistent and on new connections, bodies of
 * announced and unannounced length, requests that take seconds, and ones whose answer streams. Nothing is sent again
 * but a request on a connection that had served one before and was closed before the first byte of an answer (RFC 9112
 * section 9.3.1), once; each sending is an attempt of its own.
 */
final class Traffic implements AutoCloseable {

    static final String STATIC_TEXT = "a file of Apache's own\n";

    /** What Apache takes about three seconds for, at the rate that it is told: the control for long requests. */
    static final String SLOW_STATIC_TEXT = "a file of Apache's own that comes slowly\n".repeat(300);

    static final int SLOW_STATIC_KILOBYTES_A_SECOND = 4;

    /** Requests on a persistent connection, before the client opens another one. */
    private static final int PER_CONNECTION = 40;

    /** Between two requests of a client: the machine is there for the faults, not for a benchmark. */
    private static final long PAUSE_NANOS = 40_000_000;

    private static final int BODY_BYTES = 60_000;
    private static final int STREAM_LINES = 15;

    private final Client client;
    private final Journal journal;
    private final String prefix;
    private final Collection<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    /** Clients of a server; ids of their requests begin with the prefix. */
    Traffic(Client client, Journal journal, String prefix) {
        this.client = client;
        this.prefix = prefix;
        this.journal = journal;
    }

    void start() {
        for (Target target : Target.values()) {
            worker(target, "get", PER_CONNECTION);
            worker(target, "get", 1);
            worker(target, "slow", PER_CONNECTION);
            if (target != Target.STATIC) {
                worker(target, "post", PER_CONNECTION);
                worker(target, "stream", PER_CONNECTION);
            }
        }
    }

    /** Attempts that have ended. */
    Collection<Attempt> attempts() {
        return attempts;
    }

    /** Lets every client finish its request. */
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

    private void worker(Target target, String kind, int perConnection) {
        Worker worker = new Worker(target, kind, perConnection, threads.size());
        Thread thread = new Thread(worker, "client " + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** A client that sends one request after the other. */
    private final class Worker implements Runnable {

        private final Target target;
        private final String kind;
        private final int perConnection;
        private final int number;
        private final Random random;
        private long sent;

        Worker(Target target, String kind, int perConnection, int number) {
            this.target = target;
            this.kind = kind;
            this.perConnection = perConnection;
            this.number = number;
            this.random = new Random(number);
        }

        @Override
        public void run() {
            while (!stopping) {
                try (Client.Connection connection = client.open()) {
                    for (int i = 0; i < perConnection && !stopping; i++) {
                        LockSupport.parkNanos(PAUSE_NANOS);
                        sent++;
                        Attempt attempt = attempt(connection, i > 0, "");
                        if (attempt.silent() && attempt.reused()) {
                            try (Client.Connection other = client.open()) {
                                attempt(other, false, "-again");
                            }
                            break;
                        }
                        if (!attempt.detail().isEmpty() || closing) {
                            break;
                        }
                    }
                } catch (IOException e) {
                    long now = journal.now();
                    record(new Attempt(
                            "unsent", target, kind, false, now, now, 0, false, 0, "could not connect: " + e));
                }
            }
        }

        /** Whether the last response announced the end of its connection. */
        private boolean closing;

        private Attempt attempt(Client.Connection connection, boolean reused, String suffix) {
            String id = prefix + number + "-" + sent + suffix;
            long begin = journal.now();
            boolean slowFile = target == Target.STATIC && kind.equals("slow");
            String path = (slowFile ? Target.SLOW_STATIC_PATH : target.path()) + "?id=" + id + "&kind=" + kind;
            String expected = id + "\n";
            IOException whileSending = null;
            try {
                if (kind.equals("post")) {
                    byte[] body = new byte[BODY_BYTES];
                    random.nextBytes(body);
                    CRC32 sum = new CRC32();
                    sum.update(body);
                    expected = id + " " + body.length + " " + Long.toHexString(sum.getValue()) + "\n";
                    whileSending = post(connection, path, body);
                } else {
                    if (kind.equals("slow")) {
                        path += "&millis=" + (1000 + random.nextInt(4000));
                    } else if (kind.equals("stream")) {
                        path += "&lines=" + STREAM_LINES;
                        expected = streamed(id);
                    }
                    connection.sendHead("GET", path, List.of());
                }
            } catch (IOException e) {
                whileSending = e;
            }
            Client.Response response = null;
            String detail = "";
            try {
                if (connection.isClosedByServer()) {
                    detail = "closed without an answer";
                } else {
                    response = connection.readResponse("GET");
                }
            } catch (IOException e) {
                detail = e.toString();
            }
            if (response == null) {
                String sending = whileSending == null ? "" : " (while sending: " + whileSending + ")";
                return record(
                        new Attempt(id, target, kind, reused, begin, journal.now(), 0, false, 0, detail + sending));
            }
            closing = response.header("Connection").orElse("").equalsIgnoreCase("close");
            if (target == Target.STATIC) {
                expected = slowFile ? SLOW_STATIC_TEXT : STATIC_TEXT;
            }
            if (response.status() != 200
                    || !response.complete()
                    || !response.text().equals(expected)) {
                detail = response.toString();
            }
            return record(new Attempt(
                    id,
                    target,
                    kind,
                    reused,
                    begin,
                    journal.now(),
                    response.status(),
                    response.complete(),
                    Long.parseLong(response.header("X-Daemon").orElse("0")),
                    detail));
        }

        /** Sends a body, announced or in chunks; an error is told, since there may be an answer nevertheless. */
        private IOException post(Client.Connection connection, String path, byte[] body) throws IOException {
            boolean chunked = sent % 2 == 0;
            connection.sendHead(
                    "POST",
                    path,
                    List.of(
                            "Content-Type: application/octet-stream",
                            chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length));
            try {
                if (chunked) {
                    connection.sendChunk(body);
                    connection.sendChunk(new byte[0]);
                } else {
                    connection.send(body);
                }
                return null;
            } catch (IOException e) {
                return e;
            }
        }

        private String streamed(String id) {
            StringBuilder lines = new StringBuilder();
            for (int i = 1; i <= STREAM_LINES; i++) {
                lines.append(id).append(' ').append(i).append('\n');
            }
            return lines.toString();
        }

        private Attempt record(Attempt attempt) {
            attempts.add(attempt);
            if (!attempt.detail().isEmpty()) {
                journal.say("request " + attempt.id() + " to " + attempt.target() + " (" + attempt.kind() + ", sent at "
                        + attempt.begin() + " ms): " + attempt.detail().replaceAll("\\s+", " "));
            }
            return attempt;
        }
    }
}
