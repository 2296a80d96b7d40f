package org.jsgid.supervisor.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jsgid.supervisor.group.Definitions;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.management.Descriptors;
import org.jsgid.supervisor.management.LineReader;
import org.jsgid.supervisor.management.ManagementServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXSelectorProvider;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketPair;

/** A monitor's real sockets, and a keeper and a daemon that the test plays. */
class AdoptedDaemonTest {

    private static final long SECONDS = 20;

    @TempDir
    Path run;

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final BlockingQueue<DaemonLauncher.Kept> come = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
    private ManagementServer management;
    private AFUNIXSocket keeper;
    private LineReader toKeeper;
    private AFUNIXSocketPair<AFUNIXSocketChannel> connection;
    private AFUNIXSocketPair<AFUNIXSocketChannel> output;
    private AFUNIXServerSocket listener;

    private final EventLoop loop = new EventLoop() {
        @Override
        public void execute(Runnable task) {
            try {
                thread.execute(task);
            } catch (RejectedExecutionException e) {
                // The test is over; what its processes still say is of no interest.
            }
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            // Deadlines are not what is tested here.
            return () -> {};
        }

        @Override
        public Duration now() {
            return Duration.ofNanos(System.nanoTime());
        }
    };

    private final class Told implements DaemonLauncher.Listener {
        @Override
        public void reported(DaemonReport report) {
            told.add(report);
        }

        @Override
        public void connectionLost(String reason) {
            told.add("lost" + reason);
        }

        @Override
        public void exited(ExitReason reason) {
            told.add(reason);
        }
    }

    @BeforeEach
    void keeperComes() throws IOException {
        Path socket = run.resolve("m.sock");
        long uid = ((Integer) Files.getAttribute(run, "unix:uid")).longValue();
        management = new ManagementServer(socket, uid, ServerLog.about("test"));
        LauncherProgram launcher = new LauncherProgram(
                new LauncherProgram.Places(Path.of("/home"), socket, run.resolve("tmp")),
                new LaunchPlans(Path.of("/home"), List.of()),
                management,
                loop,
                order -> new LaunchMessage.Surroundings(false, 0, 0, Optional.empty()),
                order -> "",
                DaemonArchives.none(),
                group -> {});
        management.start(launcher.adopter(come::add));
        connection = AFUNIXSelectorProvider.provider().openSocketChannelPair();
        output = AFUNIXSelectorProvider.provider().openSocketChannelPair();
        listener = AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(run.resolve("shop.4.sock")));
        keeper = AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(socket));
        toKeeper = new LineReader(keeper.getInputStream(), 1024);
        keeper.setOutboundFileDescriptors(
                connection.getSocket1().getFileDescriptor(),
                output.getSocket1().getFileDescriptor(),
                listener.getFileDescriptor());
        keeperSays("adopt pid=77 memo=generation%20=%204");
    }

    @AfterEach
    void closeAll() throws IOException {
        if (!keeper.isClosed()) {
            // Without a word it would be a keeper that was lost, and this process is the keeper here.
            keeperEnds("exited status=0");
        }
        daemonEnds();
        listener.close();
        management.close();
        thread.shutdownNow();
    }

    private void keeperSays(String line) throws IOException {
        OutputStream out = keeper.getOutputStream();
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void daemonSays(String text) throws IOException {
        connection.getSocket2().write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private DaemonLauncher.Handle attached() throws InterruptedException {
        DaemonLauncher.Kept kept = come.poll(SECONDS, TimeUnit.SECONDS);
        assertThat(kept).as("a keeper").isNotNull();
        assertThat(kept.pid()).isEqualTo(77);
        assertThat(kept.memo()).isEqualTo("generation = 4");
        assertThat(kept.keeperPid()).isEqualTo(ProcessHandle.current().pid());
        FileDescriptor socket = kept.listener();
        assertThat(socket.valid()).isTrue();
        DaemonLauncher.Handle handle = kept.attach(
                new DaemonLauncher.Order(Definitions.shop(1), 4, 1, socket, List.of(), Instant.EPOCH), new Told());
        Descriptors.close(socket);
        return handle;
    }

    private Object next() throws InterruptedException {
        return told.poll(SECONDS, TimeUnit.SECONDS);
    }

    private String toDaemon() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        connection.getSocket2().read(buffer);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }

    @Test
    void isAskedForAReportAndToldItsSettingsAgain() throws Exception {
        daemonSays("ests=7 heap-used=%2");
        attached();

        assertThat(toDaemon()).isEqualTo("\nreport\n");
        daemonSays("\nhello pid=77 java=17.0.15\nready\n");
        assertThat(next()).isEqualTo(new DaemonReport.Hello(77, "17.0.15", ""));
        assertThat(next()).isEqualTo(new DaemonReport.Ready());
        assertThat(toDaemon()).startsWith("group name=shop ").endsWith("\nstart\n");
    }

    @Test
    void canBeToldToDrainAtOnce() throws Exception {
        DaemonLauncher.Handle handle = attached();
        handle.drain(Duration.ofSeconds(9));

        assertThat(toDaemon()).isEqualTo("\nreport\ndrain seconds=9\n");
    }

    @Test
    void whatItPrintedMeanwhileAndWhatItPrintsNowAreKept() throws Exception {
        DaemonLauncher.Handle handle = attached();
        keeperSays("output lost=12 text=before%0Amean");
        keeperSays("output lost=0 text=while%0A");
        output.getSocket2().write(ByteBuffer.wrap("now\n".getBytes(StandardCharsets.UTF_8)));
        daemonEnds();
        keeperEnds("exited status=3");
        assertThat(next()).isEqualTo("lost");
        assertThat(next()).isInstanceOf(ExitReason.class);

        assertThat(handle.lastLines()).contains("[12 bytes of output were dropped]", "before", "meanwhile", "now");
    }

    @Test
    void howItEndedIsSaidByTheKeeper() throws Exception {
        attached();
        daemonEnds();
        keeperEnds("exited signal=11 core=yes");

        assertThat(next()).isEqualTo("lost");
        ExitReason reason = (ExitReason) next();
        assertThat(reason.signal()).contains("SIGSEGV");
        assertThat(reason.sentence()).contains("core dump");
    }

    /** The keeper closes what it has, and its connection last. */
    private void daemonEnds() throws IOException {
        connection.close();
        output.close();
    }

    private void keeperEnds(String lastLine) throws IOException {
        keeperSays(lastLine);
        keeper.close();
    }

    @Test
    void signalsGoThroughTheKeeper() throws Exception {
        DaemonLauncher.Handle handle = attached();
        handle.threadDump();
        handle.terminate();
        handle.kill();

        assertThat(toKeeper.readLine()).isEqualTo("signal name=QUIT scope=daemon");
        assertThat(toKeeper.readLine()).isEqualTo("signal name=TERM scope=daemon");
        assertThat(toKeeper.readLine()).isEqualTo("signal name=KILL scope=all");
    }
}
