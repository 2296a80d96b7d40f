package org.jsgid.it;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;

/** What the test applications say about themselves: lines of {@code name=value}. */
public final class Facts {

    private final Map<String, String> values = new TreeMap<>();

    private Facts(String text) {
        for (String line : text.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
    }

    /** Reads them from a text. */
    public static Facts of(String text) {
        return new Facts(text);
    }

    /** Asks an application, which must answer 200. */
    public static Facts from(Client client, String path, String... headers) throws IOException {
        Response response = client.get(path, headers);
        if (response.status() != 200 || !response.complete()) {
            throw new AssertionError(path + " answers " + response);
        }
        return of(response.text());
    }

    /** The value of that name, or null. */
    public String get(String name) {
        return values.get(name);
    }

    /** The value of that name as a number. */
    public long number(String name) {
        return Long.parseLong(values.get(name));
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
