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
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new IllegalArgumentException(
                        "the value of header " + name + " has a control character, at its character " + i);
            }
        }
    }

    /**
     * Whether a header is about one connection or frames a message on it (RFC 9110, section 7.6.1; RFC 9112, section 6.1):
     * the web server's, whatever an application thinks.
     */
    static boolean isOfConnection(String name) {
        switch (name.length()) {
            case 2:
                return name.equalsIgnoreCase("TE");
            case 7:
                return name.equalsIgnoreCase("Upgrade");
            case 10:
                return name.equalsIgnoreCase("Connection") || name.equalsIgnoreCase("Keep-Alive");
            case 16:
                return name.equalsIgnoreCase("Proxy-Connection");
            case 17:
                return name.equalsIgnoreCase("Transfer-Encoding");
            default:
                return false;
        }
    }

    /**
     * The value of a Content-Length.
     *
     * @throws IllegalArgumentException when it is not one decimal number (RFC 9110, section 8.6)
     */
    static long length(String value) {
        boolean isNumber = !value.isEmpty() && value.length() <= 18;
        for (int i = 0; i < value.length(); i++) {
            isNumber &= value.charAt(i) >= '0' && value.charAt(i) <= '9';
        }
        if (!isNumber) {
            throw new IllegalArgumentException("a Content-Length that is not one number");
        }
        return Long.parseLong(value);
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
