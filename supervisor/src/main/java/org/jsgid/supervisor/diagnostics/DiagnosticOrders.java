package org.jsgid.supervisor.diagnostics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What to tell a JVM of a feature version so that it does what somebody asks, and in which words to say why it did not.
 * Pure.
 */
public final class DiagnosticOrders {

    /** The recording that is meant when none is named. */
    public static final String RECORDING = "jsgid";

    private static final int VIRTUAL_THREADS = 21;
    private static final int COMPRESSED_DUMP = 17;
    private static final long SOME_MEBIBYTES = 16L << 20;
    private static final Duration USUAL = Duration.ofSeconds(60);
    private static final Duration STACKS = Duration.ofSeconds(15);
    private static final Duration WHOLE_HEAP = Duration.ofMinutes(30);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern AGE = Pattern.compile("[1-9][0-9]{0,8}(ns|us|ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("[1-9][0-9]{0,8}[kKmMgG]?");
    /** What HotSpot's reader of commands takes as one word in double quotes. */
    private static final Pattern QUOTABLE = Pattern.compile("[^\"\\p{Cntrl}]+");

    private DiagnosticOrders() {}

    /** This JVM cannot do that, or nobody could; the message says what would be right. */
    public static final class ImpossibleException extends Exception {
        private static final long serialVersionUID = 1L;

        /** With the reason. */
        public ImpossibleException(String message) {
            super(message);
        }
    }

    /**
     * The command for a JVM.
     *
     * @param feature its feature version
     * @param heapUsed bytes of its heap that are in use, as it said last
     */
    public static JvmOrder order(DiagnosticRequest request, int feature, long heapUsed) throws ImpossibleException {
        return switch (request.kind()) {
            case THREADS -> threads(request, feature);
            case HEAP_DUMP -> heapDump(request, feature, heapUsed);
            case JFR_START -> JvmOrder.printing(start(request), limit(request, USUAL));
            case JFR_DUMP ->
                JvmOrder.writing(
                        "JFR.dump name=" + name(request) + " filename=\"" + JvmOrder.FILE + "\"",
                        limit(request, USUAL),
                        "recording.jfr",
                        SOME_MEBIBYTES);
            case JFR_STOP -> stop(request);
            case JFR_CHECK -> JvmOrder.printing("JFR.check", limit(request, USUAL));
            case JCMD -> JvmOrder.printing(command(request.arguments()), limit(request, limitOf(request.arguments())));
        };
    }

    private static Duration limit(DiagnosticRequest request, Duration usual) {
        return request.limit().orElse(usual);
    }

    private static Duration limitOf(List<String> arguments) {
        return stopsTheJvm(arguments.isEmpty() ? "" : arguments.get(0)) ? WHOLE_HEAP : USUAL;
    }

    private static JvmOrder threads(DiagnosticRequest request, int feature) throws ImpossibleException {
        if (!request.has("virtual")) {
            return JvmOrder.printing(request.has("locks") ? "Thread.print -l" : "Thread.print", limit(request, STACKS));
        }
        if (feature < VIRTUAL_THREADS) {
            throw new ImpossibleException("Java " + feature + " has no virtual threads; they come with Java "
                    + VIRTUAL_THREADS + ". Ask without --virtual");
        }
        String format = request.option("virtual").filter("json"::equals).orElse("plain");
        return JvmOrder.writing(
                "Thread.dump_to_file -format=" + format + " \"" + JvmOrder.FILE + "\"",
                limit(request, STACKS),
                "threads." + format,
                0);
    }

    /** Whether the JVM does it itself; else whoever writes the file compresses. */
    public static boolean compressesItself(DiagnosticRequest request, int feature) {
        return request.kind() == DiagnosticKind.HEAP_DUMP && request.has("gzip") && feature >= COMPRESSED_DUMP;
    }

    private static JvmOrder heapDump(DiagnosticRequest request, int feature, long heapUsed) {
        boolean isCompressed = compressesItself(request, feature);
        String command = "GC.heap_dump" + (request.has("all") ? " -all" : "") + (isCompressed ? " -gz=1" : "") + " \""
                + JvmOrder.FILE + "\"";
        // A dump is about as large as what is in use, compressed about a quarter of that.
        long space = (isCompressed ? heapUsed / 2 : heapUsed + heapUsed / 4) + SOME_MEBIBYTES;
        return JvmOrder.writing(command, limit(request, WHOLE_HEAP), "heap.hprof", space);
    }

    private static String start(DiagnosticRequest request) throws ImpossibleException {
        StringBuilder command = new StringBuilder("JFR.start name=").append(name(request));
        String settings = request.option("settings").orElse("default");
        if (!QUOTABLE.matcher(settings).matches()) {
            throw new ImpossibleException("settings are default, profile or the path of a .jfc file, without quotes");
        }
        command.append(" settings=\"").append(settings).append('"');
        if (request.option("max-age").isPresent()) {
            command.append(" maxage=").append(checked(request, "max-age", AGE, "a number with s, m, h or d: 30m"));
        }
        if (request.option("max-size").isPresent()) {
            command.append(" maxsize=").append(checked(request, "max-size", SIZE, "a number with k, m or g: 250m"));
        }
        return command.append(" disk=true").toString();
    }

    private static JvmOrder stop(DiagnosticRequest request) throws ImpossibleException {
        String command = "JFR.stop name=" + name(request);
        return request.wantsFile()
                ? JvmOrder.writing(
                        command + " filename=\"" + JvmOrder.FILE + "\"",
                        limit(request, USUAL),
                        "recording.jfr",
                        SOME_MEBIBYTES)
                : JvmOrder.printing(command, limit(request, USUAL));
    }

    private static String name(DiagnosticRequest request) throws ImpossibleException {
        return request.has("name")
                ? checked(request, "name", NAME, "1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter or digit")
                : RECORDING;
    }

    private static String checked(DiagnosticRequest request, String option, Pattern pattern, String right)
            throws ImpossibleException {
        String value = request.options().getOrDefault(option, "");
        if (!pattern.matcher(value).matches()) {
            throw new ImpossibleException("--" + option + " \"" + value + "\" is not " + right);
        }
        return value;
    }

    /** As {@code jcmd} makes one line of them, but an argument with spaces stays one. */
    private static String command(List<String> arguments) throws ImpossibleException {
        if (arguments.isEmpty()) {
            return "help";
        }
        List<String> words = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.chars().anyMatch(Character::isISOControl)) {
                throw new ImpossibleException("a diagnostic command has no line feeds or other control characters");
            }
            boolean isDivided = argument.indexOf(' ') >= 0 && argument.indexOf('"') < 0 && argument.indexOf('\'') < 0;
            words.add(isDivided && words.size() > 0 ? '"' + argument + '"' : argument);
        }
        String command = String.join(" ", words);
        if (command.isBlank()) {
            throw new ImpossibleException("the diagnostic command is empty");
        }
        return command;
    }

    /** Whether a JVM says nothing while it carries out that command, for as long as its heap is large. */
    public static boolean stopsTheJvm(String command) {
        return command.startsWith("GC.heap_dump");
    }

    /**
     * How it really ended: the commands about recordings say in words that they failed, and report success.
     *
     * @param said what the JVM printed, or the beginning of that
     */
    public static JvmAnswer.Outcome outcome(DiagnosticRequest request, JvmAnswer answer, String said) {
        boolean isFailure = request.kind().word().startsWith("jfr-") && said.startsWith("Could not ");
        return answer.isDone() && isFailure ? JvmAnswer.Outcome.REFUSED : answer.outcome();
    }

    /**
     * Why it was not done, for people.
     *
     * @param said what the JVM printed, or the beginning of that
     */
    public static String explain(DiagnosticRequest request, int feature, JvmAnswer answer, String said) {
        return switch (answer.outcome()) {
            case DONE -> "";
            case REFUSED -> refused(request, feature, said);
            case NO_FILE -> "the JVM wrote no file" + words(said);
            case NO_SPACE ->
                answer.reason() + "; make room there, or in /var/tmp or /tmp as the daemon sees them"
                        + (request.kind() == DiagnosticKind.HEAP_DUMP && !request.has("gzip")
                                ? ", or ask with --gzip"
                                : "");
            default -> answer.reason();
        };
    }

    private static String refused(DiagnosticRequest request, int feature, String said) {
        boolean isUnknown = said.contains("Unknown diagnostic command");
        boolean isJfr = request.kind().word().startsWith("jfr-");
        if (isJfr && (isUnknown || said.contains("jdk.jfr"))) {
            return "this JVM has no flight recorder: "
                    + (feature == 8
                            ? "Java 8 has it from 8u262 on, where the vendor builds it in; use another build or a later Java"
                            : "its JDK was built or reduced without the module jdk.jfr; use the whole JDK")
                    + words(said);
        }
        if (isUnknown) {
            return "this JVM of Java " + feature + " has no such command; what it has is shown by jsgid-ctl jcmd GROUP";
        }
        return "the JVM did not do it" + words(said);
    }

    private static String words(String said) {
        String text = said.strip().replaceAll("\\s+", " ");
        return text.isEmpty() ? "" : ": " + (text.length() > 300 ? text.substring(0, 300) + " …" : text);
    }
}
