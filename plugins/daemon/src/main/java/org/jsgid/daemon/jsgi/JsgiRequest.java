package org.jsgid.daemon.jsgi;

import java.io.IOException;
import java.io.InputStream;
import java.io.UnsupportedEncodingException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import org.jsgi.Context;
import org.jsgi.Headers;
import org.jsgi.Request;
import org.jsgid.daemon.DaemonLog;
import org.jsgid.daemon.fcgi.RequestExchange;
import org.jsgid.daemon.fcgi.Severity;

/** A request as JSGI describes it; everything is made of the exchange's parameters when somebody asks for it. */
final class JsgiRequest implements Request {

    private final RequestExchange exchange;
    private final Context context;
    private final long queueMicros;

    private Headers headers;
    private BodyInput body;
    private Map<String, Object> environment;
    private Map<String, List<String>> queryParameters;

    JsgiRequest(RequestExchange exchange, Context context) {
        this.exchange = exchange;
        this.context = context;
        this.queueMicros = exchange.queueStartMicros() == 0 ? -1 : exchange.queueMicros();
    }

    @Override
    public String method() {
        return text("REQUEST_METHOD");
    }

    @Override
    public String uri() {
        return text("REQUEST_URI");
    }

    @Override
    public String mount() {
        return text("SCRIPT_NAME");
    }

    @Override
    public String pathInfo() {
        return text("PATH_INFO");
    }

    @Override
    public String query() {
        return text("QUERY_STRING");
    }

    @Override
    public boolean canUpgradeTo(String protocol) {
        String asked = exchange.isUpgradeOffered() ? exchange.parameter("HTTP_UPGRADE") : null;
        for (String one : asked == null ? new String[0] : asked.split(",", -1)) {
            if (one.trim().equalsIgnoreCase(protocol)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String scheme() {
        String scheme = exchange.parameter("REQUEST_SCHEME");
        if (scheme != null) {
            return scheme;
        }
        String https = exchange.parameter("HTTPS");
        return https != null && (https.equalsIgnoreCase("on") || https.equals("1")) ? "https" : "http";
    }

    @Override
    public String remoteAddress() {
        return text("REMOTE_ADDR");
    }

    @Override
    public String remoteUser() {
        String user = exchange.parameter("REMOTE_USER");
        return user == null || user.isEmpty() ? null : user;
    }

    private String text(String name) {
        String value = exchange.parameter(name);
        return value == null ? "" : value;
    }

    @Override
    public String variable(String name) {
        if (name.startsWith("jsgi.")) {
            Object value = environment().get(name);
            return value == null ? null : value.toString();
        }
        return exchange.parameter(name);
    }

    @Override
    public long contentLength() {
        String length = exchange.parameter("CONTENT_LENGTH");
        if (length == null || length.isEmpty()) {
            return -1;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    @Override
    public String header(String name) {
        if (headers != null) {
            return headers.first(name);
        }
        String variable = name.toUpperCase(Locale.ROOT).replace('-', '_');
        boolean isPlain = variable.equals("CONTENT_TYPE") || variable.equals("CONTENT_LENGTH");
        String value = exchange.parameter(isPlain ? variable : "HTTP_" + variable);
        return isPlain && value != null && value.isEmpty() ? null : value;
    }

    @Override
    public Headers headers() {
        if (headers == null) {
            List<String> pairs = new ArrayList<>(48);
            for (Map.Entry<String, String> parameter : exchange.parameters().entrySet()) {
                String name = parameter.getKey();
                if (name.startsWith("HTTP_") && name.length() > 5) {
                    pairs.add(headerName(name.substring(5)));
                    pairs.add(parameter.getValue());
                } else if ((name.equals("CONTENT_TYPE") || name.equals("CONTENT_LENGTH"))
                        && !parameter.getValue().isEmpty()) {
                    pairs.add(headerName(name));
                    pairs.add(parameter.getValue());
                }
            }
            headers = headers(pairs);
        }
        return headers;
    }

    /** {@code ACCEPT_LANGUAGE} is {@code Accept-Language}. */
    private static String headerName(String variable) {
        StringBuilder name = new StringBuilder(variable.length());
        boolean isFirst = true;
        for (int i = 0; i < variable.length(); i++) {
            char c = variable.charAt(i);
            name.append(c == '_' ? '-' : isFirst ? c : Character.toLowerCase(c));
            isFirst = c == '_';
        }
        return name.toString();
    }

    /** A header that is none (httpd refuses them, another front end may not) is left out. */
    private static Headers headers(List<String> pairs) {
        try {
            return Headers.of(pairs.toArray(new String[0]));
        } catch (IllegalArgumentException oneIsNone) {
            Headers good = Headers.empty();
            for (int i = 0; i < pairs.size(); i += 2) {
                try {
                    good = good.with(pairs.get(i), pairs.get(i + 1));
                } catch (IllegalArgumentException none) {
                    // Left out.
                }
            }
            return good;
        }
    }

    @Override
    public InputStream body() {
        if (body == null) {
            body = new BodyInput(exchange);
        }
        return body;
    }

    @Override
    public Headers trailers() {
        List<String> pairs = new ArrayList<>(4);
        for (Map.Entry<String, String> field : exchange.requestTrailers()) {
            pairs.add(field.getKey());
            pairs.add(field.getValue());
        }
        return headers(pairs);
    }

    @Override
    public void earlyHints(Headers hints) {
        List<Map.Entry<String, String>> fields = new ArrayList<>(hints.size());
        for (Map.Entry<String, String> field : hints) {
            fields.add(field);
        }
        try {
            exchange.interim(103, fields);
        } catch (IOException | IllegalStateException tooLate) {
            // A hint is of use early or not at all; a client that has gone is told by what comes next.
        }
    }

    @Override
    public Map<String, Object> environment() {
        if (environment == null) {
            Map<String, Object> all = new LinkedHashMap<>(exchange.parameters());
            all.put("jsgi.version", "1.0");
            all.put("jsgi.url_scheme", scheme());
            all.put("jsgi.multithread", context.isMultithread());
            all.put("jsgi.multiprocess", context.isMultiprocess());
            all.put("jsgi.process", context.process());
            all.put("jsgi.group", context.group());
            all.put("jsgi.application_group", context.applicationGroup());
            all.put("jsgi.queue_micros", queueMicros);
            environment = Collections.unmodifiableMap(all);
        }
        return environment;
    }

    @Override
    public Map<String, List<String>> queryParameters() {
        if (queryParameters == null) {
            queryParameters = parse(query());
        }
        return queryParameters;
    }

    static Map<String, List<String>> parse(String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        int at = 0;
        while (at < query.length()) {
            int end = query.indexOf('&', at);
            if (end < 0) {
                end = query.length();
            }
            if (end > at) {
                int equals = query.indexOf('=', at);
                boolean hasValue = equals >= 0 && equals < end;
                String name = decode(query.substring(at, hasValue ? equals : end));
                String value = hasValue ? decode(query.substring(equals + 1, end)) : "";
                List<String> values = parameters.get(name);
                if (values == null) {
                    values = new ArrayList<>(1);
                    parameters.put(name, values);
                }
                values.add(value);
            }
            at = end + 1;
        }
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            parameter.setValue(Collections.unmodifiableList(parameter.getValue()));
        }
        return Collections.unmodifiableMap(parameters);
    }

    @SuppressWarnings("JdkObsolete") // The one with a Charset came with JDK 10.
    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, "UTF-8");
        } catch (IllegalArgumentException | UnsupportedEncodingException notEncoded) {
            // A lone percent sign stands for itself.
            return text;
        }
    }

    @Override
    public void log(String message) {
        exchange.log(Severity.NOTICE, message);
    }

    @Override
    public void log(Level level, String message) {
        exchange.log(Severity.of(level), message);
    }

    @Override
    public void log(String message, Throwable cause) {
        exchange.log(message + "\n" + DaemonLog.trace(cause));
    }
}
