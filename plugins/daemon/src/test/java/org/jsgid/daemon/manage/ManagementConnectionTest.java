package org.jsgid.daemon.manage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ManagementConnectionTest {

    private static InputStream lines(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ManagementLine application(String word, String file) {
        return ManagementLine.of(word).with("file", file).with("mount", "").with("application-group", "");
    }

    /** Takes nothing until it is opened. */
    private static final class Valve extends OutputStream {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);
        private final StringBuilder text = new StringBuilder();

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            reached.countDown();
            try {
                opened.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            text.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
        }

        List<String> lines() {
            return text.toString().lines().toList();
        }
    }

    @Test
    void skipsEmptyLinesAndTellsTheEnd() {
        ManagementConnection connection =
                new ManagementConnection(lines("\n\nping\n\nreport\n"), OutputStream.nullOutputStream());

        assertThat(connection.read().word()).isEqualTo("ping");
        assertThat(connection.read().word()).isEqualTo("report");
        assertThat(connection.read()).isNull();
    }

    @Test
    void saysToALaterMonitorWhatStillMatters() throws Exception {
        PipedInputStream heard = new PipedInputStream(64 * 1024);
        ManagementConnection connection = new ManagementConnection(lines(""), new PipedOutputStream(heard));
        connection.send(ManagementLine.of("hello").with("pid", 7));
        connection.send(ManagementLine.of("step").with("name", "jvm").with("millis", 5));
        connection.send(application("loading", "/a"));
        connection.send(application("loading", "/b"));
        connection.send(application("loaded", "/a"));
        connection.send(ManagementLine.of("pong"));
        connection.send(ManagementLine.of("ready"));
        connection.send(application("changed", "/a"));
        connection.send(ManagementLine.of("stuck").with("requests", 1));
        connection.send(ManagementLine.of("stuck").with("requests", 2));
        connection.flush(20_000);
        BufferedReader reader = new BufferedReader(new InputStreamReader(heard, StandardCharsets.UTF_8));
        for (int i = 0; i < 10; i++) {
            reader.readLine();
        }

        connection.sayAgain();
        List<String> again = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            again.add(reader.readLine());
        }
        assertThat(again)
                .containsExactly(
                        "hello pid=7",
                        "step name=jvm millis=5",
                        "loaded file=/a mount= application-group=",
                        "loading file=/b mount= application-group=",
                        "ready",
                        "changed file=/a mount= application-group=",
                        "stuck requests=2");
        connection.flush(20_000);
        assertThat(heard.available()).isZero();
    }

    @Test
    void nobodyWaitsForAMonitorThatDoesNotReadAndOnlyTheNewestCountersAreKept() throws Exception {
        Valve valve = new Valve();
        ManagementConnection connection = new ManagementConnection(lines(""), valve);
        connection.send(ManagementLine.of("hello"));
        valve.reached.await();
        for (int i = 0; i < 10_000; i++) {
            connection.send(ManagementLine.of("counters").with("requests", i));
        }
        connection.send(ManagementLine.of("ready"));

        valve.opened.countDown();
        connection.flush(20_000);
        assertThat(valve.lines()).containsExactly("hello", "ready", "counters requests=9999");
    }

    @Test
    void whenReportsHadToBeDroppedWhatMattersIsSaidAgain() throws Exception {
        Valve valve = new Valve();
        ManagementConnection connection = new ManagementConnection(lines(""), valve);
        connection.send(ManagementLine.of("hello"));
        valve.reached.await();
        connection.send(application("loaded", "/a"));
        connection.send(ManagementLine.of("ready"));
        for (int i = 0; i < 2 * ManagementConnection.MOST_WAITING; i++) {
            connection.send(ManagementLine.of("deadlock").with("threads", "number " + i));
        }

        valve.opened.countDown();
        connection.flush(20_000);
        assertThat(valve.lines())
                .endsWith("hello", "loaded file=/a mount= application-group=", "ready")
                .hasSizeLessThan(10);
    }

    @Test
    void reportsAreDroppedWhenNobodyIsThereAnyMore() throws Exception {
        ManagementConnection connection = new ManagementConnection(lines(""), new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        });
        connection.send(ManagementLine.of("hello"));
        connection.flush(20_000);
        connection.send(ManagementLine.of("ready"));
        connection.flush(20_000);
        assertThat(connection.read()).isNull();
    }
}
