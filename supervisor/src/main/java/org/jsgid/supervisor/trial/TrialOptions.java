package org.jsgid.supervisor.trial;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Options of a JVM without those that make it do something before it has a program: load agents, open ports, write
 * archives, recordings and logs that the running daemon has open, touch all its memory. Pure.
 */
public final class TrialOptions {

    private static final Pattern ACTING = Pattern.compile(
            "-(?:javaagent:|agentlib:|agentpath:|Xrun|Dcom\\.sun\\.management\\.|Xloggc:|Xshare:dump|XX:(?:StartFlightRecording"
                    + "|ArchiveClassesAtExit=|SharedArchiveFile=|[+]AutoCreateSharedArchive|DumpLoadedClassList="
                    + "|SharedClassListFile=|SharedArchiveConfigFile=|[+]RecordDynamicDumpInfo|AOT\\w*=|CRaC\\w*="
                    + "|[+]AlwaysPreTouch|[+]LogVMOutput|[+]LogCompilation|LogFile=|OnError=|OnOutOfMemoryError=)).*");

    /** {@code -Xlog:WHAT:OUTPUT…}, where the output may be quoted. */
    private static final Pattern LOG = Pattern.compile("-Xlog:([^:]*):(\"[^\"]*\"|[^:]*)(?::.*)?");

    /** Options whose value is the argument behind them. */
    private static final Set<String> WITH_VALUE = Set.of(
            "-cp",
            "-classpath",
            "--class-path",
            "-p",
            "--module-path",
            "--upgrade-module-path",
            "--add-modules",
            "--limit-modules",
            "--add-exports",
            "--add-opens",
            "--add-reads",
            "--patch-module",
            "--enable-native-access",
            "--illegal-native-access",
            "--sun-misc-unsafe-memory-access",
            "--enable-final-field-mutation",
            "--illegal-final-field-mutation",
            "--finalization");

    /** Options after which the JVM runs something other than a daemon, or nothing. */
    private static final Pattern OTHER_PROGRAM = Pattern.compile(
            "-jar|-m|--module(?:=.*)?|-version|--version|-fullversion|--full-version|-h|-help|--help|-\\?|-X|--help-extra"
                    + "|--dry-run|-d|--describe-module(?:=.*)?|--list-modules|--validate-modules|--source|-Xinternalversion");

    private static final List<String> VARIABLES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private TrialOptions() {}

    /** What of these options can be tried. */
    public static List<String> harmless(List<String> options) {
        List<String> kept = new ArrayList<>();
        for (String option : options) {
            Matcher log = LOG.matcher(option);
            if (log.matches() && !isConsole(log.group(2))) {
                // What is logged is checked all the same.
                kept.add("-Xlog:" + log.group(1) + ":stderr");
            } else if (!ACTING.matcher(option).matches()) {
                kept.add(option);
            }
        }
        return kept;
    }

    /** The option, or the word that is none, by which the JVM would run something other than the daemon. */
    public static Optional<String> otherProgram(List<String> options) {
        for (int i = 0; i < options.size(); i++) {
            String option = options.get(i);
            boolean isOption = option.startsWith("-") || option.startsWith("@");
            if (!isOption || OTHER_PROGRAM.matcher(option).matches()) {
                return Optional.of(option);
            }
            if (WITH_VALUE.contains(option)) {
                i++;
            }
        }
        return Optional.empty();
    }

    /** Whether that environment has options for a JVM in it. */
    public static boolean isIn(Map<String, String> environment) {
        return VARIABLES.stream().anyMatch(environment::containsKey);
    }

    /** The environment without variables in which options stand that would do something. */
    public static Map<String, String> harmless(Map<String, String> environment) {
        Map<String, String> kept = new LinkedHashMap<>(environment);
        for (String variable : VARIABLES) {
            List<String> options =
                    List.of(kept.getOrDefault(variable, "").strip().split("\\s+"));
            if (!harmless(options).equals(options)) {
                kept.remove(variable);
            }
        }
        return kept;
    }

    private static boolean isConsole(String output) {
        return output.isEmpty() || output.equals("stdout") || output.equals("stderr");
    }
}
