package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a restart and a stop of Apache, graceful or not, and the rotation of its logs mean for daemons and requests. */
@Tag("C6")
@RunsOn(11)
class RestartHttpdIT {

    /** A request that takes longer than the timeouts of most servers, those of a browser and Apache's own included. */
    private static final Duration LONG = Duration.ofSeconds(65);

    private static final Duration BEGINS_WITHIN = Duration.ofSeconds(10);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.prepared("restart", server -> {
        server.addInstalledProfiles();
        server.configure(new HttpdConf()
                .group("shop", "JsgiProcesses 2")
                .group("patient", "JsgiGracefulTimeout 3600", "JsgiShutdownTimeout 2")
                .mount("/slow", Apps.java(server, "slow/Slow.java"), "shop")
                .mount("/throws", Apps.java(server, "throws/Throws.java"), "shop")
                .mount("/patient", Apps.java(server, "slow/Slow.java"), "patient"));
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void start() {
        if (!httpd.isRunning()) {
            httpd.start();
        }
        httpd.awaitReady("shop", "patient");
    }

    @Test
    void aRestartCutsClientsOffButNotWhatApplicationsDo() throws IOException {
        List<Long> before = httpd.status().group("shop").pids();
        Slow slow = new Slow("restart");
        try (Client.Connection connection = httpd.client().open()) {
            slow.begin(connection, "/slow");

            int mark = httpd.errorLog().mark();
            RunningProcess.run(httpd.command("-k", "restart")).expectSuccess();
            httpd.errorLog().awaitLine(mark, "resuming normal operations", Duration.ofSeconds(30));

            // A thread that Apache had to wait for, and kill in the end, would be in the log (AH00045).
            assertThat(connection.isClosedByServer()).isTrue();
            assertThat(slow.ended()).doesNotExist();
            slow.finish();
            Await.until("the application to end its work", BEGINS_WITHIN, () -> Files.exists(slow.ended()));
        }

        assertThat(httpd.status().group("shop").pids()).isEqualTo(before);
        assertThat(httpd.client().get("/slow?until=" + slow.until()).status()).isEqualTo(200);
    }

    @Test
    void aLongRequestSurvivesAGracefulRestartAndAGracefulStop() throws IOException {
        Slow first = new Slow("before");
        Slow second = new Slow("after");
        try (Client.Connection old = httpd.client().open();
                Client.Connection young = httpd.client().open()) {
            long begin = System.nanoTime();
            first.begin(old, "/slow");
            httpd.graceful();
            second.begin(young, "/slow");
            int mark = httpd.errorLog().mark();
            RunningProcess.run(httpd.command("-k", "graceful-stop")).expectSuccess();
            httpd.errorLog().awaitLine(mark, "AH00492|caught SIGWINCH", Duration.ofSeconds(10));

            // The time is what is tested.
            Await.until(
                    "the requests to be long ones",
                    LONG.plusSeconds(5),
                    () -> System.nanoTime() - begin >= LONG.toNanos());
            assertThat(httpd.isRunning()).isTrue();
            first.finish();
            second.finish();

            assertAnswered(old.readResponse("GET"));
            assertAnswered(young.readResponse("GET"));
        }
        httpd.tree().assertNothingLeft(Httpd.STOPS_WITHIN);
    }

    @Test
    void aStopThatIsNotGracefulWaitsForNoRequestLongerThanTheShutdownTimeout() throws IOException {
        Slow endless = new Slow("endless");
        try (Client.Connection connection = httpd.client().open()) {
            endless.begin(connection, "/patient");
            httpd.errorLog().announce("JSGID03");

            httpd.stop("stop");

            assertThat(connection.isClosedByServer()).isTrue();
            assertThat(endless.ended()).doesNotExist();
        }
    }

    @Test
    void afterARotationOfTheLogsAllWriteToTheNewOnes() throws IOException {
        httpd.errorLog().announce("Throws|throws|JSGID0420|JSGID0418");
        Path log = httpd.root().resolve("error.log");
        Path rotated = httpd.root().resolve("error.log.1");
        List<Long> before = httpd.status().group("shop").pids();
        Files.move(log, rotated, StandardCopyOption.REPLACE_EXISTING);

        RunningProcess.run(httpd.command("-k", "graceful")).expectSuccess();
        httpd.errorLog().awaitLine(0, "resuming normal operations", Duration.ofSeconds(20));
        // A line of the module for a request, and one of a monitor for a command.
        assertThat(httpd.client().get("/throws").status()).isEqualTo(500);
        httpd.errorLog().awaitLine(0, "JSGID04.*throws", Duration.ofSeconds(10));
        httpd.ctl().run("restart", "patient").expectSuccess();
        httpd.errorLog().awaitLine(0, "group patient.*JSGID03|JSGID03.*patient", Duration.ofSeconds(10));

        assertThat(httpd.status().group("shop").pids()).isEqualTo(before);
        long size = Files.size(rotated);
        httpd.ctl().run("restart", "patient").expectSuccess();
        assertThat(Files.size(rotated)).isEqualTo(size);
    }

    private static void assertAnswered(Response response) {
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.complete()).isTrue();
    }

    /** A request that ends when it is told to. */
    private final class Slow {

        private final Path began;
        private final Path until;
        private final Path ended;

        Slow(String name) throws IOException {
            Path marks = Marks.folder(httpd);
            began = marks.resolve(name + "-began");
            until = marks.resolve(name + "-until");
            ended = marks.resolve(name + "-ended");
        }

        void begin(Client.Connection connection, String path) throws IOException {
            connection.sendHead("GET", path + "?began=" + began + "&until=" + until + "&ended=" + ended, List.of());
            Await.until("the request to begin", BEGINS_WITHIN, () -> Files.exists(began));
        }

        void finish() throws IOException {
            Files.createFile(until);
        }

        Path until() {
            return until;
        }

        Path ended() {
            return ended;
        }
    }
}
