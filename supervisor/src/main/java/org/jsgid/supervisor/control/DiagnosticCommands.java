package org.jsgid.supervisor.control;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jsgid.supervisor.diagnostics.AttachProgram;
import org.jsgid.supervisor.diagnostics.DaemonOwner;
import org.jsgid.supervisor.diagnostics.DiagnosticKind;
import org.jsgid.supervisor.diagnostics.DiagnosticOrders;
import org.jsgid.supervisor.diagnostics.DiagnosticRequest;
import org.jsgid.supervisor.diagnostics.JvmAnswer;
import org.jsgid.supervisor.diagnostics.JvmListener;
import org.jsgid.supervisor.diagnostics.JvmOrder;
import org.jsgid.supervisor.diagnostics.JvmTarget;
import org.jsgid.supervisor.diagnostics.Utf8Pieces;
import org.jsgid.supervisor.group.DaemonGroup;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.DaemonProcess;
import org.jsgid.supervisor.process.DaemonState;
import org.jsgid.supervisor.process.EventLoop;

/**
 * Asks the JVMs of a group what somebody wants to know of them. The processes are found on the event loop; the rest runs
 * on the thread of the connection, since a JVM may take minutes.
 */
public final class DiagnosticCommands {

    /** The words of a JVM that explain a refusal are among its first. */
    private static final int KEPT_FOR_REASON = 4096;

    private final AttachProgram attach;
    private final EventLoop loop;
    private final Path temporaryFolder;
    private final boolean isRoot;

    /**
     * Diagnostics of one monitor's daemons.
     *
     * @param temporaryFolder {@code RUN/tmp}
     * @param isRoot whether this monitor is, so that daemons have users of their own
     */
    public DiagnosticCommands(AttachProgram attach, EventLoop loop, Path temporaryFolder, boolean isRoot) {
        this.attach = attach;
        this.loop = loop;
        this.temporaryFolder = temporaryFolder;
        this.isRoot = isRoot;
    }

    /** One process that is asked, as the event loop saw it. */
    private record Subject(
            DaemonGroup group,
            DaemonProcess daemon,
            DaemonLauncher.Handle handle,
            long pid,
            int number,
            String javaVersion,
            long heapUsed,
            boolean hasSpoken) {}

    /** A request whose processes are known; {@link #answer} may take minutes. */
    final class Diagnosis {
        private final DiagnosticRequest request;
        private final DaemonGroup group;
        private final Peer peer;
        private final PeerPolicy policy;
        private final int feature;
        private final List<Subject> subjects;
        private final JsonArray results = new JsonArray();

        private Diagnosis(
                DiagnosticRequest request,
                DaemonGroup group,
                Peer peer,
                PeerPolicy policy,
                int feature,
                List<Subject> subjects) {
            this.request = request;
            this.group = group;
            this.peer = peer;
            this.policy = policy;
            this.feature = feature;
            this.subjects = subjects;
        }

        /** Asks one process after the other. */
        void answer(ControlCommands.ReplyLines reply) throws InterruptedException {
            for (Subject subject : subjects) {
                boolean isWanted =
                        reply.send(ControlCodec.process(subject.number(), subject.pid(), subject.javaVersion()))
                                && ask(subject, reply);
                if (!isWanted) {
                    return;
                }
            }
            JsonObject result = new JsonObject();
            result.addProperty("group", group.name());
            result.add("processes", results);
            reply.send(ControlCodec.result(result));
        }

        private boolean ask(Subject subject, ControlCommands.ReplyLines reply) throws InterruptedException {
            JvmOrder order;
            try {
                order = DiagnosticOrders.order(request, feature, subject.heapUsed());
            } catch (DiagnosticOrders.ImpossibleException e) {
                note(subject, "impossible", String.valueOf(e.getMessage()));
                return true;
            }
            Optional<JvmTarget> target = target(subject);
            if (target.isEmpty()) {
                return true;
            }
            ServerLog.about("group " + group.name())
                    .notice(
                            "JSGID0380",
                            "user " + peer.uid() + " (process " + peer.pid() + ") has process " + subject.pid()
                                    + " carry out: " + order.command());
            Listener listener = new Listener(subject, order, reply);
            JvmAnswer answer = attach.run(target.get(), order, listener);
            String said = listener.beginning.toString();
            JvmAnswer.Outcome outcome = DiagnosticOrders.outcome(request, answer, said);
            String reason = DiagnosticOrders.explain(request, feature, new JvmAnswer(outcome, answer.reason()), said);
            note(subject, outcome.word(), reason + stacksElsewhere(subject, answer));
            return answer.outcome() != JvmAnswer.Outcome.CALLED_OFF;
        }

        private Optional<JvmTarget> target(Subject subject) {
            if (!subject.hasSpoken()) {
                note(subject, "starting", "process " + subject.pid() + " is only starting; ask again in a moment");
                return Optional.empty();
            }
            Optional<DaemonOwner> owner =
                    DaemonOwner.of(subject.pid(), subject.handle().keeperPid());
            if (owner.isEmpty()) {
                note(subject, "gone", "process " + subject.pid() + " has ended");
                return Optional.empty();
            }
            if (!policy.may(peer, OptionalLong.of(owner.get().uid()))) {
                // A process of a former definition, with another user.
                note(subject, "not-permitted", "process " + subject.pid() + " still runs as another user");
                return Optional.empty();
            }
            OptionalLong uid = isRoot ? OptionalLong.of(owner.get().uid()) : OptionalLong.empty();
            OptionalLong gid = isRoot ? OptionalLong.of(owner.get().gid()) : OptionalLong.empty();
            return Optional.of(new JvmTarget(subject.pid(), uid, gid, temporaryFolder.resolve(group.name())));
        }

        /** A JVM that does not talk may still print its stacks when it is told to by a signal. */
        private String stacksElsewhere(Subject subject, JvmAnswer answer) {
            boolean isHelp = switch (answer.outcome()) {
                case SILENT, NO_TMP, CLOSED, FAILED -> request.kind() == DiagnosticKind.THREADS;
                default -> false;
            };
            if (!isHelp) {
                return "";
            }
            loop.execute(() -> subject.handle().threadDump());
            return "; it was sent SIGQUIT, and prints the stacks into the group's log if it still can: jsgid-ctl logs "
                    + group.name();
        }

        private void note(Subject subject, String outcome, String reason) {
            JsonObject process = new JsonObject();
            process.addProperty("number", subject.number());
            process.addProperty("pid", subject.pid());
            process.addProperty("javaVersion", subject.javaVersion());
            process.addProperty("done", outcome.equals("done"));
            process.addProperty("outcome", outcome);
            process.addProperty("reason", reason);
            results.add(process);
        }

        /** Passes on what a JVM says. */
        private final class Listener implements JvmListener {
            private final Subject subject;
            private final JvmOrder order;
            private final ControlCommands.ReplyLines reply;
            private final Utf8Pieces text = new Utf8Pieces();
            private final StringBuilder beginning = new StringBuilder();

            Listener(Subject subject, JvmOrder order, ControlCommands.ReplyLines reply) {
                this.subject = subject;
                this.order = order;
                this.reply = reply;
            }

            @Override
            public boolean output(byte[] bytes) {
                String piece = text.next(bytes);
                beginning.append(piece, 0, Math.min(piece.length(), Math.max(0, KEPT_FOR_REASON - beginning.length())));
                // Where the JVM wrote a file is of no use to somebody who gets what is in it.
                return order.file().isPresent() || reply.send(ControlCodec.output(piece));
            }

            @Override
            public boolean progress(long bytes) {
                if (DiagnosticOrders.stopsTheJvm(order.command())) {
                    // It says nothing for a good reason; else it would be taken to hang, and killed.
                    loop.execute(
                            () -> subject.daemon().excuseSilence(subject.group().now()));
                }
                return reply.send(ControlCodec.progress("process " + subject.number() + " (" + subject.pid() + ") "
                        + (bytes == 0 ? "is at work" : "has written " + (bytes >> 20) + " MiB")));
            }

            @Override
            public boolean size(long bytes) {
                return !request.wantsFile()
                        || reply.send(ControlCodec.file(bytes, DiagnosticOrders.compressesItself(request, feature)));
            }

            @Override
            public boolean file(byte[] content) {
                return request.wantsFile()
                        ? reply.send(ControlCodec.content(Base64.getEncoder().encodeToString(content)))
                        : reply.send(ControlCodec.output(text.next(content)));
            }
        }
    }

    /** Why nobody can be asked. */
    static final class NobodyException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String code;

        NobodyException(String code, String message) {
            super(message);
            this.code = code;
        }

        /** The message's id. */
        String code() {
            return code;
        }
    }

    /** Finds the processes; on the event loop. */
    Diagnosis diagnosis(DiagnosticRequest request, DaemonGroup group, Peer peer, PeerPolicy policy, int feature)
            throws NobodyException {
        List<Subject> all = new ArrayList<>();
        for (DaemonProcess daemon : group.processes()) {
            Optional<DaemonLauncher.Handle> handle = daemon.handle();
            if (handle.isPresent() && daemon.pid() > 0 && daemon.state() != DaemonState.STOPPED) {
                all.add(new Subject(
                        group,
                        daemon,
                        handle.get(),
                        daemon.pid(),
                        daemon.number(),
                        daemon.javaVersion().orElse(""),
                        daemon.counters().heapUsedBytes(),
                        daemon.hasSpoken()));
            }
        }
        if (all.isEmpty()) {
            throw new NobodyException(
                    "JSGID0382",
                    "the group " + group.name() + " has no process (it is "
                            + group.state().word() + "); start it with jsgid-ctl start, or with a request");
        }
        List<Subject> chosen = chosen(request, group, all);
        if (request.wantsFile() && chosen.size() > 1) {
            throw new NobodyException(
                    "JSGID0383",
                    "the group " + group.name() + " has " + chosen.size()
                            + " processes, and a file is that of one; name it with --process: " + names(chosen));
        }
        return new Diagnosis(request, group, peer, policy, feature, chosen);
    }

    private static List<Subject> chosen(DiagnosticRequest request, DaemonGroup group, List<Subject> all)
            throws NobodyException {
        if (request.process().isEmpty()) {
            return all;
        }
        String wanted = request.process().get();
        List<Subject> numbered = all.stream()
                .filter(subject -> wanted.equals(Integer.toString(subject.number())))
                .toList();
        List<Subject> chosen = numbered.isEmpty()
                ? all.stream()
                        .filter(subject -> wanted.equals(Long.toString(subject.pid())))
                        .toList()
                : numbered;
        if (chosen.isEmpty()) {
            throw new NobodyException(
                    "JSGID0384",
                    "the group " + group.name() + " has no process with the number or pid " + wanted + "; there are "
                            + names(all));
        }
        // One that comes in another's place has its number: the one that serves is meant.
        List<Subject> serving = chosen.stream()
                .filter(subject -> subject.daemon().state() == DaemonState.READY)
                .toList();
        return serving.isEmpty() ? chosen.subList(0, 1) : serving.subList(serving.size() - 1, serving.size());
    }

    private static String names(List<Subject> subjects) {
        return String.join(
                ", ",
                subjects.stream()
                        .map(subject -> subject.number() + " (pid " + subject.pid() + ")")
                        .toList());
    }
}
