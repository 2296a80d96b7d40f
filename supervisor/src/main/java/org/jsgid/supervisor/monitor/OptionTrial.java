package org.jsgid.supervisor.monitor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jsgid.plugin.spi.ArchiveUse;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Reporting;
import org.jsgid.supervisor.process.DaemonLauncher.CannotLaunchException;
import org.jsgid.supervisor.process.GroupDefinition;
import org.jsgid.supervisor.process.LaunchPlans;
import org.jsgid.supervisor.trial.JvmWords;
import org.jsgid.supervisor.trial.TrialOptions;
import org.jsgid.supervisor.trial.TrialRun;

/** Tries the options of one group: its command line up to the program, with {@code -version} in place of that. */
final class OptionTrial {

    /** Exit statuses from here on are those of processes that a signal ended. */
    private static final int SIGNALLED = 128;

    /** What the programs in front of java say when they cannot run it. */
    private static final Pattern NOT_RUN = Pattern.compile("(?:\\S*/)?(?:setpriv|chroot): ");

    private final LaunchPlans plans;
    private final Path temporaryFolders;
    private final boolean isRoot;

    /**
     * Uses these plans.
     *
     * @param temporaryFolders {@code RUN/tmp}
     * @param isRoot whether this process may, and has to, run it as the group's user
     */
    OptionTrial(LaunchPlans plans, Path temporaryFolders, boolean isRoot) {
        this.plans = plans;
        this.temporaryFolders = temporaryFolders;
        this.isRoot = isRoot;
    }

    /** Tries them, which waits; empty when the JDK was replaced meanwhile, so that the result says nothing. */
    Optional<OptionTrials.Verdict> of(GroupDefinition group, String build) {
        OptionTrials.Verdict verdict = of(group);
        boolean isSameBuild = LaunchContext.jdkBuild(group.jdk().home()).equals(build);
        return isSameBuild ? Optional.of(verdict) : Optional.empty();
    }

    /** Tries them, which waits. */
    OptionTrials.Verdict of(GroupDefinition group) {
        List<String> own = new ArrayList<>(group.jdk().options());
        own.addAll(group.jvm().options());
        Optional<String> other = TrialOptions.otherProgram(own);
        if (other.isPresent()) {
            return refused(
                    "'" + other.get() + "' among its Java options is none: it would be run in place of the daemon");
        }
        Optional<List<String>> prefix = prefix(group);
        if (prefix.isEmpty()) {
            return note("its Java options were not tried: no program setpriv or chroot on this machine");
        }
        LaunchPlan plan;
        try {
            plan = plans.plan(request(group));
        } catch (CannotLaunchException e) {
            return refused(e.getMessage());
        }
        List<String> command = TrialRun.command(prefix.get(), plan.executable().toString(), plan.options(), "-version");
        TrialRun.Result result = TrialRun.of(command, TrialOptions.harmless(plan.environment()));
        if (result instanceof TrialRun.Undecided undecided) {
            return note("its Java options were not tried: " + undecided.reason());
        }
        TrialRun.Ended ended = (TrialRun.Ended) result;
        if (ended.status() == 0) {
            return new OptionTrials.Verdict(
                    Optional.empty(),
                    JvmWords.warnings(ended.output()).stream()
                            .map(warning -> "its JVM warns: " + warning)
                            .toList());
        }
        if (NOT_RUN.matcher(ended.output()).lookingAt()) {
            // No JVM has said anything about them.
            return note("its Java options were not tried: " + JvmWords.refusal(ended.status(), ended.output()));
        }
        if (ended.status() >= SIGNALLED) {
            return note("a JVM with its Java options was killed by signal " + (ended.status() - SIGNALLED));
        }
        return refused("Java " + group.jdk().feature() + " does not start with its options: "
                + JvmWords.refusal(ended.status(), ended.output()));
    }

    private LaunchRequest request(GroupDefinition group) {
        return plans.request(group, temporaryFolders.resolve(group.name()))
                .with(ArchiveUse.none())
                .with(Reporting.none())
                .withOptions(
                        TrialOptions.harmless(group.jdk().options()),
                        TrialOptions.harmless(group.jvm().options()));
    }

    private Optional<List<String>> prefix(GroupDefinition group) {
        GroupDefinition.Account account = group.account();
        if (!isRoot || account.uid().isEmpty() || account.gid().isEmpty()) {
            return Optional.of(List.of());
        }
        return TrialRun.as(
                account.uid().getAsLong(),
                account.gid().getAsLong(),
                group.place().chroot());
    }

    private static OptionTrials.Verdict refused(String why) {
        return new OptionTrials.Verdict(Optional.of(why), List.of());
    }

    private static OptionTrials.Verdict note(String note) {
        return new OptionTrials.Verdict(Optional.empty(), List.of(note));
    }
}
