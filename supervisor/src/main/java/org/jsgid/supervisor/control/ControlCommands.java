package org.jsgid.supervisor.control;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jsgid.supervisor.group.DaemonGroup;
import org.jsgid.supervisor.process.EventLoop;
import org.jsgid.supervisor.process.ProcessFigures;

/** Does what a request asks, for a peer that may. Called on a connection's thread; groups are touched on the loop. */
public final class ControlCommands {

    /** Gets the reply, line by line. */
    @FunctionalInterface
    public interface ReplyLines {
        /** Sends one line; whether the other side still listens. */
        boolean send(String line);
    }

    /** Whoever waits for a command hears something so often: silence means that this monitor hangs (CONTROL.md). */
    private static final long LONGEST_SILENCE_SECONDS = 2;

    private final ControlledMonitor monitor;
    private final EventLoop loop;
    private final PeerPolicy policy;
    private final ProcessFigures figures;
    private final DiagnosticCommands diagnostics;

    /** Commands for one monitor. */
    public ControlCommands(
            ControlledMonitor monitor,
            EventLoop loop,
            PeerPolicy policy,
            ProcessFigures figures,
            DiagnosticCommands diagnostics) {
        this.monitor = monitor;
        this.loop = loop;
        this.policy = policy;
        this.figures = figures;
        this.diagnostics = diagnostics;
    }

    /** Answers one request line. */
    public void answer(String line, Peer peer, ReplyLines reply) throws InterruptedException {
        ControlRequest request;
        try {
            request = ControlCodec.decode(line);
        } catch (ControlCodec.UsageException e) {
            reply.send(ControlCodec.error("JSGID0360", "usage", e.getMessage()));
            return;
        }
        Exchange exchange = new Exchange(request, peer);
        loop.execute(exchange);
        while (true) {
            Said said = exchange.said.poll(LONGEST_SILENCE_SECONDS, TimeUnit.SECONDS);
            if (said == null) {
                // By the loop, so that a loop which hangs is silent.
                loop.execute(exchange::sayWhatIsAwaited);
                said = exchange.said.take();
            }
            if (said.rest().isPresent()) {
                said.rest().get().perform(reply);
                return;
            }
            boolean listens = reply.send(said.line(figures));
            if (said.isLast() || !listens) {
                // Somebody who went away does not stop what was begun.
                return;
            }
        }
    }

    /** Answers the rest of a request, which may take minutes, on the connection's own thread. */
    @FunctionalInterface
    private interface Rest {
        void perform(ReplyLines reply) throws InterruptedException;
    }

    /** A line of the reply; the status document still lacks what only the system knows. */
    private record Said(Optional<String> text, Optional<JsonObject> document, Optional<Rest> rest, boolean isLast) {

        Said(Optional<String> text, Optional<JsonObject> document, boolean isLast) {
            this(text, document, Optional.empty(), isLast);
        }

        String line(ProcessFigures figures) {
            if (document.isPresent()) {
                StatusDocument.addFigures(document.get(), figures);
                return ControlCodec.result(document.get());
            }
            return text.orElse("");
        }
    }

    /** One request on the event loop. */
    private final class Exchange implements Runnable {
        private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();
        private final ControlRequest request;
        private final Peer peer;
        private final List<DaemonGroup.Outcome> outcomes = new ArrayList<>();
        private List<DaemonGroup> commanded = List.of();
        private int awaited;

        Exchange(ControlRequest request, Peer peer) {
            this.request = request;
            this.peer = peer;
        }

        @Override
        public void run() {
            try {
                perform();
            } catch (RuntimeException e) {
                last(ControlCodec.error("JSGID0361", "failed", "a fault in jsgid itself: " + e));
                throw e;
            }
        }

        private void perform() {
            boolean isStatus = request instanceof ControlRequest.Status;
            List<DaemonGroup> groups = new ArrayList<>();
            for (String name : request.groups()) {
                Optional<DaemonGroup> group = monitor.group(name);
                if (group.isEmpty() && policy.maySeeAll(peer)) {
                    last(ControlCodec.error(
                            "JSGID0362",
                            "no-such-group",
                            "there is no group '" + name + "' on "
                                    + monitor.jdk().profile()));
                    return;
                }
                // Who may not see a group is not told either whether there is one.
                if (group.isEmpty() || !policy.may(peer, group.get().uid())) {
                    last(notPermitted("group '" + name + "'"));
                    return;
                }
                groups.add(group.get());
            }
            if (request.groups().isEmpty()) {
                Collection<DaemonGroup> all = isStatus ? monitor.allGroups() : monitor.groups();
                all.stream().filter(group -> policy.may(peer, group.uid())).forEach(groups::add);
                if (groups.isEmpty() && !policy.maySeeAll(peer)) {
                    last(notPermitted("any group on " + monitor.jdk().profile()));
                    return;
                }
            }
            if (isStatus) {
                said.add(new Said(Optional.empty(), Optional.of(StatusDocument.of(monitor, groups)), true));
                return;
            }
            if (request instanceof ControlRequest.Diagnose wanted) {
                diagnose(wanted, groups.get(0));
            } else if (request instanceof ControlRequest.Logs wanted) {
                showLog(wanted, groups.get(0));
            } else {
                command(groups);
            }
        }

        private void diagnose(ControlRequest.Diagnose wanted, DaemonGroup group) {
            try {
                DiagnosticCommands.Diagnosis diagnosis = diagnostics.diagnosis(
                        wanted.diagnosis(), group, peer, policy, monitor.jdk().feature());
                rest(diagnosis::answer);
            } catch (DiagnosticCommands.NobodyException e) {
                last(ControlCodec.error(e.code(), "failed", String.valueOf(e.getMessage())));
            }
        }

        private void showLog(ControlRequest.Logs wanted, DaemonGroup group) {
            Optional<Path> log = monitor.errorLog();
            if (log.isEmpty()) {
                last(ControlCodec.error(
                        "JSGID0385",
                        "failed",
                        "Apache's ErrorLog is not a file (it is a program, syslog or the standard error), so that nobody "
                                + "here can read what the group " + group.name() + " logged"));
                return;
            }
            rest(reply -> new LogCommand(log.get(), group.name()).answer(wanted.lines(), wanted.follow(), reply));
        }

        private void rest(Rest rest) {
            said.add(new Said(Optional.empty(), Optional.empty(), Optional.of(rest), true));
        }

        private void command(List<DaemonGroup> groups) {
            if (monitor.isStopping()) {
                last(ControlCodec.error("JSGID0363", "failed", "the monitor is ending; Apache is being stopped"));
                return;
            }
            awaited = groups.size();
            commanded = groups;
            groups.forEach(this::command);
            groups.forEach(group -> group.watch(this::progress, this::ended));
            finishIfDone();
        }

        private void command(DaemonGroup group) {
            if (request instanceof ControlRequest.Restart restart && restart.now()) {
                group.restartNow("asked for by user " + peer.uid());
            } else if (request instanceof ControlRequest.Restart) {
                group.restart("restart asked for by user " + peer.uid());
            } else if (request instanceof ControlRequest.Start) {
                group.startNow();
            } else {
                group.stop();
            }
        }

        private void progress(String text) {
            said.add(new Said(Optional.of(ControlCodec.progress(text)), Optional.empty(), false));
        }

        private void ended(DaemonGroup.Outcome outcome) {
            outcomes.add(outcome);
            finishIfDone();
        }

        void sayWhatIsAwaited() {
            Set<String> done = new HashSet<>();
            outcomes.forEach(outcome -> done.add(outcome.name()));
            List<String> waiting = new ArrayList<>();
            for (DaemonGroup group : commanded) {
                if (!done.contains(group.name())) {
                    waiting.add(group.name() + " (" + group.state().word() + ")");
                }
            }
            if (!waiting.isEmpty()) {
                progress("waits for " + String.join(", ", waiting));
            }
        }

        private void finishIfDone() {
            if (outcomes.size() == awaited) {
                last(ControlCodec.result(ControlCodec.outcomes(outcomes)));
            }
        }

        private void last(String line) {
            said.add(new Said(Optional.of(line), Optional.empty(), true));
        }

        private String notPermitted(String what) {
            return ControlCodec.error(
                    "JSGID0364",
                    "not-permitted",
                    "user " + peer.uid() + " may not see or command " + what
                            + "; root, the run folder's owner and the user a group runs as, if that is not Apache's, may");
        }
    }
}
