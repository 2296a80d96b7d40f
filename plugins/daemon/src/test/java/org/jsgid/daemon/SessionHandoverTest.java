package org.jsgid.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.jsgid.daemon.app.ApplicationKey;
import org.jsgid.daemon.fcgi.Exchange;
import org.jsgid.daemon.fcgi.TestingClient;
import org.jsgid.daemon.servlet.ContainerSettings;
import org.jsgid.daemon.servlet.ServletApplication;
import org.jsgid.daemon.servlet.ServletContainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a daemon that drains tells its web applications to give their sessions away. */
@Timeout(120)
class SessionHandoverTest {

    private static final long PATIENCE_SECONDS = 50;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Of the test that runs: the service loader makes the container. */
    private static volatile Shop shop;

    @TempDir
    Path folder;

    private TestingMonitor monitor;
    private Path war;

    /** The only container that this daemon has. */
    public static final class Container implements ServletContainer {
        @Override
        public String name() {
            return "Testing/1";
        }

        @Override
        public ServletApplication deploy(File file, String contextPath, ContainerSettings settings) {
            return shop;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    /** Its requests end when they may; it notes when it was told. */
    private static final class Shop implements ServletApplication {
        final CountDownLatch mayEnd = new CountDownLatch(1);
        final CountDownLatch isHandedOver = new CountDownLatch(1);
        final BlockingQueue<Long> begun = new LinkedBlockingQueue<>();
        final BlockingQueue<Long> ended = new LinkedBlockingQueue<>();
        volatile long handedOverNanos;

        @Override
        public void service(Exchange exchange) throws IOException {
            begun.add(System.nanoTime());
            try {
                mayEnd.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            ended.add(System.nanoTime());
            exchange.commit(200, null);
            exchange.write(ByteBuffer.wrap("bought".getBytes(StandardCharsets.UTF_8)));
            exchange.finish();
        }

        @Override
        public void drain() {
            handedOverNanos = System.nanoTime();
            isHandedOver.countDown();
        }

        @Override
        public void stop() {
            // Nothing runs.
        }
    }

    @BeforeEach
    void startsADaemonWithOneThread() throws Exception {
        shop = new Shop();
        Path jar = Files.createDirectories(folder.resolve("lib/containers/tomcat10"))
                .resolve("container.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("META-INF/services/" + ServletContainer.class.getName()));
            out.write(Container.class.getName().getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        }
        war = Files.createDirectories(folder.resolve("shop.war/WEB-INF")).getParent();
        monitor = new TestingMonitor(folder, "threads=1", new ApplicationKey(war.toString(), "", ""));
        monitor.report("ready");
    }

    @AfterEach
    void stops() throws IOException {
        shop.mayEnd.countDown();
        monitor.close();
    }

    private CompletableFuture<String> get() {
        return CompletableFuture.supplyAsync(() -> {
            try (TestingClient client = monitor.connect()) {
                return client.get(war.toString()).text();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    /** Two requests, one of which waits for the other. */
    private CompletableFuture<String> runOneAndLetAnotherWait() throws InterruptedException {
        CompletableFuture<String> running = get();
        assertThat(shop.begun.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
        CompletableFuture<String> waiting = get();
        monitor.report("counters", line -> line.number("waiting", 0) == 1);
        return running.thenCombine(waiting, String::concat);
    }

    private CompletableFuture<Integer> drain() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return monitor.daemon().drain((int) PATIENCE_SECONDS, false);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void sessionsStayUntilNoRequestWaitsForAThread() throws Exception {
        CompletableFuture<String> both = runOneAndLetAnotherWait();
        long start = System.nanoTime();
        CompletableFuture<Integer> drained = drain();
        monitor.report("draining");

        // Time for a daemon that does not wait to do what is wrong; on a slow machine the two seconds may be over meanwhile.
        boolean isEarly = shop.isHandedOver.await(300, TimeUnit.MILLISECONDS);
        shop.mayEnd.countDown();

        assertThat(both.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("boughtbought");
        assertThat(drained.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isZero();
        long firstEnd = shop.ended.take();
        long due = Math.min(firstEnd - start, LONGEST_NANOS);
        assertThat(shop.handedOverNanos - start)
                .as("handed over early: %s", isEarly)
                .isGreaterThanOrEqualTo(due);
    }

    @Test
    void sessionsGoAfterTwoSecondsAlthoughARequestWaits() throws Exception {
        CompletableFuture<String> both = runOneAndLetAnotherWait();
        long start = System.nanoTime();
        CompletableFuture<Integer> drained = drain();

        assertThat(shop.isHandedOver.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(both).isNotDone();
        assertThat(shop.handedOverNanos - start).isGreaterThanOrEqualTo(LONGEST_NANOS);
        shop.mayEnd.countDown();

        assertThat(both.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("boughtbought");
        assertThat(drained.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isZero();
    }
}
