package org.jsgid.supervisor.monitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** One section of {@code PROFILE.conf}: its keys, and what is wrong with their values. */
final class ConfigSection {

    private record Value(String text, int line) {}

    private final String title;
    private final int line;
    private final List<String> problems;
    private final Map<String, List<Value>> values = new LinkedHashMap<>();

    /** A section that adds to a list of problems which all sections share. */
    ConfigSection(String title, int line, List<String> problems) {
        this.title = title;
        this.line = line;
        this.problems = problems;
    }

    String title() {
        return title;
    }

    void add(String key, String value, int atLine) {
        values.computeIfAbsent(key, name -> new ArrayList<>()).add(new Value(value, atLine));
    }

    List<String> all(String key) {
        return values.getOrDefault(key, List.of()).stream().map(Value::text).toList();
    }

    Optional<String> text(String key) {
        List<Value> given = values.getOrDefault(key, List.of());
        if (given.size() > 1) {
            problem(given.get(1).line(), key + " is given twice");
        }
        return given.isEmpty() ? Optional.empty() : Optional.of(given.get(0).text());
    }

    /** A value that has to be there and not empty. */
    String required(String key) {
        Optional<String> value = text(key).filter(given -> !given.isEmpty());
        if (value.isEmpty()) {
            problem(line, (title.isEmpty() ? "" : "[" + title + "] ") + "lacks " + key);
        }
        return value.orElse("");
    }

    long number(String key, long absent, long lowest, long highest) {
        return optionalNumber(key, lowest, highest).orElse(absent);
    }

    int integer(String key, int absent, int lowest, int highest) {
        return (int) number(key, absent, lowest, highest);
    }

    OptionalLong optionalNumber(String key, long lowest, long highest) {
        Optional<String> given = text(key);
        if (given.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong number = parse(given.get(), 10, lowest, highest);
        if (number.isEmpty()) {
            problem(lineOf(key), key + " = " + given.get() + " is not a number from " + lowest + " to " + highest);
        }
        return number;
    }

    List<Long> numbers(String key, long lowest, long highest) {
        List<Long> numbers = new ArrayList<>();
        for (Value value : values.getOrDefault(key, List.of())) {
            OptionalLong number = parse(value.text(), 10, lowest, highest);
            if (number.isPresent()) {
                numbers.add(number.getAsLong());
            } else {
                problem(
                        value.line(),
                        key + " = " + value.text() + " is not a number from " + lowest + " to " + highest);
            }
        }
        return numbers;
    }

    int octal(String key, int absent, int highest) {
        Optional<String> given = text(key);
        if (given.isEmpty()) {
            return absent;
        }
        OptionalLong number = parse(given.get(), 8, 0, highest);
        if (number.isEmpty()) {
            problem(
                    lineOf(key),
                    key + " = " + given.get() + " is not an octal number up to " + Integer.toOctalString(highest));
        }
        return (int) number.orElse(absent);
    }

    Duration seconds(String key, long absent) {
        return Duration.ofSeconds(number(key, absent, 0, Integer.MAX_VALUE));
    }

    boolean flag(String key, boolean absent) {
        String given = oneOf(key, absent ? "yes" : "no", "yes", "no");
        return given.equals("yes");
    }

    String oneOf(String key, String absent, String... allowed) {
        Optional<String> given = text(key);
        if (given.isEmpty()) {
            return absent;
        }
        if (!List.of(allowed).contains(given.get())) {
            problem(lineOf(key), key + " = " + given.get() + " is not one of " + String.join(", ", allowed));
        }
        return given.get();
    }

    void problem(String what) {
        problem(line, what);
    }

    private void problem(int atLine, String what) {
        problems.add("line " + atLine + ": " + what);
    }

    private int lineOf(String key) {
        return values.get(key).get(0).line();
    }

    private static OptionalLong parse(String text, int radix, long lowest, long highest) {
        try {
            long number = Long.parseLong(text, radix);
            return number < lowest || number > highest ? OptionalLong.empty() : OptionalLong.of(number);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
