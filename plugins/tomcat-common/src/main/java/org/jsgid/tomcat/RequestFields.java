package org.jsgid.tomcat;

import java.util.Locale;
import org.apache.coyote.Request;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.net.SSLSupport;
import org.jsgid.daemon.fcgi.Exchange;

/**
 * Puts the CGI parameters of an exchange into a Coyote request. One object belongs to one processor and keeps its
 * buffers.
 *
 * <p>What is not CGI/1.1 becomes a request attribute of the same name: {@code SetEnv}, {@code SSL_*}, {@code JSGI_*}, as
 * with mod_jk's {@code JkEnvVar}. {@code REMOTE_USER} becomes the request's principal: who httpd has authenticated is
 * authenticated (an AJP connector's {@code tomcatAuthentication="false"}).
 */
@SuppressWarnings("StatementSwitchToExpressionSwitch") // Tomcat 9 runs on Java 8.
final class RequestFields {

    private byte[] target = new byte[512];
    private String scheme;
    private boolean https;
    private String contentLength;

    /**
     * Fills a request.
     *
     * @param withUser whether whom httpd has authenticated is the request's principal
     * @throws IllegalArgumentException when a parameter is not what its name says; the answer is 400
     */
    void fill(Request request, Exchange exchange, boolean withUser) {
        scheme = null;
        https = false;
        contentLength = null;
        exchange.eachParameter((name, value) -> fill(request, withUser, name, value));
        if (contentLength != null && !contentLength.isEmpty()) {
            request.setContentLength(length(contentLength));
            request.getMimeHeaders().addValue("content-length").setString(contentLength);
        }
        if (https) {
            scheme = "https";
        }
        if (scheme != null && !scheme.isEmpty()) {
            request.scheme().setString(scheme.toLowerCase(Locale.ROOT));
        }
        if (request.scheme().equals("https")) {
            fillTls(request, exchange);
        }
        fillTarget(request, exchange);
    }

    private void fill(Request request, boolean withUser, String name, String value) {
        if (name.startsWith("HTTP_")) {
            request.getMimeHeaders().addValue(HeaderNames.of(name)).setString(value);
            return;
        }
        switch (name) {
            case "REQUEST_METHOD":
                request.setMethod(value);
                break;
            case "SERVER_PROTOCOL":
                request.protocol().setString(value);
                break;
            case "REQUEST_SCHEME":
                scheme = value;
                break;
            case "HTTPS":
                https = "on".equalsIgnoreCase(value);
                break;
            case "SERVER_NAME":
                request.serverName().setString(value);
                request.localName().setString(value);
                break;
            case "SERVER_PORT":
                request.setServerPort(port(name, value));
                request.setLocalPort(request.getServerPort());
                break;
            case "SERVER_ADDR":
                request.localAddr().setString(value);
                break;
            case "REMOTE_ADDR":
                request.remoteAddr().setString(value);
                request.peerAddr().setString(value);
                break;
            case "REMOTE_HOST":
                request.remoteHost().setString(value);
                break;
            case "REMOTE_PORT":
                request.setRemotePort(port(name, value));
                break;
            case "REMOTE_USER":
                if (withUser) {
                    request.getRemoteUser().setString(value);
                }
                break;
            case "AUTH_TYPE":
                if (withUser) {
                    request.getAuthType().setString(value);
                }
                break;
            case "CONTENT_TYPE":
                if (!value.isEmpty()) {
                    request.getMimeHeaders().addValue("content-type").setString(value);
                }
                break;
            case "CONTENT_LENGTH":
                contentLength = value;
                break;
            case "QUERY_STRING":
            case "REQUEST_URI":
            case "SCRIPT_NAME":
            case "PATH_INFO":
                // Taken together below.
                break;
            case "CONTEXT_DOCUMENT_ROOT":
            case "CONTEXT_PREFIX":
            case "DOCUMENT_ROOT":
            case "DOCUMENT_URI":
            case "GATEWAY_INTERFACE":
            case "PATH":
            case "PATH_TRANSLATED":
            case "SCRIPT_FILENAME":
            case "SERVER_ADMIN":
            case "SERVER_SIGNATURE":
            case "SERVER_SOFTWARE":
                // About httpd; an application behind mod_jk does not see them either.
                break;
            default:
                request.setAttribute(name, value);
                break;
        }
    }

    private void fillTarget(Request request, Exchange exchange) {
        String path = RequestPath.undecoded(
                exchange.parameter("REQUEST_URI"), exchange.parameter("SCRIPT_NAME"), exchange.parameter("PATH_INFO"));
        String query = exchange.parameter("QUERY_STRING");
        int queryLength = query == null ? 0 : query.length();
        if (target.length < path.length() + queryLength) {
            target = new byte[path.length() + queryLength];
        }
        set(request.requestURI(), path, 0);
        if (queryLength > 0) {
            set(request.queryString(), query, path.length());
        }
    }

    /** As bytes: only those are decoded and normalized by Tomcat's adapter. */
    private void set(MessageBytes field, String text, int offset) {
        for (int i = 0; i < text.length(); i++) {
            target[offset + i] = (byte) text.charAt(i);
        }
        field.setBytes(target, offset, text.length());
    }

    private static void fillTls(Request request, Exchange exchange) {
        set(request, SSLSupport.CIPHER_SUITE_KEY, exchange.parameter("SSL_CIPHER"));
        set(request, SSLSupport.SESSION_ID_KEY, exchange.parameter("SSL_SESSION_ID"));
        JsgidProcessor.setTlsProtocol(request, exchange.parameter("SSL_PROTOCOL"));
        String keySize = exchange.parameter("SSL_CIPHER_USEKEYSIZE");
        if (keySize != null && !keySize.isEmpty()) {
            request.setAttribute(SSLSupport.KEY_SIZE_KEY, number("SSL_CIPHER_USEKEYSIZE", keySize));
        }
    }

    private static void set(Request request, String attribute, String value) {
        if (value != null && !value.isEmpty()) {
            request.setAttribute(attribute, value);
        }
    }

    private static long length(String value) {
        try {
            long length = Long.parseLong(value);
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("CONTENT_LENGTH is not a number of bytes: " + value, e);
        }
        throw new IllegalArgumentException("CONTENT_LENGTH is negative: " + value);
    }

    private static int port(String name, String value) {
        return value.isEmpty() ? -1 : number(name, value);
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is not a number: " + value, e);
        }
    }
}
