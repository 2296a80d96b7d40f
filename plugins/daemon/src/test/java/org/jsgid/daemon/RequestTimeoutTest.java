package org.jsgid.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jsgid.daemon.app.ApplicationKey;
import org.jsgid.daemon.fcgi.TestingClient;
import org.jsgid.daemon.fcgi.TestingClient.Answer;
import org.jsgid.daemon.fcgi.TestingRecords;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that take longer than JsgiRequestTimeout. */
@Timeout(120)
class RequestTimeoutTest {

    private static final String SETTINGS = "queue-timeout=0 queue-limit=0 threads=4 request-timeout=1";

    /** On a machine that has much else to do. */
    private static final Duration SLOWEST = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private TestingMonitor monitor;
    private Path file;

    @AfterEach
    void stop() throws IOException {
        Files.writeString(folder.resolve("gate"), "");
        if (monitor != null) {
            monitor.close();
        }
    }

    /** What the application does is in the query. */
    private void start(String settings) throws Exception {
        file = Files.writeString(folder.resolve("App.java"), """
                import java.io.*;
                import java.nio.file.*;
                import org.jsgi.*;
                public class App implements Application {
                  static final Path GATE = Paths.get("%s/gate");
                  public Response handle(Request request) throws Exception {
                    switch (request.query()) {
                      case "sleep":
                        Thread.sleep(100_000);
                        return null;
                      case "ignore":
                        ignore();
                        return Response.text("late");
                      case "begin":
                        return Response.of(200).body((Body) out -> {
                          out.write("the beginning".getBytes());
                          out.flush();
                          ignore();
                          out.write("the end".getBytes());
                        });
                      case "read":
                        return Response.text("" + request.body().read());
                      case "busy":
                        long end = System.nanoTime() + 1_500_000_000L;
                        while (System.nanoTime() < end) { }
                        return Response.text("answered all the same");
                      default:
                        return Response.text("quick " + Thread.currentThread().isInterrupted());
                    }
                  }
                  static void ignore() {
                    while (!Files.exists(GATE)) {
                      try { Thread.sleep(5); } catch (InterruptedException e) { System.out.println("ignored"); }
                    }
                  }
                }
                """.formatted(folder));
        monitor = new TestingMonitor(folder, settings, new ApplicationKey(file.toString(), "", ""));
        monitor.report("loaded");
    }

    private Answer ask(TestingClient client, String query) throws IOException {
        return client.get(file.toString(), "QUERY_STRING", query, "JSGI_REQUEST_ID", "id-7");
    }

    private CompletableFuture<Answer> asking(String query) {
        return CompletableFuture.supplyAsync(() -> {
            try (TestingClient client = monitor.connect()) {
                return ask(client, query);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform", "virtual"})
    void oneThatEndsWhenItIsInterruptedIsAnsweredWith504AndItsConnectionServesOn(String threading) throws Exception {
        start(SETTINGS + " threading=" + threading);
        try (TestingClient client = monitor.connect()) {
            long begin = System.nanoTime();
            Answer answer = ask(client, "sleep");
            Duration took = Duration.ofNanos(System.nanoTime() - begin);

            assertThat(answer.head()).startsWith("Status: 504 Gateway Timeout");
            assertThat(answer.text()).contains("JsgiRequestTimeout");
            assertThat(answer.errors()).contains("JSGID0610").contains("InterruptedException");
            assertThat(answer.appStatus()).isZero();
            assertThat(took).isBetween(Duration.ofSeconds(1), SLOWEST);
            assertThat(ask(client, "").text()).isEqualTo("quick false");
        }
        assertThat(monitor.words()).doesNotContain("stuck");
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform", "virtual"})
    void oneThatIgnoresTheInterruptIsAnsweredWithoutItAndReported(String threading) throws Exception {
        start(SETTINGS + " threading=" + threading);
        CompletableFuture<Answer> other = asking("");
        try (TestingClient client = monitor.connect()) {
            long begin = System.nanoTime();
            Answer answer = ask(client, "ignore");
            Duration took = Duration.ofNanos(System.nanoTime() - begin);

            assertThat(answer.head()).startsWith("Status: 504 Gateway Timeout");
            assertThat(answer.errors()).contains("JSGID0534").contains("\"GET /x null\" (id id-7)");
            assertThat(took).isBetween(Duration.ofSeconds(2), SLOWEST);
            assertThat(client.next().type()).as("nothing more is served here").isEqualTo(100);
            assertThat(client.next()).isNull();
        }
        assertThat(other.get(30, TimeUnit.SECONDS).text()).isEqualTo("quick false");
        assertThat(monitor.report("stuck").field("requests")).isEqualTo("1");
        monitor.report("counters", line -> line.field("stuck").equals("1"));
        assertThat(asking("").get(30, TimeUnit.SECONDS).text()).isEqualTo("quick false");

        assertThat(monitor.daemon().drain(60, false)).as("nothing waits for it").isZero();
    }

    @Test
    void oneThatEndsLateDoesNotCountAsStuckAnyMore() throws Exception {
        start(SETTINGS);
        CompletableFuture<Answer> ignoring = asking("ignore");
        monitor.report("counters", line -> line.field("stuck").equals("1"));

        assertThat(ignoring.get(30, TimeUnit.SECONDS).head()).startsWith("Status: 504");
        Files.createFile(folder.resolve("gate"));
        monitor.report(
                "counters",
                line -> line.field("stuck").equals("0") && line.field("active").equals("0") && line.field("requests").equals("1"));
    }

    @Test
    void aResponseThatHasBegunBreaksOff() throws Exception {
        start(SETTINGS);
        try (TestingClient client = monitor.connect()) {
            Answer answer = ask(client, "begin");

            assertThat(answer.text()).isEqualTo("the beginning");
            assertThat(answer.appStatus()).isEqualTo(1);
        }
        monitor.report("stuck");
    }

    @Test
    void oneThatWaitsForItsBodyIsAnsweredAtOnceAndIsNotStuck() throws Exception {
        start(SETTINGS);
        try (TestingClient client = monitor.connect()) {
            long begin = System.nanoTime();
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, TestingClient.params(file.toString(), "QUERY_STRING", "read", "CONTENT_LENGTH", "5"))
                    .bytes());
            Answer answer = client.answer();

            assertThat(answer.head()).startsWith("Status: 504");
            assertThat(answer.errors()).contains("JSGID0534").contains("waited for the client");
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofSeconds(1), SLOWEST);
        }
        monitor.report("counters", line -> line.field("active").equals("0") && line.field("requests").equals("1"));
        assertThat(monitor.words()).doesNotContain("stuck");
    }

    @Test
    void theInterruptDoesNotCloseTheConnectionOfOneThatAnswersAllTheSame() throws Exception {
        start(SETTINGS);
        try (TestingClient client = monitor.connect()) {
            assertThat(ask(client, "busy").text()).isEqualTo("answered all the same");
            assertThat(ask(client, "").text()).isEqualTo("quick false");
        }
    }

    @Test
    void oneThatStillRunsWhenDrainingMustEndIsInterrupted() throws Exception {
        start("threads=4");
        CompletableFuture<Answer> sleeping = asking("sleep");
        monitor.report("counters", line -> line.field("active").equals("1"));

        assertThat(monitor.daemon().drain(0, true)).isEqualTo(75);
        assertThat(sleeping.get(30, TimeUnit.SECONDS).errors()).contains("InterruptedException");
    }
}
