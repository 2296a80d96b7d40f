package org.jsgid.supervisor.group;

import java.io.FileDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.DaemonReport;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.ExitReason;

/** Daemons that do what the test says. */
final class TestingDaemonLauncher implements DaemonLauncher {

    private final TestingEventLoop loop;
    private final List<TestingDaemon> launched = new ArrayList<>();
    private String impossible = "";
    private int mostAlive;

    TestingDaemonLauncher(TestingEventLoop loop) {
        this.loop = loop;
    }

    @Override
    public Handle launch(Order order, Listener listener) throws CannotLaunchException {
        if (!impossible.isEmpty()) {
            throw new CannotLaunchException(impossible);
        }
        TestingDaemon daemon = new TestingDaemon(1000 + launched.size(), order, listener);
        launched.add(daemon);
        mostAlive = Math.max(mostAlive, alive().size());
        return daemon;
    }

    /** A daemon that a former monitor started. */
    TestingKept left(long pid) {
        return new TestingKept(pid);
    }

    final class TestingKept implements Kept {
        private final long pid;

        TestingKept(long pid) {
            this.pid = pid;
        }

        @Override
        public String memo() {
            return "";
        }

        @Override
        public long pid() {
            return pid;
        }

        @Override
        public long keeperPid() {
            return pid - 1;
        }

        @Override
        public FileDescriptor listener() {
            return new FileDescriptor();
        }

        @Override
        public Handle attach(Order order, Listener listener) {
            TestingDaemon daemon = new TestingDaemon(pid, order, listener);
            launched.add(daemon);
            return daemon;
        }
    }

    /** Every launch fails for that reason from now on; empty: succeeds. */
    void makeImpossible(String reason) {
        impossible = reason;
    }

    List<TestingDaemon> alive() {
        return launched.stream().filter(daemon -> !daemon.gone).toList();
    }

    List<TestingDaemon> alive(int generation) {
        return alive().stream()
                .filter(daemon -> daemon.order.generation() == generation)
                .toList();
    }

    TestingDaemon last() {
        return launched.get(launched.size() - 1);
    }

    int count() {
        return launched.size();
    }

    /** The most processes that were alive at a time. */
    int mostAlive() {
        return mostAlive;
    }

    final class TestingDaemon implements Handle {
        final Order order;
        private final long pid;
        private final Listener listener;
        private final Map<String, Integer> told = new HashMap<>();
        private boolean gone;

        TestingDaemon(long pid, Order order, Listener listener) {
            this.pid = pid;
            this.order = order;
            this.listener = listener;
        }

        TestingDaemon says(DaemonReport report) {
            loop.execute(() -> listener.reported(report));
            loop.run();
            return this;
        }

        TestingDaemon becomesReady() {
            order.applications().forEach(this::loads);
            return says(new DaemonReport.Ready());
        }

        TestingDaemon loads(ApplicationKey application) {
            return says(new DaemonReport.Loaded(application, "jar", "", 5));
        }

        void closesConnection() {
            loop.execute(() -> listener.connectionLost(""));
            loop.run();
        }

        /** Somebody kills it. */
        void isKilled() {
            ends(ExitReason.of(137, Map.of()));
        }

        void exits(int status) {
            ends(new ExitReason(OptionalInt.of(status), java.util.Optional.empty(), "exited with status " + status));
        }

        private void ends(ExitReason reason) {
            if (!gone) {
                gone = true;
                loop.execute(() -> listener.exited(reason));
                loop.run();
            }
        }

        int times(String what) {
            return told.getOrDefault(what, 0);
        }

        boolean wasTold(String what) {
            return told.containsKey(what);
        }

        @Override
        public long pid() {
            return pid;
        }

        @Override
        public long keeperPid() {
            return pid - 1;
        }

        @Override
        public void drain(Duration within) {
            told.merge("drain " + within.toSeconds(), 1, Integer::sum);
            told.merge("drain", 1, Integer::sum);
        }

        @Override
        public void terminate() {
            told.merge("terminate", 1, Integer::sum);
        }

        @Override
        public void kill() {
            told.merge("kill", 1, Integer::sum);
            if (!gone) {
                gone = true;
                loop.execute(() -> listener.exited(ExitReason.of(137, Map.of())));
            }
        }

        @Override
        public void threadDump() {
            told.merge("dump", 1, Integer::sum);
        }

        @Override
        public List<String> lastLines() {
            return List.of("last line of " + pid);
        }
    }
}
