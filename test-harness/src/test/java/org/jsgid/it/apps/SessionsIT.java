package org.jsgid.it.apps;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Apps.ServletGeneration;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions of a web application in two processes, whose context says that they are kept over a restart. */
@Tag("D10")
@Tag("I2")
@Tag("alone")
@RunsOn(8)
class SessionsIT {

    private static final int PROCESSES = 2;
    private static final int CLIENTS = 30;
    private static final int THREADS = 3;

    private static final Duration WITHIN = Duration.ofSeconds(60);

    private static Path war;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("sessions", server -> {
        server.addInstalledProfiles();
        war = Apps.war(server, "sessions-war", ServletGeneration.usual());
        server.configure(
                new HttpdConf().group("kept", "JsgiProcesses " + PROCESSES).mount("/kept", war, "kept"));
    });

    private final Httpd httpd = SERVER.httpd();

    /** A browser with one session. */
    private final class Visitor {
        private String cookie;
        private int count;
        /** In how many sessions it was. */
        private int sessions;

        private String process;

        void visit() throws IOException {
            Response response = cookie == null
                    ? httpd.client().get("/kept/count")
                    : httpd.client().get("/kept/count", "Cookie: " + cookie);
            assertThat(response.status()).as(response.text()).isEqualTo(200);
            response.header("Set-Cookie").ifPresent(set -> cookie = set.split(";", 2)[0]);
            String[] fields = response.text().split(" ", -1);
            int counted = Integer.parseInt(fields[0]);
            process = fields[1];
            sessions += counted == 1 ? 1 : 0;
            assertThat(counted)
                    .as("count of " + cookie + " in process " + process)
                    .isEqualTo(count + 1);
            count = counted;
        }
    }

    private static void visitAll(List<Visitor> visitors) throws IOException {
        for (Visitor visitor : visitors) {
            visitor.visit();
        }
    }

    /** Visits in turn until it is told to stop; ends with the first visit that was not as it must be. */
    private static CompletableFuture<Void> visiting(List<Visitor> visitors, CompletableFuture<Void> stop) {
        return CompletableFuture.runAsync(() -> {
            try {
                while (!stop.isDone()) {
                    visitAll(visitors);
                    // A load, not a test of speed.
                    TimeUnit.MILLISECONDS.sleep(10);
                }
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private Status.Group awaitAll(int generation) {
        return httpd.awaitGroup(
                "kept",
                "to have all processes of generation " + generation,
                WITHIN,
                group -> group.generation() >= generation && group.pids().size() == PROCESSES);
    }

    @Test
    void noneIsLostByARestartOrARedeployUnderLoadAndAnotherProcessServesForAKilledOne() throws Exception {
        int first = awaitAll(1).generation();
        List<Visitor> visitors = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            visitors.add(new Visitor());
        }
        CompletableFuture<Void> stop = new CompletableFuture<>();
        List<CompletableFuture<Void>> load = new ArrayList<>();
        try {
            for (int i = 0; i < THREADS; i++) {
                load.add(visiting(visitors.subList(i * CLIENTS / THREADS, (i + 1) * CLIENTS / THREADS), stop));
            }
            httpd.ctl().run("restart", "kept").expectSuccess();
            awaitAll(first + 1);
            Apps.repack(
                    war,
                    Map.of(
                            "WEB-INF/web.xml",
                            ServletGeneration.usual()
                                    .translate(Apps.source("sessions-war/web/WEB-INF/web.xml"))
                                    .replace("version 1", "version 2")));
            awaitAll(first + 2);
        } finally {
            stop.complete(null);
        }
        for (CompletableFuture<Void> one : load) {
            one.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
        }

        visitAll(visitors);
        assertThat(visitors).allSatisfy(visitor -> {
            assertThat(visitor.sessions).isEqualTo(1);
            assertThat(visitor.count).isGreaterThan(1);
            assertThat(visitor.cookie).endsWith("." + visitor.process);
        });

        killsOne(visitors);
    }

    /** What was in the memory of a killed process is lost; its clients get sessions in another one, which has all of its own. */
    private void killsOne(List<Visitor> visitors) throws IOException {
        Set<String> numbers = new HashSet<>();
        visitors.forEach(visitor -> numbers.add(visitor.process));
        String number = numbers.iterator().next();
        long pid = httpd.status().group("kept").ready().stream()
                .filter(process -> number.equals(Integer.toString(process.number())))
                .findFirst()
                .orElseThrow()
                .pid();
        httpd.errorLog().announce("kept");
        ProcessTree.signal(pid, "KILL");
        Await.until("the process to be gone", WITHIN, () -> !ProcessTree.isAlive(pid));

        for (Visitor visitor : visitors) {
            boolean isOfKilled = visitor.process.equals(number);
            visitor.count = isOfKilled ? 0 : visitor.count;
            visitor.visit();
            assertThat(visitor.cookie).endsWith("." + visitor.process);
        }
        awaitAll(1);
    }
}
