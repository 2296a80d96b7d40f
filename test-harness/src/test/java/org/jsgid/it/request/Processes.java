package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Groups of several processes: which of them a request gets to. The classes below say in which kind of Apache. */
@Tag("D10")
abstract class Processes {

    private static final int PROCESSES = 3;

    private static final Duration WITHIN = Duration.ofSeconds(60);

    private final Httpd httpd;

    Processes(JsgidServer server) {
        httpd = server.httpd();
    }

    static JsgidServer server(String name, HttpdConf.Mpm mpm) {
        return JsgidServer.started(name, server -> {
            server.addInstalledProfiles();
            Path place = Apps.java(server, "place/Place.java");
            server.configure(new HttpdConf()
                    .mpm(mpm)
                    .group("sticky", "JsgiProcesses " + PROCESSES, "JsgiSticky route set")
                    .group("busy", "JsgiProcesses " + PROCESSES, "JsgiThreads 1", "JsgiSticky off")
                    .mount("/sticky", place, "sticky")
                    .mount("/busy", place, "busy"));
        });
    }

    @BeforeEach
    void ready() {
        awaitAll("sticky");
        awaitAll("busy");
    }

    private Status.Group awaitAll(String group) {
        return httpd.awaitGroup(
                group, "to have all processes", WITHIN, found -> found.pids().size() == PROCESSES);
    }

    private Response get(int number) throws IOException {
        Response response = httpd.client().get("/sticky", "Cookie: other=1; route=route." + number);
        assertThat(response.status()).isEqualTo(200);
        return response;
    }

    @Test
    void requestsGetToTheProcessOfTheirRouteOverManyNewConnections() throws IOException {
        for (int i = 0; i < 30; i++) {
            int number = i % PROCESSES + 1;
            Response response = get(number);
            assertThat(response.text()).isEqualTo(Integer.toString(number));
            assertThat(response.headers("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void aClientWithoutRouteGetsOneInASafeCookie() throws IOException {
        for (String cookie : new String[] {"a=b", "route=route.4", "route=x.1x", "route=route.0"}) {
            Response response = httpd.client().get("/sticky", "Cookie: " + cookie);
            assertThat(response.headers("Set-Cookie"))
                    .containsExactly("route=route." + response.text() + "; Path=/sticky; HttpOnly; SameSite=Lax");
        }
    }

    @Test
    void theRouteOfAKilledProcessLeadsToAnotherAndBackToTheOneInItsPlace() throws IOException {
        httpd.errorLog().announce("sticky");
        get(2);
        long killed = httpd.status().group("sticky").ready().stream()
                .filter(process -> process.number() == 2)
                .findFirst()
                .orElseThrow()
                .pid();
        ProcessTree.signal(killed, "KILL");

        Response other = Await.value(
                "another process to serve",
                WITHIN,
                () -> get(2),
                response -> !response.text().equals("2"));
        assertThat(other.headers("Set-Cookie")).singleElement().asString().startsWith("route=route." + other.text());
        awaitAll("sticky");
        assertThat(Await.value(
                                "the new process to serve",
                                WITHIN,
                                () -> get(2),
                                response -> response.text().equals("2"))
                        .headers("Set-Cookie"))
                .isEmpty();
    }

    @Test
    void processesWithStuckRequestsGetNoMoreWhileOneIsFree() throws IOException {
        List<CompletableFuture<String>> stuck = new ArrayList<>();
        try {
            for (int i = 1; i < PROCESSES; i++) {
                Path own = Marks.folder(httpd).resolve("release-" + i);
                Files.deleteIfExists(own.resolveSibling(own.getFileName() + ".begun"));
                stuck.add(CompletableFuture.supplyAsync(() -> busy("?until=" + own)));
                Path begun = own.resolveSibling(own.getFileName() + ".begun");
                Await.until("a request to be stuck", WITHIN, () -> Files.exists(begun));
            }
            // Each process has one thread: a request behind a stuck one would never end.
            List<String> served = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                served.add(busy(""));
            }
            assertThat(served).containsOnly(served.get(0));
            assertThat(stuck).noneMatch(CompletableFuture::isDone);
        } finally {
            for (int i = 1; i < PROCESSES; i++) {
                Files.write(Marks.folder(httpd).resolve("release-" + i), new byte[0]);
            }
        }
        List<String> numbers = stuck.stream().map(CompletableFuture::join).toList();
        assertThat(numbers).doesNotHaveDuplicates().hasSize(PROCESSES - 1);
    }

    private String busy(String query) {
        try {
            Response response = httpd.client().get("/busy" + query);
            assertThat(response.status()).isEqualTo(200);
            return response.text();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
