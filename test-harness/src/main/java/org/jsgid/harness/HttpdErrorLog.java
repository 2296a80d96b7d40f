package org.jsgid.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An error log in which whatever a test did not announce is a failure: every warning and error, whoever wrote it, a
 * crash, a warning of a JVM.
 */
public final class HttpdErrorLog {

    private static final Pattern TROUBLE = Pattern.compile("^\\[[^]]*\\] \\[[\\w.-]*:(emerg|alert|crit|error|warn)\\]"
            + "|exit signal|Segmentation fault|AddressSanitizer|runtime error:|glibc detected"
            + "|Server VM warning|^WARNING: |Exception in thread|fatal error has been detected|OutOfMemoryError");

    private final Path file;
    private final List<Pattern> announced = new ArrayList<>();
    private int judged;

    HttpdErrorLog(Path file) {
        this.file = file;
    }

    /** Announces lines that contain a match of the expression, until the end of the test method. */
    public void announce(String expression) {
        announced.add(Pattern.compile(expression));
    }

    /** All lines so far; a last one that is not ended yet is left out. */
    public List<String> lines() {
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            // Bytes of clients may be in it: they must not stop the reading.
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            return whole.isEmpty()
                    ? List.of()
                    : Arrays.asList(whole.split("\n", -1)).subList(0, count(whole));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many lines there are: a mark for {@link #awaitLine}. */
    public int mark() {
        return lines().size();
    }

    /** Waits for a line, from that mark on, in which the expression is found, and returns it. */
    public String awaitLine(int mark, String expression, Duration deadline) {
        Pattern pattern = Pattern.compile(expression);
        return Await.value(
                "a line with " + expression + " in " + file,
                deadline,
                () -> {
                    List<String> lines = lines();
                    return lines.subList(Math.min(mark, lines.size()), lines.size()).stream()
                            .filter(line -> pattern.matcher(line).find())
                            .findFirst()
                            .orElse("");
                },
                line -> !line.isEmpty());
    }

    /** Lines from that mark on in which the expression is found. */
    public List<String> linesSince(int mark, String expression) {
        Pattern pattern = Pattern.compile(expression);
        List<String> lines = lines();
        return lines.subList(Math.min(mark, lines.size()), lines.size()).stream()
                .filter(line -> pattern.matcher(line).find())
                .toList();
    }

    /**
     * Judges the lines since the last call against what was announced since then.
     *
     * @throws AssertionError with the lines that nobody announced
     */
    public void assertNothingUnannounced() {
        List<String> lines = lines();
        List<String> bad = lines.subList(Math.min(judged, lines.size()), lines.size()).stream()
                .filter(line -> TROUBLE.matcher(line).find())
                .filter(line -> announced.stream()
                        .noneMatch(pattern -> pattern.matcher(line).find()))
                .toList();
        judged = lines.size();
        announced.clear();
        if (!bad.isEmpty()) {
            throw new AssertionError(
                    "lines in the error log that the test did not announce:\n" + String.join("\n", bad));
        }
    }

    private static int count(String text) {
        return (int) text.chars().filter(c -> c == '\n').count();
    }
}
