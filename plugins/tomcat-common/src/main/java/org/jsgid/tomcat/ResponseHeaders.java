package org.jsgid.tomcat;

/** Which response headers of an application can be sent, and how. Pure. */
@SuppressWarnings("StatementSwitchToExpressionSwitch") // Tomcat 9 runs on Java 8.
final class ResponseHeaders {

    private ResponseHeaders() {}

    /**
     * Whether a header is the application's to send. Those of one connection (RFC 9110 section 7.6.1) belong to httpd.
     */
    static boolean mayBeSent(String name) {
        switch (name.length()) {
            case 7:
                return !name.equalsIgnoreCase("Upgrade");
            case 10:
                return !name.equalsIgnoreCase("Connection") && !name.equalsIgnoreCase("Keep-Alive");
            case 17:
                return !name.equalsIgnoreCase("Transfer-Encoding");
            default:
                return true;
        }
    }

    /** The value with control characters replaced by blanks, as Tomcat's own HTTP connector does. */
    static String clean(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (isControl(value.charAt(i))) {
                return replaceControls(value, i);
            }
        }
        return value;
    }

    private static String replaceControls(String value, int first) {
        char[] chars = value.toCharArray();
        for (int i = first; i < chars.length; i++) {
            if (isControl(chars[i])) {
                chars[i] = ' ';
            }
        }
        return new String(chars);
    }

    private static boolean isControl(char c) {
        return (c < ' ' && c != '\t') || c == 127;
    }
}
