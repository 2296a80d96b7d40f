package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Load;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A limit on requests is kept while requests overlap without a pause: mod_wsgi puts the end off with each request that
 * comes, so that its limit takes effect when the load stops.
 */
@Tag("C4")
@Tag("mod_wsgi-g")
@Tag("alone")
@RunsOn(8)
class MaximumRequestsIT {

    private static final int LIMIT = 3000;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("maxreq", server -> {
        server.addInstalledProfiles();
        Path hello = Apps.java(server, "hello/Hello.java");
        server.configure(new HttpdConf()
                .group("limited", "JsgiMaximumRequests " + LIMIT, "JsgiProcesses 2")
                .mount("/limited", hello, "limited"));
    });

    private final Httpd httpd = SERVER.httpd();

    @Test
    void processesAreRenewedUnderContinuousOverlappingLoadAndNoRequestFails() throws IOException {
        httpd.awaitReady("limited");

        try (Load load = Load.start(httpd.client(), "/limited", 6, 50)) {
            Set<String> pids = Await.value(
                    "six processes to have served",
                    Duration.ofSeconds(90),
                    () -> served(load.bodiesSoFar()).keySet(),
                    seen -> seen.size() >= 6);
            int most = httpd.status().group("limited").processes().size();
            Load.Result result = load.stop();

            System.out.printf(
                    "measured: %d requests answered by %d processes with JsgiMaximumRequests %d, %d failed%n",
                    result.answered(), pids.size(), LIMIT, result.failures().size());
            assertThat(result.failures()).isEmpty();
            assertThat(most).isLessThanOrEqualTo(3);
        }
        Status.Group after = httpd.awaitGroup(
                "limited", "to have two processes", group -> group.pids().size() == 2);
        assertThat(after.generation()).isEqualTo(1);
        assertThat(after.lastExit()).isNull();
    }

    private static Map<String, Long> served(Map<String, Long> bodies) {
        return bodies.entrySet().stream()
                .collect(Collectors.toMap(body -> Facts.of(body.getKey()).get("pid"), Map.Entry::getValue, Long::sum));
    }
}
