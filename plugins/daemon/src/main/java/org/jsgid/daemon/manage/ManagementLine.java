package org.jsgid.daemon.manage;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** One line of the management connection: a word and fields. */
public final class ManagementLine {

    /** Most bytes of a line. */
    static final int MAX_LENGTH = 64 * 1024;

    private final String word;
    private final Map<String, String> fields = new LinkedHashMap<>();

    private ManagementLine(String word) {
        this.word = word;
    }

    /** A line without fields. */
    public static ManagementLine of(String word) {
        return new ManagementLine(word);
    }

    /** This and one more field. */
    public ManagementLine with(String name, String value) {
        fields.put(name, value);
        return this;
    }

    /** This and one more field. */
    public ManagementLine with(String name, long value) {
        return with(name, Long.toString(value));
    }

    /** Reads a line without its end. Parts without {@code =} are ignored, as unknown fields are. */
    public static ManagementLine parse(String text) {
        int space = text.indexOf(' ');
        ManagementLine line = new ManagementLine(space < 0 ? text : text.substring(0, space));
        int at = space < 0 ? text.length() : space + 1;
        while (at < text.length()) {
            int end = text.indexOf(' ', at);
            if (end < 0) {
                end = text.length();
            }
            int equals = text.indexOf('=', at);
            if (equals > at && equals < end) {
                line.fields.put(text.substring(at, equals), decode(text.substring(equals + 1, end)));
            }
            at = end + 1;
        }
        return line;
    }

    /** The word. */
    public String word() {
        return word;
    }

    /** A field, or empty. */
    public String field(String name) {
        String value = fields.get(name);
        return value == null ? "" : value;
    }

    /** A field that is a whole number, or the other when it is absent or is none. */
    public int number(String name, int otherwise) {
        try {
            return Integer.parseInt(field(name));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** The line without its end. */
    public String encode() {
        StringBuilder text = new StringBuilder(word);
        for (Map.Entry<String, String> field : fields.entrySet()) {
            text.append(' ').append(field.getKey()).append('=');
            encode(text, field.getValue(), MAX_LENGTH - 1024);
        }
        return text.toString();
    }

    private static void encode(StringBuilder text, String value, int most) {
        for (int i = 0; i < value.length() && text.length() < most; i++) {
            char c = value.charAt(i);
            if (c == '%' || c <= ' ' || c == 0x7f) {
                text.append('%').append(hex(c >> 4)).append(hex(c & 15));
            } else {
                text.append(c);
            }
        }
    }

    private static char hex(int digit) {
        return "0123456789ABCDEF".charAt(digit);
    }

    private static String decode(String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        byte[] source = value.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(source.length);
        for (int i = 0; i < source.length; i++) {
            int high = i + 2 < source.length ? Character.digit(source[i + 1], 16) : -1;
            int low = i + 2 < source.length ? Character.digit(source[i + 2], 16) : -1;
            if (source[i] == '%' && high >= 0 && low >= 0) {
                bytes.write(high * 16 + low);
                i += 2;
            } else {
                bytes.write(source[i]);
            }
        }
        return new String(bytes.toByteArray(), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return encode();
    }
}
