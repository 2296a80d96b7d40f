package org.jsgi;

/** What a header name and value may consist of: RFC 9110, sections 5.1 and 5.5. */
final class HeaderRules {

    private static final boolean[] TOKEN = new boolean[128];

    static {
        String others = "!#$%&'*+-.^_`|~";
        for (char c = 0; c < TOKEN.length; c++) {
            TOKEN[c] = (c >= '0' && c <= '9')
|| (c >= 'A' && c <= 'Z')
|| (c >= 'a' && c <= 'z')
|| others.indexOf(c) >= 0;
        }
    }

    private HeaderRules() {}

    static void check(String name, String value) {
        if (!isToken(name)) {
            throw new IllegalArgumentException("not a header name: " + quote(name));
        }
        if (value == null) {
            throw new IllegalArgumentException("header " + name + " has no value");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new IllegalArgumentException("header " + name + " has a control character in its value: "
                        + quote(value) + "; it could end the line, encode it first");
            }
        }
    }

    static boolean isToken(String name) {
        if (name == null || name.isEmpty()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= TOKEN.length || !TOKEN[c]) {
                return false;
            }
        }
        return true;
    }

    /** For messages: nothing in it can end a line. */
    private static String quote(String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted.append(c < ' ' || c == 0x7f ? '?' : c);
        }
        return quoted.append('"').toString();
    }
}
