package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the module makes of answers that no daemon of ours would give: the group's route is pointed to a socket of the
 * test, which answers each request with prepared FastCGI records.
 */
@Tag("D11")
@Tag("502")
class BrokenBackendIT {

    private static final int END_REQUEST = 3;
    private static final int PARAMS = 4;
    private static final int STDIN = 5;
    private static final int STDOUT = 6;
    private static final int STDERR = 7;
    private static final byte GOING_AWAY = 100;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("backend", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("fake", "JsgiConnectTimeout 2", "JsgiSocketTimeout 2")
                .mount("/fake", Apps.java(server, "hello/Hello.java"), "fake")
                .add(
                        "LogFormat \"%{jsgid-group}n %{jsgid-queue-time}n %{jsgid-pid}n %{jsgid-daemon-time}n\" notes",
                        "CustomLog notes.log notes"));
    });

    private static final AtomicReference<byte[]> ANSWER = new AtomicReference<>();

    /** The bytes of a record's header. */
    private static final int HEADER = 8;

    /** What a daemon reads at a time, at least (PROTOCOL.md). */
    private static final int DAEMON_READS = 32768;

    /** What a read of the module takes at most. */
    private static final int READ_BUFFER = 131072;

    /** Answers before the request's body has come, and keeps the connection until the module closes it. */
    private static volatile boolean answersEarly;

    private static final Semaphore CLOSED_BY_THE_MODULE = new Semaphore(0);

    /** Requests of which a backend has read all parameters, on whichever connection. */
    private static final AtomicInteger DELIVERED = new AtomicInteger();

    /** Connections that the module has made. */
    private static final AtomicInteger CONNECTIONS = new AtomicInteger();

    /** What the next connections get, one each; those beyond get {@link #ANSWER}. */
    private static final Queue<Peer> NEXT = new ConcurrentLinkedQueue<>();

    /** The body of the last request that was read to its end. */
    private static final AtomicReference<String> BODY = new AtomicReference<>();

    private static ServerSocketChannel listener;

    /** What happens on one connection. */
    @FunctionalInterface
    private interface Peer {
        void serve(SocketChannel connection) throws IOException;
    }

    /** What happens on a connection that is between two requests. */
    @FunctionalInterface
    private interface IdlePeer {
        /** Releases over when the next request may come; answered is released when that has its answer. */
        void serve(SocketChannel connection, Semaphore over, Semaphore answered)
                throws IOException, InterruptedException;
    }

    private static final byte[] GOES_AWAY = {1, GOING_AWAY, 0, 0, 0, 0, 0, 0};

    private static final byte[] OK =
            joined(record(STDOUT, "Content-Length: 2\r\n\r\nok"), record(STDOUT, ""), end(0, 0));

    private final Httpd httpd = SERVER.httpd();

    @BeforeAll
    static void takeOverTheRoute() throws IOException {
        Httpd server = SERVER.httpd();
        server.awaitReady("fake");
        // A monitor has no reason to touch the route of a group that is stopped.
        server.ctl().run("stop", "fake").expectSuccess();
        server.awaitGroup("fake", "to be stopped", group -> "stopped".equals(group.state()));
        Path socket = server.root().resolve("fake.sock");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
        Thread thread = new Thread(BrokenBackendIT::serve, "fake backend");
        thread.setDaemon(true);
        thread.start();
        Path link = server.root().resolve("new-route");
        Files.createSymbolicLink(link, socket);
        Files.move(link, server.runDir().resolve("groups/fake.sock"), StandardCopyOption.ATOMIC_MOVE);
    }

    @AfterAll
    static void close() throws IOException {
        listener.close();
    }

    @BeforeEach
    void announce() {
        httpd.errorLog().announce("/fake|fake");
        answersEarly = false;
        NEXT.clear();
        BODY.set("");
        DELIVERED.set(0);
        CONNECTIONS.set(0);
        CLOSED_BY_THE_MODULE.drainPermits();
    }

    @Test
    void aCompleteAnswerIsPassedOn() throws IOException {
        Response response = answered(
                record(STDOUT, "Status: 201 Made\r\nX-One: 1\r\nX-One: 2\r\n\r\nbody"), record(STDOUT, ""), end(0, 0));

        assertThat(response.status()).isEqualTo(201);
        assertThat(response.headers("X-One")).containsExactly("1", "2");
        assertThat(response.text()).isEqualTo("body");
        assertThat(response.complete()).isTrue();
    }

    @Test
    void paddingAndUnknownRecordsAndStderrAreUnderstood() throws IOException {
        int mark = httpd.errorLog().mark();
        Response response = answered(
                record(STDERR, "a line from the backend\n"),
                padded(STDOUT, "Content-Type: text/plain\n\nin two "),
                record(77, "what is this"),
                record(STDOUT, "records"),
                record(STDOUT, ""),
                end(0, 0));

        assertThat(response.text()).isEqualTo("in two records");
        httpd.errorLog().awaitLine(mark, "a line from the backend", Duration.ofSeconds(5));
    }

    @Test
    void aMalformedHeaderBlockIs502WithTheReasonInTheLog() throws IOException {
        int mark = httpd.errorLog().mark();

        Response response = answered(record(STDOUT, "this is no header\r\n\r\nbody"), record(STDOUT, ""), end(0, 0));

        assertThat(response.status()).isEqualTo(502);
        httpd.errorLog().awaitLine(mark, "JSGID0412", Duration.ofSeconds(5));
    }

    @Test
    void aHeaderBlockThatNeverEndsIs502() throws IOException {
        String line = "X-Long: " + "x".repeat(60_000) + "\r\n";

        assertThat(answered(
                                record(STDOUT, line),
                                record(STDOUT, line),
                                record(STDOUT, line),
                                record(STDOUT, line),
                                record(STDOUT, line),
                                record(STDOUT, line))
                        .status())
                .isEqualTo(502);
    }

    @Test
    void recordsOfAnotherProtocolVersionAre502() throws IOException {
        assertThat(answered("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII))
                        .status())
                .isEqualTo(502);
    }

    @Test
    void anEndBeforeAnyHeaderIs500WhenTheApplicationFailed() throws IOException {
        assertThat(answered(end(1, 0)).status()).isEqualTo(500);
    }

    @Test
    void anOverloadedBackendIs503WithRetryAfter() throws IOException {
        Response response = answered(end(0, 2));

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).isPresent();
    }

    @Test
    void aConnectionClosedInTheHeaderBlockIs502() throws IOException {
        assertThat(answered(record(STDOUT, "X-One: 1\r\n")).status()).isEqualTo(502);
    }

    @Test
    void aConnectionClosedInTheBodyIsAnAbortedTransfer() throws IOException {
        Response response = answered(record(STDOUT, "X-One: 1\r\n\r\nhalf"));

        assertIncomplete(response);
    }

    @Test
    void aConnectionClosedInTheMiddleOfARecordIsAnAbortedTransfer() throws IOException {
        byte[] whole = record(STDOUT, "X-One: 1\r\n\r\na body that is cut");
        byte[] cut = Arrays.copyOf(whole, whole.length - 3);

        assertIncomplete(answered(cut));
    }

    @Test
    void anEndWithAFailureAfterTheHeadersIsAnAbortedTransfer() throws IOException {
        assertIncomplete(answered(record(STDOUT, "X-One: 1\r\n\r\nall"), record(STDOUT, ""), end(1, 0)));
    }

    @Test
    void fewerBytesThanAnnouncedIsAnAbortedTransfer() throws IOException {
        assertIncomplete(answered(record(STDOUT, "Content-Length: 10\r\n\r\nfour"), record(STDOUT, ""), end(0, 0)));
    }

    @Test
    void twoDifferentLengthsAre502() throws IOException {
        Response response = answered(
                record(STDOUT, "Content-Length: 4\r\nContent-Length: 3\r\n\r\nfour"), record(STDOUT, ""), end(0, 0));

        assertThat(response.status()).isEqualTo(502);
    }

    @Test
    void theSameLengthTwiceIsOneLength() throws IOException {
        Response response = answered(
                record(STDOUT, "Content-Length: 4\r\nContent-Length: 4\r\n\r\nfour"), record(STDOUT, ""), end(0, 0));

        assertThat(response.headers("Content-Length")).containsExactly("4");
        assertThat(response.text()).isEqualTo("four");
    }

    @Test
    void whatIsBeyondTheAnnouncedLengthIsDroppedAndLoggedOnce() throws IOException {
        int mark = httpd.errorLog().mark();

        Response response = answered(
                record(STDOUT, "Content-Length: 4\r\n\r\nfour and"),
                record(STDOUT, " more"),
                record(STDOUT, " and more"),
                record(STDOUT, ""),
                end(0, 0));

        assertThat(response.text()).isEqualTo("four");
        // The client has all that was announced before the module has seen all that was sent.
        httpd.errorLog().awaitLine(mark, "JSGID0414", Duration.ofSeconds(5));
        assertThat(httpd.errorLog().linesSince(mark, "JSGID0414")).hasSize(1);
    }

    @Test
    void aLocationWithAStatusIsAHeaderLikeOthers() throws IOException {
        Response here = answered(
                record(STDOUT, "Status: 200 OK\r\nLocation: /elsewhere\r\n\r\nbody"), record(STDOUT, ""), end(0, 0));
        assertThat(here.status()).isEqualTo(200);
        assertThat(here.header("Location")).hasValue("/elsewhere");
        assertThat(here.text()).isEqualTo("body");

        Response there = answered(
                record(STDOUT, "Status: 200 OK\r\nLocation: http://other.example/\r\n\r\nbody"),
                record(STDOUT, ""),
                end(0, 0));
        assertThat(there.status()).isEqualTo(200);
        assertThat(there.header("Location")).hasValue("http://other.example/");
    }

    @Test
    void aLocationWithoutAStatusIsARedirect() throws IOException {
        Files.writeString(httpd.documents().resolve("here.txt"), "the file");

        Response here = answered(record(STDOUT, "Location: /here.txt\r\n\r\n"), record(STDOUT, ""), end(0, 0));
        assertThat(here.status()).isEqualTo(200);
        assertThat(here.text()).isEqualTo("the file");

        Response there =
                answered(record(STDOUT, "Location: http://other.example/\r\n\r\n"), record(STDOUT, ""), end(0, 0));
        assertThat(there.status()).isEqualTo(302);
        assertThat(there.header("Location")).hasValue("http://other.example/");
    }

    @Test
    void aPieceThatFillsTheModulesBufferToItsLastByteIsHandedOnAtOnce() throws IOException {
        String head = "Content-Type: text/plain\r\n\r\n";
        byte[] first = record(STDOUT, head + "x".repeat(60_000 - head.length()));
        byte[] second = record(STDOUT, "y".repeat(60_000));
        byte[] third = record(STDOUT, "z".repeat(READ_BUFFER - first.length - second.length - HEADER));
        int length = 120_000 - head.length() + third.length - HEADER;
        answersEarly = true;
        answer(first, second, third);

        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("GET", "/fake", List.of());
            assertThat(connection.readHead().status()).isEqualTo(200);
            // The backend sends nothing more: what Apache held back would never come.
            int received = 0;
            while (received < length) {
                received += connection.readChunk().length;
            }
            assertThat(received).isEqualTo(length);
        }
    }

    @Test
    void aBackendThatAnsweredEarlyNeedNotWaitForTheRestOfTheBody() throws Exception {
        answersEarly = true;
        answer(record(STDOUT, "Content-Length: 5\r\n\r\nearly"), record(STDOUT, ""), end(0, 0));

        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("POST", "/fake", List.of("Content-Length: 10"));
            assertThat(connection.readHead().status()).isEqualTo(200);

            // The body never comes, and the client stays.
            assertThat(CLOSED_BY_THE_MODULE.tryAcquire(
                            Await.scaled(Duration.ofSeconds(5)).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void theLastWordsOfADyingBackendAreLoggedThoughTheirLineHasNoEnd() throws IOException {
        int mark = httpd.errorLog().mark();

        assertThat(answered(record(STDERR, "one line\nlast words")).status()).isEqualTo(502);

        httpd.errorLog().awaitLine(mark, "one line$", Duration.ofSeconds(5));
        httpd.errorLog().awaitLine(mark, "last words$", Duration.ofSeconds(5));
    }

    @Test
    void aRequestThatWasNeverReadIsSentAgainWithItsBody() throws IOException {
        answer(record(STDOUT, "Content-Length: 2\r\n\r\nok"), record(STDOUT, ""), end(0, 0));
        NEXT.add(BrokenBackendIT::closeUnread);

        Response response = httpd.client().send("POST", "/fake", "a small body".getBytes(StandardCharsets.UTF_8));

        assertThat(response.status()).isEqualTo(200);
        assertThat(BODY.get()).isEqualTo("a small body");
        assertThat(NEXT).isEmpty();
    }

    @Test
    void aRequestWithALargeBodyThatWasNeverReadIsSentAgain() throws IOException {
        answer(record(STDOUT, "Content-Length: 2\r\n\r\nok"), record(STDOUT, ""), end(0, 0));
        NEXT.add(BrokenBackendIT::closeUnread);
        NEXT.add(BrokenBackendIT::closeUnread);
        String body = "much more than a daemon reads at once ".repeat(5000);

        Response response = httpd.client().send("POST", "/fake", body.getBytes(StandardCharsets.UTF_8));

        assertThat(response.status()).isEqualTo(200);
        assertThat(BODY.get()).isEqualTo(body);
        assertThat(NEXT).isEmpty();
    }

    @Test
    void aRequestThatABackendHadReadBeforeItsBodyCameIsNotSentAgain() throws IOException {
        answer(record(STDOUT, "Content-Length: 2\r\n\r\nok"), record(STDOUT, ""), end(0, 0));
        CountDownLatch begun = new CountDownLatch(1);
        NEXT.add(connection -> {
            assertThat(readParameters(connection)).isTrue();
            begun.countDown();
            // Closed with the beginning of the body unread: a reset, though few bytes were sent in all.
            closeUnread(connection);
        });

        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("POST", "/fake", List.of("Content-Length: 100"));
            Await.until("the backend to begin", Duration.ofSeconds(10), () -> begun.getCount() == 0);
            connection.send(new byte[100]);

            assertThat(connection.readResponse("POST").status()).isEqualTo(502);
        }
        assertThat(NEXT).isEmpty();
    }

    @Test
    void aRequestOfWhichMoreWasSentThanADaemonReadsAtOnceIsNotSentAgain() throws IOException {
        answer(record(STDOUT, "Content-Length: 2\r\n\r\nok"), record(STDOUT, ""), end(0, 0));
        NEXT.add(connection -> assertThat(fill(connection, ByteBuffer.allocate(DAEMON_READS + 1)))
                .isTrue());

        Response response = httpd.client().send("POST", "/fake", new byte[60_000]);

        assertThat(response.status()).isEqualTo(502);
        assertThat(NEXT).isEmpty();
    }

    @Test
    void aRequestThatABackendSaidItWouldNotBeginIsSentAgainWithItsBody() throws IOException {
        answer(record(STDOUT, "Content-Length: 2\r\n\r\nok"), record(STDOUT, ""), end(0, 0));
        NEXT.add(connection -> {
            assertThat(readRequest(connection)).isTrue();
            connection.write(ByteBuffer.wrap(new byte[] {1, GOING_AWAY, 0, 0, 0, 0, 0, 0}));
        });
        String body = "all of it ".repeat(3000);

        Response response = httpd.client().send("POST", "/fake", body.getBytes(StandardCharsets.UTF_8));

        assertThat(response.status()).isEqualTo(200);
        assertThat(BODY.get()).isEqualTo(body);
    }

    @Test
    void aBodyThatTheModuleHoldsNoMoreIsNotSentAgain() throws IOException {
        answer(record(STDOUT, "Content-Length: 2\r\n\r\nok"), record(STDOUT, ""), end(0, 0));
        NEXT.add(connection -> {
            assertThat(readRequest(connection)).isTrue();
            connection.write(ByteBuffer.wrap(new byte[] {1, GOING_AWAY, 0, 0, 0, 0, 0, 0}));
        });

        assertThat(httpd.client().send("POST", "/fake", new byte[1_000_000]).status())
                .isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyIsKeptForABackendThatMayYetReadItAndForNoOther(boolean readsOn) throws Exception {
        int response = 4_000_000;
        CountDownLatch bodySent = new CountDownLatch(1);
        // That of the request before goes when Apache is done with it, which its client does not wait for.
        Await.until("no spool to be open", Duration.ofSeconds(10), () -> spools().isEmpty());
        NEXT.add(connection -> {
            assertThat(readParameters(connection)).isTrue();
            if (!readsOn) {
                connection.shutdownInput();
            }
            write(connection, record(STDOUT, "Content-Length: " + response + "\r\n\r\n"));
            for (int sent = 0; sent < response; sent += 40_000) {
                write(connection, record(STDOUT, "x".repeat(40_000)));
            }
            if (readsOn) {
                assertThat(readToEndOfBody(connection)).isTrue();
            }
            write(connection, record(STDOUT, ""));
            write(connection, end(0, 0));
        });

        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("POST", "/fake", List.of("Content-Length: 20000000"));
            // While the client does not read, Apache has only one place for what it sends: the spool.
            Thread sender = new Thread(
                    () -> {
                        try {
                            connection.send(new byte[20_000_000]);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        } finally {
                            bodySent.countDown();
                        }
                    },
                    "body");
            sender.start();
            assertThat(bodySent.await(Await.scaled(Duration.ofSeconds(20)).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();

            assertThat(spools()).hasSize(readsOn ? 1 : 0);
            Response got = connection.readResponse("POST");
            assertThat(got.status()).isEqualTo(200);
            assertThat(got.body()).hasSize(response);
            assertThat(got.complete()).isTrue();
        }
    }

    @Test
    void whatABackendTellsAboutItselfIsForTheLogOnlyAndNoApplicationCanSayIt() throws Exception {
        Response response = answered(
                record(
                        STDOUT,
                        "Jsgi-Queue-Time: 1234\r\nJsgi-Pid: 77\r\nStatus: 200 OK\r\nX-One: 1\r\n"
                                + "jsgi-queue-time: 9999\r\nJsgi-Pid: 88\r\n\r\nbody"),
                record(STDOUT, ""),
                end(0, 0));

        assertThat(response.text()).isEqualTo("body");
        assertThat(response.header("X-One")).hasValue("1");
        assertThat(response.header("Jsgi-Queue-Time")).isEmpty();
        assertThat(response.header("Jsgi-Pid")).isEmpty();
        assertThat(lastNotes()).startsWith("fake 1234 77 ").doesNotEndWith(" -");
    }

    @Test
    void whatIsNoNumberIsNotLogged() throws Exception {
        Response response = answered(
                record(STDOUT, "Jsgi-Queue-Time: soon\r\nJsgi-Pid:\r\n\r\nbody"), record(STDOUT, ""), end(0, 0));

        assertThat(response.text()).isEqualTo("body");
        assertThat(response.header("Jsgi-Queue-Time")).isEmpty();
        assertThat(lastNotes()).startsWith("fake - - ");
    }

    @Test
    void row01WithoutARouteTheAnswerIs503AndARouteThatComesInTimeIsTaken() throws Exception {
        answer(OK);
        Path route = httpd.runDir().resolve("groups/fake.sock");
        Path aside = httpd.runDir().resolve("groups/aside");
        Files.move(route, aside, StandardCopyOption.ATOMIC_MOVE);
        try {
            Response none = httpd.client().get("/fake");
            assertThat(none.status()).isEqualTo(503);
            assertThat(none.header("Retry-After")).isPresent();
            assertThat(DELIVERED).hasValue(0);

            try (Client.Connection connection = httpd.client().open()) {
                connection.sendHead("GET", "/fake", List.of());
                Files.move(aside, route, StandardCopyOption.ATOMIC_MOVE);
                assertThat(connection.readResponse("GET").status()).isEqualTo(200);
            }
        } finally {
            if (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(aside, route, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        assertThat(DELIVERED).hasValue(1);
    }

    @Test
    void row02AnAddressWhereNobodyListensIsTriedUntilTheConnectTimeout() throws Exception {
        answer(OK);
        Path route = httpd.runDir().resolve("groups/fake.sock");
        Path aside = httpd.runDir().resolve("groups/aside");
        Path dead = httpd.root().resolve("dead.sock");
        try (ServerSocketChannel closed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            closed.bind(UnixDomainSocketAddress.of(dead));
            Files.setPosixFilePermissions(dead, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        Files.move(route, aside, StandardCopyOption.ATOMIC_MOVE);
        Files.createSymbolicLink(route, dead);
        try {
            assertThat(httpd.client().send("POST", "/fake", new byte[10]).status())
                    .isEqualTo(503);
        } finally {
            Files.move(aside, route, StandardCopyOption.ATOMIC_MOVE);
        }
        assertThat(DELIVERED).hasValue(0);
        // A route is looked up again within milliseconds.
        Await.until(
                "the route that is back to be taken",
                Duration.ofSeconds(10),
                () -> httpd.client().get("/fake").status() == 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void row04AnIdleConnectionThatWasClosedIsNotUsed(String method) throws Exception {
        twoRequestsOnOneClient(method, 2, (connection, over, answered) -> {});
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void row05AnIdleConnectionOnWhichTheBackendSaidItGoesAwayIsNotUsed(String method) throws Exception {
        twoRequestsOnOneClient(method, 2, (connection, over, answered) -> {
            write(connection, GOES_AWAY);
            over.release();
            awaitEnd(connection);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void row06ARequestThatCannotBeWrittenToAnIdleConnectionIsSentOverAnother(String method) throws Exception {
        // Open to whoever looks at it, and closed for whoever writes.
        twoRequestsOnOneClient(method, 2, (connection, over, answered) -> {
            connection.shutdownInput();
            over.release();
            assertThat(answered.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        });
    }

    @Test
    void aSoundIdleConnectionIsUsedAgain() throws Exception {
        twoRequestsOnOneClient("POST", 1, (connection, over, answered) -> {
            over.release();
            assertThat(readRequest(connection)).isTrue();
            write(connection, OK);
        });
    }

    /** A request, whose connection has that fate when it is idle, and another one; each is delivered once. */
    private void twoRequestsOnOneClient(String method, int connections, IdlePeer fate) throws Exception {
        Semaphore begins = new Semaphore(0);
        Semaphore over = new Semaphore(0);
        Semaphore answered = new Semaphore(0);
        answer(OK);
        NEXT.add(connection -> {
            assertThat(readRequest(connection)).isTrue();
            write(connection, OK);
            try {
                if (!begins.tryAcquire(60, TimeUnit.SECONDS)) {
                    throw new AssertionError("the first request has no answer");
                }
                fate.serve(connection, over, answered);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                connection.close();
                over.release();
            }
        });
        // One connection of the client is one process of Apache, which has one pool of connections.
        try (Client.Connection client = httpd.client().open()) {
            send(client, method);
            assertThat(client.readResponse(method).status()).isEqualTo(200);
            begins.release();
            assertThat(over.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            send(client, method);
            assertThat(client.readResponse(method).status()).isEqualTo(200);
        } finally {
            answered.release();
        }
        assertThat(DELIVERED).hasValue(2);
        assertThat(CONNECTIONS).hasValue(connections);
    }

    private static void send(Client.Connection client, String method) throws IOException {
        if (method.equals("POST")) {
            client.sendHead(method, "/fake", List.of("Content-Length: 4"));
            client.send("body".getBytes(StandardCharsets.US_ASCII));
        } else {
            client.sendHead(method, "/fake", List.of());
        }
    }

    @ParameterizedTest
    @CsvSource({"GET,0", "POST,30", "POST,20000"})
    void row07ARequestThatTheBackendPromisedNotToBeginIsDeliveredOnceMore(String method, int length) throws Exception {
        answer(OK);
        NEXT.add(connection -> {
            assertThat(readRequest(connection)).isTrue();
            write(connection, GOES_AWAY);
        });

        assertThat(sent(method, length).status()).isEqualTo(200);
        assertThat(DELIVERED).hasValue(2);
        assertThat(BODY.get()).hasSize(length);
    }

    @Test
    void row08ABodyThatIsHeldNoMoreIsDeliveredOnce() throws Exception {
        answer(OK);
        NEXT.add(connection -> {
            assertThat(readRequest(connection)).isTrue();
            write(connection, GOES_AWAY);
        });

        assertThat(sent("POST", 1_000_000).status()).isEqualTo(502);
        assertThat(DELIVERED).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"GET,0", "DELETE,0", "POST,30", "POST,500000"})
    void row09ARequestThatNobodyHasReadIsDeliveredOnce(String method, int length) throws Exception {
        answer(OK);
        NEXT.add(BrokenBackendIT::closeUnread);

        assertThat(sent(method, length).status()).isEqualTo(200);
        assertThat(DELIVERED).hasValue(1);
        assertThat(CONNECTIONS).hasValue(2);
        assertThat(BODY.get()).hasSize(length);
    }

    @Test
    void row10ARequestOfWhichTheBeginningWasReadIsNotSentAgain() throws Exception {
        answer(OK);
        NEXT.add(connection -> {
            assertThat(readParameters(connection)).isTrue();
            // The rest of the body is sent when the first piece was read: closed with that unread.
            assertThat(fill(connection, ByteBuffer.allocate(DAEMON_READS))).isTrue();
            closeUnread(connection);
        });

        assertThat(sent("POST", 3_000_000).status()).isEqualTo(502);
        assertThat(DELIVERED).hasValue(1);
        assertThat(CONNECTIONS).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void row11AnAnswerOfABackendThatReadsNoMoreCountsWhenItIsComplete(boolean isComplete) throws Exception {
        answer(OK);
        NEXT.add(connection -> {
            assertThat(readParameters(connection)).isTrue();
            connection.shutdownInput();
            write(connection, isComplete ? OK : record(STDOUT, "X-One: 1\r\n"));
        });

        assertThat(sent("POST", 1_000_000).status()).isEqualTo(isComplete ? 200 : 502);
        assertThat(DELIVERED).hasValue(1);
        assertThat(CONNECTIONS).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"GET,0", "HEAD,0", "PUT,30", "POST,100000"})
    void row12ARequestThatWasReadAndNotAnsweredIsNotSentAgainWhateverItsMethod(String method, int length)
            throws Exception {
        answer(new byte[0]);

        assertThat(sent(method, length).status()).isEqualTo(502);
        assertThat(DELIVERED).hasValue(1);
        assertThat(CONNECTIONS).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 20})
    void row13AnAnswerThatEndsInItsHeaderBlockIs502(int bytes) throws Exception {
        answer(Arrays.copyOf(record(STDOUT, "X-One: 1\r\nX-Two: 2\r\n\r\n"), bytes));

        assertThat(sent("GET", 0).status()).isEqualTo(502);
        assertThat(DELIVERED).hasValue(1);
        assertThat(CONNECTIONS).hasValue(1);
    }

    @Test
    void row14AnAnswerThatEndsInItsBodyIsAnAbortedTransfer() throws Exception {
        answer(record(STDOUT, "X-One: 1\r\n\r\nhalf"));

        assertIncomplete(sent("GET", 0));
        assertThat(DELIVERED).hasValue(1);
        assertThat(CONNECTIONS).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"row15,0,2,503", "row16,1,0,500", "row17,0,1,502", "row17,0,3,502"})
    void rows15To17AnEndWithoutAnAnswerIsTheEnd(String row, int application, int protocol, int status)
            throws Exception {
        answer(end(application, protocol));

        assertThat(sent("POST", 10).status()).as(row).isEqualTo(status);
        assertThat(DELIVERED).hasValue(1);
        assertThat(CONNECTIONS).hasValue(1);
    }

    @Test
    void row19ASilentBackendIs504() throws Exception {
        answer(OK);
        NEXT.add(connection -> {
            assertThat(readRequest(connection)).isTrue();
            awaitEnd(connection);
        });

        assertThat(sent("GET", 0).status()).isEqualTo(504);
        assertThat(DELIVERED).hasValue(1);
        assertThat(CONNECTIONS).hasValue(1);
    }

    @Test
    void row20TwentyConnectionsThatCloseUnreadAreEnough() throws Exception {
        answer(OK);
        for (int i = 0; i < 20; i++) {
            NEXT.add(BrokenBackendIT::closeUnread);
        }
        int mark = httpd.errorLog().mark();

        assertThat(sent("GET", 0).status()).isEqualTo(502);
        assertThat(DELIVERED).hasValue(0);
        assertThat(CONNECTIONS).hasValue(20);
        httpd.errorLog().awaitLine(mark, "JSGID0410", Duration.ofSeconds(5));
    }

    private Response sent(String method, int length) throws IOException {
        return httpd.client()
                .send(method, "/fake", length == 0 ? null : "x".repeat(length).getBytes(StandardCharsets.US_ASCII));
    }

    /** Open files of Apache in which bodies are kept. */
    private List<String> spools() throws IOException {
        List<String> found = new ArrayList<>();
        for (ProcessTree.Entry child : ProcessTree.children(httpd.pid())) {
            ProcessTree.descriptors(child.pid()).values().stream()
                    .filter(file -> file.contains("jsgid-body-"))
                    .forEach(found::add);
        }
        return found;
    }

    /** The line of the last request in the log of notes. */
    private String lastNotes() {
        return Await.value(
                "a line for each request",
                Duration.ofSeconds(5),
                () -> {
                    List<String> lines = Files.readAllLines(httpd.root().resolve("notes.log"));
                    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
                },
                line -> line.startsWith("fake "));
    }

    /** The client can tell: the transfer broke off, or, as long as nothing has been sent, the answer is an error. */
    private static void assertIncomplete(Response response) {
        if (response.status() != 502) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.complete()).isFalse();
        }
    }

    private Response answered(byte[]... records) throws IOException {
        answer(records);
        return httpd.client().get("/fake");
    }

    private static void answer(byte[]... records) {
        ANSWER.set(joined(records));
    }

    private static byte[] joined(byte[]... records) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] record : records) {
            all.writeBytes(record);
        }
        return all.toByteArray();
    }

    private static byte[] record(int type, String content) {
        return record(type, content, 0);
    }

    private static byte[] padded(int type, String content) {
        return record(type, content, 5);
    }

    private static byte[] record(int type, String content, int padding) {
        byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer record = ByteBuffer.allocate(8 + bytes.length + padding);
        record.put((byte) 1)
                .put((byte) type)
                .putShort((short) 1)
                .putShort((short) bytes.length)
                .put((byte) padding)
                .put((byte) 0)
                .put(bytes);
        return record.array();
    }

    private static byte[] end(int applicationStatus, int protocolStatus) {
        return ByteBuffer.allocate(16)
                .put(new byte[] {1, END_REQUEST, 0, 1, 0, 8, 0, 0})
                .putInt(applicationStatus)
                .put((byte) protocolStatus)
                .put(new byte[3])
                .array();
    }

    /** Each connection has a thread, until the test ends. */
    private static void serve() {
        while (listener.isOpen()) {
            try {
                SocketChannel connection = listener.accept();
                CONNECTIONS.incrementAndGet();
                Peer next = NEXT.poll();
                Thread thread = new Thread(() -> serve(connection, next), "fake backend's connection");
                thread.setDaemon(true);
                thread.start();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Closes a connection with what was sent still in it: a daemon that dies before it reads. */
    private static void closeUnread(SocketChannel connection) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(1);
        assertThat(fill(connection, first)).isTrue();
    }

    /** Reads until the empty STDIN record, or that of PARAMS, sends the answer, and closes the connection. */
    private static void serve(SocketChannel open, Peer next) {
        try (SocketChannel connection = open) {
            if (next != null) {
                next.serve(connection);
            } else if (readRequest(connection)) {
                ByteBuffer answer = ByteBuffer.wrap(ANSWER.get());
                while (answer.hasRemaining()) {
                    connection.write(answer);
                }
                if (answersEarly) {
                    awaitEnd(connection);
                }
            }
        } catch (IOException e) {
            // The module closes the connection when it has seen enough of an answer: no reason to stop serving.
            System.out.println("the module ended a connection: " + e);
        }
    }

    private static boolean readRequest(SocketChannel connection) throws IOException {
        return answersEarly ? readParameters(connection) : readParameters(connection) && readToEndOfBody(connection);
    }

    private static boolean readParameters(SocketChannel connection) throws IOException {
        boolean isWhole = readTo(PARAMS, connection, new ByteArrayOutputStream());
        if (isWhole) {
            DELIVERED.incrementAndGet();
        }
        return isWhole;
    }

    private static boolean readToEndOfBody(SocketChannel connection) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean isWhole = readTo(STDIN, connection, body);
        BODY.set(body.toString(StandardCharsets.UTF_8));
        return isWhole;
    }

    private static void write(SocketChannel connection, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            connection.write(left);
        }
    }

    /** Reads up to the empty record of that type, whose content is kept. */
    private static boolean readTo(int last, SocketChannel connection, ByteArrayOutputStream content)
            throws IOException {
        while (true) {
            ByteBuffer header = ByteBuffer.allocate(8);
            if (!fill(connection, header)) {
                return false;
            }
            int type = header.get(1);
            int length = header.getShort(4) & 0xffff;
            int padding = header.get(6) & 0xff;
            ByteBuffer record = ByteBuffer.allocate(length + padding);
            if (!fill(connection, record)) {
                return false;
            }
            if (type == last && length == 0) {
                return true;
            }
            if (type == last) {
                content.write(record.array(), 0, length);
            }
        }
    }

    private static void awaitEnd(SocketChannel connection) throws IOException {
        ByteBuffer rest = ByteBuffer.allocate(1024);
        while (connection.read(rest) >= 0) {
            rest.clear();
        }
        CLOSED_BY_THE_MODULE.release();
    }

    private static boolean fill(SocketChannel connection, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (connection.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }
}
