package org.jsgid.supervisor.ctl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsgid.supervisor.trial.JvmWords;
import org.jsgid.supervisor.trial.TrialOptions;
import org.jsgid.supervisor.trial.TrialRun;

/**
 * Starts a JDK to see that it starts. Root starts it as a user without rights: a JDK that is only being checked is not
 * trusted.
 */
final class TrialLaunch {
    private static final String NAME = "start";
    /** The user and group "nobody" of every Linux system. */
    private static final long NOBODY = 65_534;

    /** Starts {@code java} with the profile's options, which stop a JVM when it does not know one of them. */
    JdkVerifier.Check run(Path home, List<String> javaOptions) {
        Optional<String> other = TrialOptions.otherProgram(javaOptions);
        if (other.isPresent()) {
            return failed("'" + other.get() + "' in java-options is no option: it would be run in place of the daemon");
        }
        boolean isRoot = FolderOwners.orYou().isEmpty();
        Optional<List<String>> unprivileged =
                isRoot ? TrialRun.as(NOBODY, NOBODY, Optional.empty()) : Optional.of(List.of());
        if (unprivileged.isEmpty()) {
            return skipped("the program setpriv is missing (package util-linux); no JDK is started as root");
        }
        List<String> options = new ArrayList<>(TrialOptions.harmless(javaOptions));
        options.addAll(List.of("-Xshare:auto", "-Xmx64m"));
        List<String> command =
                TrialRun.command(unprivileged.get(), home.resolve("bin/java").toString(), options, "-version");
        TrialRun.Result result = TrialRun.of(command, Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8"));
        if (result instanceof TrialRun.Undecided undecided) {
            return failed(undecided.reason());
        }
        TrialRun.Ended ended = (TrialRun.Ended) result;
        if (ended.status() != 0) {
            return failed("exit status " + ended.status() + ": " + JvmWords.refusal(ended.status(), ended.output()));
        }
        List<String> warnings = JvmWords.warnings(ended.output());
        return warnings.isEmpty()
                ? new JdkVerifier.Check(
                        NAME, JdkVerifier.Outcome.OK, "in " + ended.took().toMillis() + " ms")
                : new JdkVerifier.Check(NAME, JdkVerifier.Outcome.WARNING, String.join("; ", warnings));
    }

    private static JdkVerifier.Check failed(String detail) {
        return new JdkVerifier.Check(NAME, JdkVerifier.Outcome.FAILED, detail);
    }

    private static JdkVerifier.Check skipped(String detail) {
        return new JdkVerifier.Check(NAME, JdkVerifier.Outcome.SKIPPED, detail);
    }
}
