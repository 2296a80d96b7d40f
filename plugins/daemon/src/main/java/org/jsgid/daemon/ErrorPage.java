package org.jsgid.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jsgid.daemon.fcgi.RequestExchange;

/**
 * The pages with which the daemon itself answers. Everybody gets the sentence; what explains it (stack traces, a compiler's
 * messages) goes to the log, and onto the page for clients on this machine only.
 */
public final class ErrorPage {

    private ErrorPage() {}

    /**
     * Answers with a page, and ends the exchange.
     *
     * @param sentence for everybody
     * @param details lines for clients on this machine; may be empty
     * @throws IOException when the client has gone
     */
    public static void send(RequestExchange exchange, int status, String title, String sentence, String details)
            throws IOException {
        byte[] bytes = page(status, title, sentence, isForLocalClient(exchange) ? details : "");
        exchange.commit(status, null);
        exchange.header("Content-Type", "text/html; charset=utf-8");
        exchange.header("Cache-Control", "no-store");
        exchange.header("Content-Length", Integer.toString(bytes.length));
        if (!exchange.isParameter("REQUEST_METHOD", "HEAD")) {
            exchange.write(bytes, 0, bytes.length);
        }
        exchange.finish();
    }

    /**
     * The page itself, in UTF-8.
     *
     * @param details lines for this client; may be empty
     */
    public static byte[] page(int status, String title, String sentence, String details) {
        StringBuilder page = new StringBuilder(512 + details.length());
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
        page.append(status).append(' ');
        escape(page, title);
        page.append("</title></head><body>\n<h1>");
        escape(page, title);
        page.append("</h1>\n<p>");
        escape(page, sentence);
        page.append("</p>\n");
        if (!details.isEmpty()) {
            page.append("<pre>");
            escape(page, details);
            page.append("</pre>\n<p><small>Shown since this request comes from the server itself.</small></p>\n");
        }
        page.append("</body></html>\n");
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Whether the client is on this machine: its address is a loopback one, and nothing says that a proxy on this machine
     * sent it for somebody else.
     */
    static boolean isForLocalClient(RequestExchange exchange) {
        return isLoopback(exchange.parameter("REMOTE_ADDR"))
                && exchange.parameter("HTTP_X_FORWARDED_FOR") == null
                && exchange.parameter("HTTP_FORWARDED") == null
                && exchange.parameter("HTTP_X_REAL_IP") == null
                && exchange.parameter("HTTP_VIA") == null;
    }

    static boolean isLoopback(String address) {
        if (address == null) {
            return false;
        }
        String v4 = address.startsWith("::ffff:") ? address.substring("::ffff:".length()) : address;
        return address.equals("::1") || address.equals("0:0:0:0:0:0:0:1") || isLoopbackV4(v4);
    }

    private static boolean isLoopbackV4(String address) {
        if (!address.startsWith("127.")) {
            return false;
        }
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c != '.' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    static void escape(StringBuilder page, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<':
                    page.append("&lt;");
                    break;
                case '>':
                    page.append("&gt;");
                    break;
                case '&':
                    page.append("&amp;");
                    break;
                case '"':
                    page.append("&quot;");
                    break;
                case '\'':
                    page.append("&#39;");
                    break;
                default:
                    page.append(c);
                    break;
            }
        }
    }
}
