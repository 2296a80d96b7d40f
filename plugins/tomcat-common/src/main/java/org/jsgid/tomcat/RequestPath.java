package org.jsgid.tomcat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Which undecoded path the container is given. httpd decides access and mount with the decoded path of the request
 * (SCRIPT_NAME and PATH_INFO), which rewriting may have changed since the client sent REQUEST_URI. So what the client
 * sent is used where it means that path, and else that path, encoded again: the container can never serve another
 * resource than the one httpd has looked at.
 *
 * <p>The daemon hands on REQUEST_URI byte for byte, a character each. SCRIPT_NAME and PATH_INFO are text: decoded from
 * UTF-8, or byte for byte when they are not UTF-8. Inside, every path is bytes, a character each.
 */
final class RequestPath {

    private static final String KEPT = "-._~!$&'()*+,;=:@/";
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private RequestPath() {}

    /**
     * The path, undecoded and without query; ASCII, or the bytes the client sent.
     *
     * @param requestUri what the client sent, absolute form included; may be null
     * @param scriptName the mount; may be null
     * @param pathInfo the decoded rest; may be null
     */
    static String undecoded(String requestUri, String scriptName, String pathInfo) {
        String mount = scriptName == null ? "" : scriptName;
        String rest = pathInfo == null ? "" : pathInfo;
        String sent = requestUri == null ? "" : pathOf(requestUri);
        if (mount.isEmpty() && rest.isEmpty()) {
            return sent.isEmpty() ? "/" : sent;
        }
        if (sent.equals("*") || isPlainly(sent, mount, rest)) {
            return sent;
        }
        String text = mount + rest;
        String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        return means(sent, bytes) || means(sent, text) ? sent : encode(bytes);
    }

    /** The path of a request target in origin, absolute or asterisk form (RFC 9112 section 3.2). */
    static String pathOf(String target) {
        int start = 0;
        if (!target.startsWith("/")) {
            int scheme = target.indexOf("://");
            if (scheme > 0 && target.indexOf('/') == scheme + 1) {
                start = endOfAuthority(target, scheme + 3);
            }
        }
        int end = target.length();
        int query = target.indexOf('?', start);
        if (query >= 0) {
            end = query;
        }
        int fragment = target.indexOf('#', start);
        if (fragment >= 0 && fragment < end) {
            end = fragment;
        }
        if (start == end && start > 0) {
            return "/";
        }
        return start == 0 && end == target.length() ? target : target.substring(start, end);
    }

    private static int endOfAuthority(String target, int from) {
        int index = from;
        while (index < target.length() && "/?#".indexOf(target.charAt(index)) < 0) {
            index++;
        }
        return index;
    }

    /** The usual case: nothing is encoded, and all is as httpd has it. */
    private static boolean isPlainly(String sent, String mount, String rest) {
        return sent.length() == mount.length() + rest.length()
                && sent.startsWith(mount)
                && sent.endsWith(rest)
                && isPlain(sent);
    }

    private static boolean isPlain(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%' || c >= 128) {
                return false;
            }
        }
        return path.startsWith("/");
    }

    private static boolean means(String sent, String path) {
        if (!sent.startsWith("/")) {
            return false;
        }
        String looked = normalize(path);
        // AllowEncodedSlashes NoDecode leaves %2F in the decoded path.
        return normalize(decode(sent, false)).equals(looked)
                || normalize(decode(sent, true)).equals(looked);
    }

    private static String decode(String text, boolean keepSlashes) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder decoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next == '%' && i + 2 < text.length()) {
                int value = (hex(text.charAt(i + 1)) << 4) | hex(text.charAt(i + 2));
                if (value >= 0 && !(keepSlashes && value == '/')) {
                    next = (char) value;
                    i += 2;
                }
            }
            decoded.append(next);
        }
        return decoded.toString();
    }

    /** The value of a hexadecimal digit; negative, also after shifting, for anything else. */
    private static int hex(char digit) {
        return digit < 128 ? Character.digit(digit, 16) : -1;
    }

    /** As httpd does it: repeated slashes are one, and dot segments are followed. */
    private static String normalize(String path) {
        if (!path.contains("//") && !path.contains("/.")) {
            return path;
        }
        List<String> kept = new ArrayList<>();
        int from = 1;
        boolean folder = false;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(from, end);
            folder = slash < 0 && (segment.isEmpty() || segment.equals(".") || segment.equals(".."));
            if (segment.equals("..")) {
                if (!kept.isEmpty()) {
                    kept.remove(kept.size() - 1);
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                kept.add(segment);
            }
            from = end + 1;
        }
        StringBuilder result = new StringBuilder(path.length());
        for (String segment : kept) {
            result.append('/').append(segment);
        }
        if (folder || kept.isEmpty()) {
            result.append('/');
        }
        return result.toString();
    }

    private static String encode(String path) {
        StringBuilder result = new StringBuilder(path.length() + 16);
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if ((c < 128 && Character.isLetterOrDigit(c)) || KEPT.indexOf(c) >= 0) {
                result.append(c);
            } else {
                result.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
            }
        }
        return result.toString();
    }
}
