package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.ProcessTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections that become another protocol's, for every MPM, by an application that speaks one of its own. */
@Tag("D9")
abstract class Upgrades {

    private static final int MEGABYTE = 1 << 20;

    private final List<Client.Connection> opened = new ArrayList<>();

    abstract Httpd httpd();

    static void prepare(Httpd server, HttpdConf.Mpm mpm) {
        server.addInstalledProfiles();
        server.configure(
                new HttpdConf().mpm(mpm).group("up").mount("/up", Apps.java(server, "upgrade/Upgrades.java"), "up"));
    }

    @BeforeEach
    void ready() {
        httpd().awaitReady("up");
    }

    @AfterEach
    void closeAll() throws IOException {
        for (Client.Connection connection : opened) {
            connection.close();
        }
        awaitOpen(0);
    }

    @Test
    void bytesGoBothWaysAndEachSidesEndIsToldToTheOther() throws Exception {
        Client.Connection connection = open("sent before the answer");
        assertThat(connection.readBytes(22)).isEqualTo("sent before the answer");
        byte[] much = "0123456789abcdef".repeat(MEGABYTE / 8).getBytes(StandardCharsets.US_ASCII);
        Thread sender = new Thread(() -> {
            try {
                connection.send(much);
            } catch (IOException e) {
                // What is missing shows below.
            }
        });
        sender.start();
        assertThat(connection.readBytes(much.length)).isEqualTo(new String(much, StandardCharsets.US_ASCII));
        sender.join();
        connection.shutdownOutput();
        assertThat(connection.readBytes(10)).isEqualTo("end");
    }

    @Test
    void aClientThatAsksForNoUpgradeGetsAnAnswer() throws IOException {
        Client.Response response = httpd().client().get("/up/x");
        assertThat(response.status()).isEqualTo(426);
        httpd().errorLog().announce("JSGID0610|JSGID0420|Upgrades");
        assertThat(httpd().client().get("/up/forced").status()).isEqualTo(500);
    }

    @Test
    void aClientThatIsResetIsNoticedAtOnce() throws IOException {
        open("x");
        open("x").reset();
        awaitOpen(1);
    }

    @Test
    void aGracefulRestartLeavesConnectionsAloneAndTheirProcessEndsAfterThem() throws IOException {
        Client.Connection connection = open("a");
        assertThat(connection.readBytes(1)).isEqualTo("a");
        List<Long> before = children();

        httpd().graceful();

        connection.send("b".getBytes(StandardCharsets.US_ASCII));
        assertThat(connection.readBytes(1)).isEqualTo("b");
        Client.Connection later = open("c");
        assertThat(later.readBytes(1)).isEqualTo("c");
        connection.shutdownOutput();
        assertThat(connection.readBytes(10)).isEqualTo("end");
        Await.until(
                "the old processes of Apache to end",
                Duration.ofSeconds(30),
                () -> children().stream().noneMatch(before::contains));
        later.send("d".getBytes(StandardCharsets.US_ASCII));
        assertThat(later.readBytes(1)).isEqualTo("d");
    }

    @Test
    void theStatusTellsHowManyThereAre() throws IOException {
        open("a");
        open("b");
        httpd().awaitGroup(
                        "up",
                        "to tell of its upgraded connections",
                        group -> group.processes().stream()
                                        .mapToInt(each -> each.upgraded())
                                        .sum()
                                == 2);
        assertThat(httpd().ctl().run("status").output()).contains("upgraded connections (WebSocket and the like): 2");
    }

    @Test
    void aRestartOfApacheThatIsNotGracefulCutsThemAndNewOnesAreOpenedAfterwards() throws IOException {
        Client.Connection connection = open("a");
        assertThat(connection.readBytes(1)).isEqualTo("a");

        httpd().restart();

        assertThat(rest(connection)).isIn("", "bye");
        httpd().awaitReady("up");
        assertThat(open("b").readBytes(1)).isEqualTo("b");
    }

    /** What comes before the end, however that comes. */
    private static String rest(Client.Connection connection) {
        try {
            return connection.readBytes(10);
        } catch (SocketException reset) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aGroupThatIsRestartedSaysGoodbyeAndTheNextProcessTakesOver() throws IOException {
        Client.Connection connection = open("a");
        assertThat(connection.readBytes(1)).isEqualTo("a");
        List<Long> before = httpd().status().group("up").pids();

        httpd().ctl().run("restart", "up").expectSuccess();

        assertThat(connection.readBytes(10)).isEqualTo("bye");
        httpd().awaitGroup(
                        "up",
                        "to have another process",
                        group ->
                                !group.pids().isEmpty() && group.pids().stream().noneMatch(before::contains));
        assertThat(open("b").readBytes(1)).isEqualTo("b");
    }

    @Test
    void aKilledDaemonEndsItsConnectionsAtOnce() throws IOException {
        httpd().errorLog().announce("up");
        Client.Connection connection = open("a");
        assertThat(connection.readBytes(1)).isEqualTo("a");
        long pid = httpd().status().group("up").pids().get(0);

        ProcessTree.signal(pid, "KILL");

        assertThat(connection.readBytes(1)).isEmpty();
        httpd().awaitGroup(
                        "up",
                        "to have another process",
                        group -> !group.pids().isEmpty() && !group.pids().contains(pid));
        assertThat(open("b").readBytes(1)).isEqualTo("b");
    }

    /** An upgraded connection, with what the client sends in the same packet as its request. */
    final Client.Connection open(String early) throws IOException {
        Client.Connection connection = httpd().client().open();
        opened.add(connection);
        String head =
                "GET /up/x HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\n\r\n";
        connection.send((head + early).getBytes(StandardCharsets.US_ASCII));
        Client.Response answer = connection.readHead();
        assertThat(answer.status()).isEqualTo(101);
        assertThat(answer.header("Upgrade")).contains("echo");
        assertThat(answer.header("Connection")).contains("Upgrade");
        assertThat(answer.header("X-Protocol")).contains("echo");
        return connection;
    }

    final void awaitOpen(int count) {
        Await.until(
                count + " open connections of the application",
                Duration.ofSeconds(30),
                () -> httpd().client().get("/up/open").text().equals(Integer.toString(count)));
    }

    private List<Long> children() {
        return httpd().children().stream().map(ProcessTree.Entry::pid).toList();
    }
}
