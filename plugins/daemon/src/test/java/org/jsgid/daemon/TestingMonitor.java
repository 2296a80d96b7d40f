package org.jsgid.daemon;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jsgid.daemon.app.ApplicationKey;
import org.jsgid.daemon.fcgi.TestingClient;
import org.jsgid.daemon.manage.ManagementConnection;
import org.jsgid.daemon.manage.ManagementLine;

/** A daemon in this process, and what it reports. */
final class TestingMonitor implements Closeable {

    private static final int PATIENCE_SECONDS = Integer.getInteger("jsgid.test.patience", 30);

    private final UnixDomainSocketAddress address;
    private final ServerSocketChannel listener;
    private final Pipe pipe;
    private final Daemon daemon;
    private final List<ManagementLine> lines = new ArrayList<>();

    TestingMonitor(Path folder, String settings, ApplicationKey... preloaded) throws Exception {
        address = UnixDomainSocketAddress.of(folder.resolve("daemon.sock"));
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        pipe = Pipe.open();
        ManagementConnection management =
                new ManagementConnection(Channels.newInputStream(pipe.source()), Channels.newOutputStream(pipe.sink()));
        Path work = Files.createDirectory(folder.resolve("work"));
        DaemonSettings group = new DaemonSettings(
                ManagementLine.parse("group name=shop multiprocess=no home=" + folder + " " + settings),
                Collections.emptyMap(),
                work.toFile());
        ManagementConnection reports =
                new ManagementConnection(Channels.newInputStream(pipe.source()), OutputStream.nullOutputStream());
        Thread reader = new Thread(() -> {
            for (ManagementLine line = reports.read(); line != null; line = reports.read()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        });
        reader.setDaemon(true);
        reader.start();
        daemon = new Daemon(listener, management, group);
        daemon.start(List.of(preloaded));
    }

    Daemon daemon() {
        return daemon;
    }

    TestingClient connect() throws IOException {
        return new TestingClient(address);
    }

    /** The first report with that word, past or to come, that fits. */
    ManagementLine report(String word, Predicate<ManagementLine> fits) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (lines) {
            while (true) {
                for (ManagementLine line : lines) {
                    if (line.word().equals(word) && fits.test(line)) {
                        return line;
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("no " + word + " among " + lines);
                }
                lines.wait(left);
            }
        }
    }

    ManagementLine report(String word) throws InterruptedException {
        return report(word, line -> true);
    }

    /** Reports with that word so far. */
    int count(String word) {
        synchronized (lines) {
            return (int) lines.stream().filter(line -> line.word().equals(word)).count();
        }
    }

    List<String> words() {
        synchronized (lines) {
            return lines.stream()
                    .map(ManagementLine::word)
                    .filter(word -> !word.equals("counters"))
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            daemon.drain(0, true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listener.close();
        pipe.sink().close();
    }
}
