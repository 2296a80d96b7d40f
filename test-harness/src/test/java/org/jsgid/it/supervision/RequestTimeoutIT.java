package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** JsgiRequestTimeout, exact for each request. */
@Tag("C3")
@EveryJdk
class RequestTimeoutIT {

    /** All timers that can be switched off are: none needs another. */
    private static final String[] NO_OTHER_TIMER = {
        "JsgiDeadlockTimeout 0",
        "JsgiInactivityTimeout 0",
        "JsgiQueueTimeout 0",
        "JsgiRestartInterval 0",
        "JsgiEvictionTimeout 0"
    };

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("request-timeout", server -> {
        server.addInstalledProfiles();
        Path takes = Apps.java(server, "takes/Takes.java");
        server.configure(new HttpdConf()
                .group("limited", "JsgiRequestTimeout 2")
                .group("alone", with("JsgiRequestTimeout 2", NO_OTHER_TIMER))
                .group("stuck", "JsgiRequestTimeout 2")
                // Of its own, since its process is renewed after the test.
                .group("begins", "JsgiRequestTimeout 2")
                .mount("/limited", takes, "limited")
                .mount("/alone", takes, "alone")
                .mount("/stuck", takes, "stuck")
                .mount("/begins", takes, "begins"));
    });

    private final Httpd httpd = SERVER.httpd();

    private static String[] with(String first, String... others) {
        String[] all = new String[others.length + 1];
        all[0] = first;
        System.arraycopy(others, 0, all, 1, others.length);
        return all;
    }

    @BeforeEach
    void ready() {
        httpd.awaitReady("limited", "alone", "stuck", "begins");
    }

    /** What the group says about requests that take too long, and the module about their ends. */
    private void announceTimeouts() {
        httpd.errorLog()
                .announce("JSGID053[246]|JSGID0610|JSGID0420: \\[group (limited|alone)\\]|(limited|alone).*\\sat ");
    }

    private static void assertTook(Duration took, int seconds) {
        assertThat(took).isBetween(Duration.ofSeconds(seconds), Await.scaled(Duration.ofSeconds(seconds + 2)));
    }

    @Test
    void theStackIsLoggedWithTheRequestAndTheClientGets504OnTime() throws IOException {
        announceTimeouts();
        int mark = httpd.errorLog().mark();
        long begin = System.nanoTime();

        Response response = httpd.client().get("/limited?how=sleep");

        assertTook(Duration.ofNanos(System.nanoTime() - begin), 2);
        assertThat(response.status()).isEqualTo(504);
        assertThat(response.complete()).isTrue();
        httpd.errorLog()
                .awaitLine(
                        mark,
                        "JSGID0532: The request \"GET /limited\\?how=sleep HTTP/1.1\" \\(id \\S+\\)",
                        Duration.ofSeconds(10));
        httpd.errorLog().awaitLine(mark, "at Takes.handle\\(Takes.java:\\d+\\)", Duration.ofSeconds(10));
    }

    @Test
    void otherRequestsOfTheProcessAreUnharmed() throws IOException {
        announceTimeouts();
        String process = httpd.client().get("/limited").text();
        try (Client.Connection late = httpd.client().open()) {
            late.sendHead("GET", "/limited?how=sleep", List.of());
            long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (System.nanoTime() < until) {
                Response other = httpd.client().get("/limited");
                assertThat(other.status()).isEqualTo(200);
                assertThat(other.text().split(" ", -1)[1]).isEqualTo(process.split(" ", -1)[1]);
            }
            assertThat(late.readResponse("GET").status()).isEqualTo(504);
        }
    }

    @Test
    @Tag("mod_wsgi-h")
    void itFiresAlthoughEveryOtherTimerIsOff() throws IOException {
        announceTimeouts();
        long begin = System.nanoTime();

        assertThat(httpd.client().get("/alone?how=sleep").status()).isEqualTo(504);
        assertTook(Duration.ofNanos(System.nanoTime() - begin), 2);
    }

    @Test
    void aResponseThatHasBegunBreaksOffSoThatTheClientCanTell() throws IOException {
        httpd.errorLog().announce("begins|JSGID");
        Path until = Marks.folder(httpd).resolve("begin-until");
        try {
            Response response = httpd.client().get("/begins?how=begin&until=" + until);

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("the beginning");
            assertThat(response.complete()).isFalse();
        } finally {
            Files.createFile(until);
        }
    }

    @Test
    void aClientThatDoesNotSendItsBodyGets504AndHoldsNoThread() throws IOException {
        announceTimeouts();
        long process = httpd.status().group("alone").pids().get(0);
        try (Client.Connection connection = httpd.client().open()) {
            connection.sendHead("POST", "/alone?how=read", List.of("Content-Length: 100000"));
            connection.send(new byte[10]);
            assertThat(connection.readResponse("POST").status()).isEqualTo(504);
        }
        httpd.awaitGroup(
                "alone",
                "to have nothing to do, in the same process",
                group -> group.pids().equals(List.of(process))
                        && group.processes().stream().allMatch(each -> each.activeRequests() == 0));
    }

    @Test
    void aThreadThatIgnoresTheInterruptIsAnsweredForAndItsProcessRenewed() throws IOException {
        httpd.errorLog().announce("limited|stuck|JSGID");
        Status.Group before = httpd.status().group("stuck");
        long begin = System.nanoTime();

        Response response = httpd.client().get("/stuck?how=ignore");

        assertTook(Duration.ofNanos(System.nanoTime() - begin), 3);
        assertThat(response.status()).isEqualTo(504);
        httpd.awaitGroup(
                "stuck",
                "to have another process, and the one with the stuck thread gone",
                Duration.ofSeconds(30),
                group -> !group.pids().isEmpty()
                        && group.processes().stream()
                                .noneMatch(each -> before.pids().contains(each.pid())));
        assertThat(httpd.client().get("/stuck").status()).isEqualTo(200);
    }
}
