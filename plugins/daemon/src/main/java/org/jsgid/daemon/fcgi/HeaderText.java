package org.jsgid.daemon.fcgi;

/** What may be written as a header line: RFC 9110, sections 5.1 and 5.5. Nothing can end the line. */
final class HeaderText {

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

    private HeaderText() {}

    static void check(String name, String value) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= TOKEN.length || !TOKEN[c]) {
                throw new IllegalArgumentException("not a header name, at its character " + i);
            }
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("not a header name: it is empty");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                throw new IllegalArgumentException(
                        "the value of header " + name + " could end its line, at its character " + i);
            }
        }
    }

    /** Whether a byte for each character is enough. */
    static boolean isLatin(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }
}
