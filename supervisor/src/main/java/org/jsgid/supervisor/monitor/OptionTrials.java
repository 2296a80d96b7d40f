package org.jsgid.supervisor.monitor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jsgid.supervisor.group.JvmTrials;
import org.jsgid.supervisor.process.EventLoop;
import org.jsgid.supervisor.process.GroupDefinition;
import org.jsgid.supervisor.process.HeapDumps;
import org.jsgid.supervisor.trial.TrialOptions;

/**
 * Remembers which options which build of the JDK takes. Only options that an administrator wrote are tried, and a JDK later
 * than all that jsgid knows; what the plugins give alone was tried when they were made.
 */
final class OptionTrials implements JvmTrials {

    /** What a trial has shown. */
    record Verdict(Optional<String> refusal, List<String> notes) {
        Verdict {
            notes = List.copyOf(notes);
        }
    }

    /** Results that are remembered; a server has fewer groups than that with options of their own. */
    private static final int MOST_KNOWN = 1000;

    /** What a result depends on. */
    private record Key(
            String build,
            GroupDefinition.Jdk jdk,
            List<String> options,
            long maxHeapBytes,
            Map<String, String> environment,
            GroupDefinition.Account account,
            Optional<String> chroot) {}

    private final EventLoop loop;
    private final Executor runner;
    private final Supplier<String> build;
    private final BiFunction<GroupDefinition, String, Optional<Verdict>> trial;
    private final JdkNotes jdkNotes;
    private final Path temporaryFolders;
    private final Map<Key, Verdict> known = new LinkedHashMap<>();
    private final Map<Key, List<Runnable>> waiting = new HashMap<>();

    /**
     * Knows nothing yet.
     *
     * @param runner runs trials
     * @param build which build of the JDK stands on disk now
     * @param trial tries a definition's options with that build; empty when the files changed meanwhile
     * @param temporaryFolders {@code RUN/tmp}
     */
    OptionTrials(
            EventLoop loop,
            Executor runner,
            Supplier<String> build,
            BiFunction<GroupDefinition, String, Optional<Verdict>> trial,
            JdkNotes jdkNotes,
            Path temporaryFolders) {
        this.loop = loop;
        this.runner = runner;
        this.build = build;
        this.trial = trial;
        this.jdkNotes = jdkNotes;
        this.temporaryFolders = temporaryFolders;
    }

    @Override
    public void whenKnown(GroupDefinition definition, Runnable then) {
        if (!needsTrial(definition)) {
            then.run();
            return;
        }
        Key key = key(definition);
        if (known.containsKey(key)) {
            then.run();
            return;
        }
        List<Runnable> others = waiting.get(key);
        if (others != null) {
            others.add(then);
            return;
        }
        waiting.put(key, new ArrayList<>(List.of(then)));
        runner.execute(() -> {
            Optional<Verdict> verdict = trial.apply(definition, key.build());
            loop.execute(() -> told(key, verdict));
        });
    }

    private void told(Key key, Optional<Verdict> verdict) {
        if (known.size() >= MOST_KNOWN) {
            known.remove(known.keySet().iterator().next());
        }
        verdict.ifPresent(result -> known.put(key, result));
        waiting.remove(key).forEach(Runnable::run);
    }

    @Override
    public Optional<String> refusal(GroupDefinition definition) {
        return verdict(definition).flatMap(Verdict::refusal);
    }

    @Override
    public List<String> notes(GroupDefinition definition) {
        List<String> notes = new ArrayList<>(jdkNotes.of(definition.jdk(), build.get()));
        if (definition.wantsVirtual() && !definition.isVirtual()) {
            notes.add("JsgiThreading virtual needs Java 21 or later: its applications run on platform threads");
        }
        HeapDumps.tooLittleRoom(definition, temporaryFolders).ifPresent(notes::add);
        verdict(definition).ifPresent(verdict -> notes.addAll(verdict.notes()));
        return notes;
    }

    @Override
    public void forgetRefusals() {
        known.values().removeIf(verdict -> verdict.refusal().isPresent());
    }

    private Optional<Verdict> verdict(GroupDefinition definition) {
        return needsTrial(definition) ? Optional.ofNullable(known.get(key(definition))) : Optional.empty();
    }

    private boolean needsTrial(GroupDefinition definition) {
        return !definition.jdk().options().isEmpty()
                || !definition.jvm().options().isEmpty()
                || TrialOptions.isIn(definition.jvm().environment())
                || jdkNotes.isUntried(definition.jdk().feature());
    }

    private Key key(GroupDefinition definition) {
        return new Key(
                build.get(),
                definition.jdk(),
                definition.jvm().options(),
                definition.jvm().maxHeapBytes(),
                definition.jvm().environment(),
                definition.account(),
                definition.place().chroot());
    }
}
