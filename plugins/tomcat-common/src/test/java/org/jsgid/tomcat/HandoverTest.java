package org.jsgid.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jsgid.daemon.servlet.ServletApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of two processes of a group, one of which comes in the place of the other; here both are in one JVM. */
class HandoverTest {

    private static final String MOUNT = "/shop";
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path folder;

    /** Of both processes: two cannot be in one JVM. */
    private static final TomcatContainer CONTAINER = new TomcatContainer();

    private File war;
    private TestingSettings oldSettings;
    private ServletApplication old;
    private ServletApplication next;

    @BeforeEach
    void deploysTheSameApplicationInTwoGenerations() throws Exception {
        war = TestingWar.exploded("sessions", folder);
        oldSettings = process(1, 2);
        old = CONTAINER.deploy(war, MOUNT, oldSettings);
        next = CONTAINER.deploy(war, MOUNT, process(2, 1));
    }

    private TestingSettings process(int generation, int number) {
        return new TestingSettings(folder.resolve("work").toFile()).of(generation, number);
    }

    @AfterEach
    void stops() {
        old.stop();
        next.stop();
    }

    @AfterAll
    static void closes() {
        CONTAINER.close();
    }

    private static TestingExchange get(ServletApplication application, String id, String query) throws IOException {
        TestingExchange exchange = TestingExchange.get(MOUNT, "/count" + query);
        if (id != null) {
            exchange.with("HTTP_COOKIE", "JSESSIONID=" + id);
        }
        application.service(exchange);
        assertThat(exchange.status()).isEqualTo(200);
        return exchange;
    }

    private static String id(TestingExchange exchange) {
        return exchange.text().split(" ", -1)[1];
    }

    private static int count(TestingExchange exchange) {
        return Integer.parseInt(exchange.text().split(" ", -1)[0]);
    }

    private static CompletableFuture<TestingExchange> beside(ServletApplication application, String id, String query) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return get(application, id, query);
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    private static void await(Path file) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!Files.exists(file)) {
            assertThat(System.nanoTime() - end).as("time left for " + file).isNegative();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void aSessionGoesOnInTheNextProcessUnderItsRoute() throws IOException {
        String id = id(get(old, null, ""));
        assertThat(id).endsWith(".2");
        assertThat(get(old, id, "").responseHeader("Set-Cookie")).isNull();
        old.drain();

        TestingExchange exchange = get(next, id, "");
        assertThat(count(exchange)).isEqualTo(3);
        String newId = id.substring(0, id.length() - 1) + "1";
        assertThat(id(exchange)).isEqualTo(newId);
        assertThat(exchange.responseHeader("Set-Cookie")).startsWith("JSESSIONID=" + newId + ";");
        assertThat(count(get(next, id, "")))
                .as("also for a client that has not got its new id yet")
                .isEqualTo(4);
    }

    @Test
    void whatCannotOrMustNotGoStaysAndListenersAreTold() throws IOException {
        TestingExchange first = get(old, null, "");
        assertThat(first.text()).contains("plain=true dropped=true passivated=0 activated=0");
        old.drain();

        assertThat(get(next, id(first), "").text()).contains("plain=false dropped=false passivated=1 activated=1");
    }

    @Test
    void aRequestWaitsForASessionThatIsAboutToCome() throws Exception {
        String id = id(get(old, null, ""));
        CompletableFuture<TestingExchange> waiting = beside(next, id, "");
        old.drain();

        assertThat(count(waiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS))).isEqualTo(2);
    }

    @Test
    void aSessionInUseComesWhenItsRequestHasEnded() throws Exception {
        String id = id(get(old, null, ""));
        Path until = folder.resolve("until");
        CompletableFuture<TestingExchange> using = beside(old, id, "?until=" + until);
        await(folder.resolve("until.begun"));
        old.drain();
        CompletableFuture<TestingExchange> waiting = beside(next, id, "");
        Files.write(until, new byte[0]);

        assertThat(count(using.get(PATIENCE_SECONDS, TimeUnit.SECONDS))).isEqualTo(2);
        assertThat(count(waiting.get(PATIENCE_SECONDS, TimeUnit.SECONDS))).isEqualTo(3);
    }

    @Test
    void aSessionGoesOnWhoseIdWasChangedWhileAnotherRequestUsedIt() throws Exception {
        String id = id(get(old, null, ""));
        Path until = folder.resolve("until");
        CompletableFuture<TestingExchange> using = beside(old, id, "?until=" + until);
        await(folder.resolve("until.begun"));
        String changed = id(get(old, id, "?change=1"));
        assertThat(changed).isNotEqualTo(id);
        Files.write(until, new byte[0]);
        using.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        old.drain();

        assertThat(count(get(next, changed, ""))).isEqualTo(3);
    }

    @Test
    void nothingIsKeptUnlessTheContextOrTheAdministratorSaysSo() throws Exception {
        File plain = TestingWar.exploded("sessions", folder);
        Files.delete(plain.toPath().resolve("META-INF/context.xml"));
        assertThat(countAfterDraining(plain, process(1, 2), process(2, 2))).isEqualTo(1);

        TestingSettings former = process(1, 2).with("manager.pathname", "SESSIONS.ser");
        TestingSettings later = process(2, 2).with("manager.pathname", "SESSIONS.ser");
        assertThat(countAfterDraining(plain, former, later)).isEqualTo(2);
    }

    private static int countAfterDraining(File application, TestingSettings former, TestingSettings later)
            throws Exception {
        ServletApplication first = CONTAINER.deploy(application, MOUNT, former);
        ServletApplication second = CONTAINER.deploy(application, MOUNT, later);
        try {
            String id = id(get(first, null, ""));
            first.drain();
            return count(get(second, id, ""));
        } finally {
            first.stop();
            second.stop();
        }
    }

    @Test
    void aLateRequestInTheOldProcessGetsItsSessionBackAndGivesItOnAgain() throws IOException {
        String id = id(get(old, null, ""));
        old.drain();

        assertThat(count(get(old, id, ""))).isEqualTo(2);
        assertThat(count(get(next, id, ""))).isEqualTo(3);
        String late = id(get(old, null, ""));
        assertThat(count(get(next, late, ""))).isEqualTo(2);
    }

    @Test
    void sessionsAreThereForAProcessThatBeginsAfterAllOthersEnded() throws Exception {
        String id = id(get(old, null, ""));
        old.stop();
        next.stop();

        ServletApplication later = CONTAINER.deploy(war, MOUNT, process(1, 1));
        try {
            assertThat(count(get(later, id, ""))).isEqualTo(2);
        } finally {
            later.stop();
        }
    }

    @Test
    void idsThatNobodyKnowsGetANewSession() throws IOException {
        old.drain();
        for (String id : new String[] {"../../../../etc/passwd", "x", "..", "A.1", "0.0"}) {
            TestingExchange exchange = get(next, id, "");
            assertThat(count(exchange)).isEqualTo(1);
            assertThat(id(exchange)).isNotEqualTo(id);
        }
    }

    @Test
    void aSessionWhoseTimeIsOverDoesNotComeBack() throws Exception {
        TestingExchange first = get(old, null, "?short=1");
        long end = System.currentTimeMillis() + 2100;
        old.drain();
        while (System.currentTimeMillis() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }

        assertThat(count(get(next, id(first), ""))).isEqualTo(1);
    }

    @Test
    void theStoreIsForTheUserAlone() throws IOException {
        get(old, null, "");
        old.drain();
        try (java.util.stream.Stream<Path> all =
                Files.walk(oldSettings.sharedFolder().toPath())) {
            assertThat(all.filter(Files::isDirectory))
                    .isNotEmpty()
                    .allSatisfy(path -> assertThat(java.nio.file.attribute.PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(path)))
                            .isEqualTo("rwx------"));
        }
    }
}
