package org.jsgid.supervisor.management;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lines of the management connection: a word and {@code name=value} fields, with {@code %XX} for {@code %}, space and
 * bytes that are not printable. Pure.
 */
public final class ManagementCodec {

    /** The longest line, without its LF. */
    public static final int LONGEST_LINE = 64 * 1024;

    private static final String HEX = "0123456789ABCDEF";

    private ManagementCodec() {}

    /** One line without LF: the word and the fields in their order. */
    public static String encode(String word, Map<String, String> fields) {
        StringBuilder line = new StringBuilder(word);
        fields.forEach(
                (name, value) -> line.append(' ').append(name).append('=').append(escape(value)));
        return line.toString();
    }

    /**
     * What a line says.
     *
     * @param line without its LF
     * @return empty when the word is not known, which is no mistake: a newer daemon may say more
     */
    public static Optional<DaemonReport> decode(String line) throws MalformedLineException {
        int space = line.indexOf(' ');
        String word = space < 0 ? line : line.substring(0, space);
        Fields fields = new Fields(word, space < 0 ? "" : line.substring(space + 1));
        return Optional.ofNullable(
                switch (word) {
                    case "failed" ->
                        new DaemonReport.Failed((int) fields.number("status", 0, 255), fields.text("reason"));
                    case "hello" ->
                        new DaemonReport.Hello(
                                fields.number("pid", 1, Integer.MAX_VALUE),
                                fields.text("java"),
                                fields.textOr("vendor", ""));
                    case "step" -> new DaemonReport.Step(fields.text("name"), fields.count("millis"));
                    case "loading" -> new DaemonReport.Loading(fields.application());
                    case "loaded" ->
                        new DaemonReport.Loaded(
                                fields.application(),
                                fields.textOr("kind", ""),
                                fields.textOr("container", ""),
                                fields.count("millis"));
                    case "missing" -> new DaemonReport.Missing(fields.application());
                    case "rejected" ->
                        new DaemonReport.Rejected(fields.application(), fields.textOr("reason", "no reason given"));
                    case "ready" -> new DaemonReport.Ready();
                    case "counters" ->
                        new DaemonReport.Counters(
                                fields.count("requests"),
                                fields.count("active"),
                                fields.count("waiting"),
                                fields.count("oldest-waiting-millis"),
                                fields.count("threads"),
                                fields.count("heap-used"),
                                fields.count("heap-max"),
                                fields.count("idle-millis"),
                                fields.count("stuck"),
                                fields.count("upgraded"));
                    case "stuck" -> new DaemonReport.Stuck(fields.count("requests"));
                    case "changed" -> new DaemonReport.Changed(fields.application());
                    case "deadlock" -> new DaemonReport.Deadlock(fields.textOr("threads", ""));
                    case "draining" -> new DaemonReport.Draining();
                    case "drained" -> new DaemonReport.Drained();
                    case "pong" -> new DaemonReport.Pong();
                    default -> null;
                });
    }

    /** A value as it stands in a line. */
    public static String escape(String value) {
        StringBuilder escaped = new StringBuilder(value.length() + 8);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%' || c <= ' ' || c == 0x7f) {
                escaped.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** The value of an escaped text; the escapes may spell UTF-8. */
    public static String unescape(String escaped) throws MalformedLineException {
        if (escaped.indexOf('%') < 0) {
            return escaped;
        }
        byte[] bytes = escaped.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream plain = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                plain.write(bytes[i]);
                continue;
            }
            boolean hasTwo = i + 2 < bytes.length;
            int high = hasTwo ? Character.digit(bytes[i + 1], 16) : -1;
            int low = hasTwo ? Character.digit(bytes[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new MalformedLineException("'%' without two hexadecimal digits in '" + escaped + "'");
            }
            plain.write(high * 16 + low);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(plain.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedLineException("not UTF-8: '" + escaped + "'");
        }
    }

    /** The fields of one line. */
    static final class Fields {
        private final String word;
        private final Map<String, String> values = new LinkedHashMap<>();

        Fields(String word, String rest) throws MalformedLineException {
            this.word = word;
            int start = 0;
            while (start < rest.length()) {
                int end = rest.indexOf(' ', start);
                if (end < 0) {
                    end = rest.length();
                }
                int equals = rest.indexOf('=', start);
                if (equals < 0 || equals >= end) {
                    throw new MalformedLineException("'" + word + "' has a field without '='");
                }
                values.put(rest.substring(start, equals), unescape(rest.substring(equals + 1, end)));
                start = end + 1;
            }
        }

        boolean has(String name) {
            return values.containsKey(name);
        }

        String text(String name) throws MalformedLineException {
            String value = values.get(name);
            if (value == null) {
                throw new MalformedLineException("'" + word + "' lacks its field '" + name + "'");
            }
            return value;
        }

        String textOr(String name, String absent) {
            return values.getOrDefault(name, absent);
        }

        /** A figure that may be missing, since figures are only ever added. */
        long count(String name) throws MalformedLineException {
            return values.containsKey(name) ? number(name, 0, Long.MAX_VALUE) : 0;
        }

        long number(String name, long lowest, long highest) throws MalformedLineException {
            String value = text(name);
            try {
                long number = Long.parseLong(value);
                if (number >= lowest && number <= highest) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Falls through to the one message for both mistakes.
            }
            throw new MalformedLineException(
                    "'" + word + "' has " + name + "='" + value + "', not a number from " + lowest + " to " + highest);
        }

        ApplicationKey application() throws MalformedLineException {
            return new ApplicationKey(text("file"), textOr("mount", ""), textOr("application-group", ""));
        }
    }
}
