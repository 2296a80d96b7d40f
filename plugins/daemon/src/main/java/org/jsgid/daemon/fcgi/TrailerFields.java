package org.jsgid.daemon.fcgi;

import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Trailer fields: which there may be, and how they are read from their records (PROTOCOL.md, Trailers). Pure. */
final class TrailerFields {

    /** Most bytes of the trailer fields of a message. */
    static final int MAX = 65536;

    /**
     * Fields that frame, route, authenticate or describe the content, or change what a request means: nobody may rely on
     * finding them behind it (RFC 9110, section 6.5.1). The module has the same list; test/vectors holds it.
     */
    private static final Set<String> FORBIDDEN = new HashSet<>(Arrays.asList(
            "age",
            "authorization",
            "cache-control",
            "connection",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "cookie",
            "date",
            "expect",
            "expires",
            "host",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "keep-alive",
            "location",
            "max-forwards",
            "pragma",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "range",
            "retry-after",
            "set-cookie",
            "status",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "vary",
            "warning",
            "www-authenticate"));

    private TrailerFields() {}

    /** Whether a field of that name may be in a trailer section. */
    static boolean isAllowed(String name) {
        return !FORBIDDEN.contains(name.toLowerCase(Locale.ROOT));
    }

    /**
     * Takes the content of the TRAILERS records of a request apart. What is no field, or one that has no place in a
     * trailer section, is left out.
     *
     * @param content header lines in ISO-8859-1
     * @param length how much of it counts
     * @param leftOut gets a sentence for each line that was left out
     * @return the fields in order, names as they came; not modifiable
     */
    static List<Map.Entry<String, String>> parse(byte[] content, int length, List<String> leftOut) {
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        int at = 0;
        while (at < length) {
            int end = at;
            while (end < length && content[end] != '\n') {
                end++;
            }
            int last = end > at && content[end - 1] == '\r' ? end - 1 : end;
            if (last > at) {
                Map.Entry<String, String> field =
                        field(new String(content, at, last - at, StandardCharsets.ISO_8859_1), leftOut);
                if (field != null) {
                    fields.add(field);
                }
            }
            at = end + 1;
        }
        return Collections.unmodifiableList(fields);
    }

    private static Map.Entry<String, String> field(String line, List<String> leftOut) {
        int colon = line.indexOf(':');
        if (colon < 0) {
            leftOut.add("a line without a colon");
            return null;
        }
        String name = line.substring(0, colon);
        String value = trim(line, colon + 1);
        try {
            HeaderText.check(name, value);
        } catch (IllegalArgumentException e) {
            leftOut.add(e.getMessage());
            return null;
        }
        if (!isAllowed(name)) {
            leftOut.add(name + ", which has no place behind the body");
            return null;
        }
        return new AbstractMap.SimpleImmutableEntry<>(name, value);
    }

    /** Without the blanks around it (RFC 9110, section 5.5). */
    private static String trim(String line, int from) {
        int start = from;
        int end = line.length();
        while (start < end && isBlank(line.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
