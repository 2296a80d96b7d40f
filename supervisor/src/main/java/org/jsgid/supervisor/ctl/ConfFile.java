package org.jsgid.supervisor.ctl;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file that the module writes into the run folder: {@code key = value} lines in sections, {@code %XX} in values
 * (CONTROL.md). Takes what it understands; the module is not doubted here.
 *
 * @param sections in order; the first is what stands before any {@code [section]} and has no title
 */
record ConfFile(List<Section> sections) {

    /**
     * One section.
     *
     * @param kind the first word of the title: {@code group}
     * @param name the rest of the title
     * @param values every key's values in order
     */
    record Section(String kind, String name, Map<String, List<String>> values) {
        /** The last value of a key, or empty when it is absent. */
        String value(String key) {
            List<String> all = values(key);
            return all.isEmpty() ? "" : all.get(all.size() - 1);
        }

        List<String> values(String key) {
            return values.getOrDefault(key, List.of());
        }
    }

    static ConfFile read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    static ConfFile parse(String content) {
        List<Section> sections = new ArrayList<>();
        Section current = new Section("", "", new LinkedHashMap<>());
        sections.add(current);
        for (String line : content.split("\n", -1)) {
            String text = line.strip();
            int equals = text.indexOf('=');
            if (text.startsWith("[") && text.endsWith("]")) {
                String[] title = text.substring(1, text.length() - 1).strip().split(" ", 2);
                current =
                        new Section(title[0], title.length > 1 ? decode(title[1].strip()) : "", new LinkedHashMap<>());
                sections.add(current);
            } else if (!text.startsWith("#") && equals > 0) {
                current.values()
                        .computeIfAbsent(text.substring(0, equals).strip(), key -> new ArrayList<>())
                        .add(decode(text.substring(equals + 1).strip()));
            }
        }
        return new ConfFile(sections);
    }

    /** What stands before the first section. */
    Section head() {
        return sections.get(0);
    }

    /** The sections of a kind. */
    List<Section> ofKind(String kind) {
        return sections.stream().filter(section -> section.kind().equals(kind)).toList();
    }

    /** Undoes {@code %XX}; a percent sign without two hexadecimal digits stands for itself. */
    static String decode(String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int code = bytes[i] == '%' && i + 2 < bytes.length ? hex(bytes[i + 1], bytes[i + 2]) : -1;
            decoded.write(code < 0 ? bytes[i] : code);
            i += code < 0 ? 0 : 2;
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }

    private static int hex(byte high, byte low) {
        int first = Character.digit(high, 16);
        int second = Character.digit(low, 16);
        return first < 0 || second < 0 ? -1 : first * 16 + second;
    }
}
