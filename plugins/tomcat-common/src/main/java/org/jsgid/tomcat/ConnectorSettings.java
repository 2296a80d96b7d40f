package org.jsgid.tomcat;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.catalina.connector.Connector;
import org.jsgid.daemon.servlet.ServletOption;
import org.jsgid.daemon.servlet.ServletOptions;

/**
 * The settings of the connector through which an application gets its requests: what {@code server.xml} has for an
 * installed Tomcat. Applications with equal settings share a connector.
 *
 * <p>Only settings that mean something without a socket are known; the others are httpd's to decide.
 */
final class ConnectorSettings {

    private static final String PREFIX = "connector.";
    private static final String ENCODING = "URIEncoding";

    /** Tomcat's own, as its documentation of the HTTP and AJP connectors describes them. */
    private static final List<String> OF_CONNECTOR = Collections.unmodifiableList(Arrays.asList(
            "allowBackslash",
            "asyncTimeout",
            "discardFacades",
            "encodedReverseSolidusHandling",
            "encodedSolidusHandling",
            "enforceEncodingInGetWriter",
            "maxCookieCount",
            "maxParameterCount",
            "maxPartCount",
            "maxPartHeaderSize",
            "maxPostSize",
            "maxSavePostSize",
            "parseBodyMethods",
            "proxyName",
            "proxyPort",
            "redirectPort",
            "rejectSuspiciousURIs",
            ENCODING,
            "useBodyEncodingForURI",
            "xpoweredBy"));

    /** Those that Tomcat has in its protocol handlers, and we in ours. */
    private static final List<String> OF_HANDLER = Collections.unmodifiableList(Arrays.asList(
            "allowedTrailerHeaders", "continueResponseTiming", "tomcatAuthentication", "tomcatAuthorization"));

    private final List<ServletOption> options;
    private final Map<String, String> values = new TreeMap<>();

    private ConnectorSettings(List<ServletOption> options) {
        this.options = options;
        for (ServletOption option : options) {
            values.put(option.name(), option.value());
        }
    }

    /** No settings: Tomcat's own defaults. */
    static ConnectorSettings stock() {
        return new ConnectorSettings(Collections.emptyList());
    }

    /** Those among the options. */
    static ConnectorSettings of(ServletOptions options) {
        return new ConnectorSettings(options.startingWith(PREFIX));
    }

    /**
     * Sets them.
     *
     * @throws IllegalArgumentException when one is not known or its value is not possible
     */
    void applyTo(Connector connector, JsgidProtocolHandler handler) {
        for (ServletOption option : options) {
            String name = option.name().substring(PREFIX.length());
            if (name.equals(ENCODING)) {
                checkEncoding(option);
            }
            boolean known = OF_HANDLER.contains(name)
                    ? Settings.set(handler, option, name)
                    : OF_CONNECTOR.contains(name) && Settings.set(connector, option, name);
            if (!known) {
                throw option.mistake("is no setting of a connector here", "There are " + knownNames());
            }
        }
    }

    private static String knownNames() {
        List<String> names = new ArrayList<>(OF_CONNECTOR);
        names.addAll(OF_HANDLER);
        names.sort(String.CASE_INSENSITIVE_ORDER);
        return PREFIX + String.join(", " + PREFIX, names);
    }

    /** Tomcat would log that it cannot use the encoding, and go on with another. */
    private static void checkEncoding(ServletOption option) {
        try {
            if (Charset.isSupported(option.value())) {
                byte[] ascii = "/?#%".getBytes(Charset.forName(option.value()));
                if (Arrays.equals(ascii, "/?#%".getBytes(StandardCharsets.US_ASCII))) {
                    return;
                }
            }
        } catch (IllegalCharsetNameException | UnsupportedOperationException none) {
            // Said below.
        }
        throw option.mistake("is no character encoding that contains ASCII", "UTF-8 or ISO-8859-1 would be right");
    }

    @Override
    @SuppressWarnings("PatternMatchingInstanceof") // Tomcat 9 runs on Java 8.
    public boolean equals(Object other) {
        return other instanceof ConnectorSettings && values.equals(((ConnectorSettings) other).values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }
}
