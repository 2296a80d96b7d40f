package org.jsgid.tomcat;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * From a CGI parameter to the header it stands for: {@code HTTP_X_FOO} is {@code x-foo} (RFC 3875 section 4.1.18; the
 * case and the difference between {@code _} and {@code -} are lost there). Names seen are kept, so that a request of
 * the usual kind makes no strings; only a bounded number, as clients choose them.
 */
final class HeaderNames {

    private static final int LIMIT = 512;
    private static final int LONGEST_KEPT = 64;
    private static final ConcurrentMap<String, String> SEEN = new ConcurrentHashMap<>();

    private HeaderNames() {}

    /** @param parameter a name that begins with {@code HTTP_} */
    static String of(String parameter) {
        String name = SEEN.get(parameter);
        if (name == null) {
            name = convert(parameter);
            if (parameter.length() <= LONGEST_KEPT && SEEN.size() < LIMIT) {
                SEEN.put(parameter, name);
            }
        }
        return name;
    }

    private static String convert(String parameter) {
        StringBuilder name = new StringBuilder(parameter.length());
        for (int i = "HTTP_".length(); i < parameter.length(); i++) {
            char c = parameter.charAt(i);
            if (c == '_') {
                name.append('-');
            } else if (c >= 'A' && c <= 'Z') {
                name.append((char) (c + ('a' - 'A')));
            } else {
                name.append(c);
            }
        }
        return name.toString();
    }
}
