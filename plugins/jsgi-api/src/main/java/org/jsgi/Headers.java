package org.jsgi;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Header fields in their order. Names are compared without regard to case; a name may be repeated. Immutable.
 */
public final class Headers implements Iterable<Map.Entry<String, String>> {

    private static final Headers EMPTY = new Headers(new String[0]);

    /** Name, value, name, value. */
    private final String[] pairs;

    private Headers(String[] pairs) {
        this.pairs = pairs;
    }

    /** No header fields. */
    public static Headers empty() {
        return EMPTY;
    }

    /**
     * Header fields from names and values in turn.
     *
     * @throws IllegalArgumentException when a value is missing, or one of them breaks the rules of the package page
     */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("header " + namesAndValues[namesAndValues.length - 1] + " has no value");
        }
        for (int i = 0; i < namesAndValues.length; i += 2) {
            HeaderRules.check(namesAndValues[i], namesAndValues[i + 1]);
        }
        return namesAndValues.length == 0 ? EMPTY : new Headers(namesAndValues.clone());
    }

    /** These and one more at the end. */
    public Headers with(String name, String value) {
        HeaderRules.check(name, value);
        String[] more = Arrays.copyOf(pairs, pairs.length + 2);
        more[pairs.length] = name;
        more[pairs.length + 1] = value;
        return new Headers(more);
    }

    /** These without any of that name. */
    public Headers without(String name) {
        if (first(name) == null) {
            return this;
        }
        List<String> rest = new ArrayList<>(pairs.length);
        for (int i = 0; i < pairs.length; i += 2) {
            if (!pairs[i].equalsIgnoreCase(name)) {
                rest.add(pairs[i]);
                rest.add(pairs[i + 1]);
            }
        }
        return new Headers(rest.toArray(new String[0]));
    }

    /** The value of the first field of that name, or null. */
    public String first(String name) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equalsIgnoreCase(name)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    /** The values of all fields of that name, in order; may be empty. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equalsIgnoreCase(name)) {
                values.add(pairs[i + 1]);
            }
        }
        return Collections.unmodifiableList(values);
    }

    /** Whether there is a field of that name. */
    public boolean contains(String name) {
        return first(name) != null;
    }

    /** How many fields there are, repeated ones counted each time. */
    public int size() {
        return pairs.length / 2;
    }

    /** The name of the field at that place, as it was written. */
    public String name(int index) {
        return pairs[2 * index];
    }

    /** The value of the field at that place. */
    public String value(int index) {
        return pairs[2 * index + 1];
    }

    @Override
    public Iterator<Map.Entry<String, String>> iterator() {
        return new Iterator<Map.Entry<String, String>>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size();
            }

            @Override
            public Map.Entry<String, String> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Map.Entry<String, String> entry = new AbstractMap.SimpleImmutableEntry<>(name(next), value(next));
                next++;
                return entry;
            }
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers && Arrays.equals(pairs, ((Headers) other).pairs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(pairs);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size(); i++) {
            text.append(i == 0 ? "" : "\n").append(name(i)).append(": ").append(value(i));
        }
        return text.toString();
    }
}
