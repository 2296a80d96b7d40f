package org.jsgid.daemon.fcgi;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Strings of the names that requests have: the same few dozen come with every one, so that they are made once. Bounded, since
 * clients choose some of them; what does not fit is not kept. For any thread.
 */
final class ParameterNames {

    /** Places for names. */
    static final int SIZE = 1024;

    private static final int LONGEST_KEPT = 64;
    private static final int PLACES_TRIED = 4;
    private static final AtomicReferenceArray<String> KEPT = new AtomicReferenceArray<>(SIZE);

    private ParameterNames() {}

    /** Where the name is kept, or -1: it is not. A name has one place for good. */
    static int place(byte[] data, int start, int length) {
        if (length > LONGEST_KEPT) {
            return -1;
        }
        int hash = length;
        for (int i = start; i < start + length; i++) {
            hash = 31 * hash + data[i];
        }
        hash ^= hash >>> 12;
        for (int i = 0; i < PLACES_TRIED; i++) {
            int place = (hash + i) & (SIZE - 1);
            String kept = KEPT.get(place);
            if (kept == null) {
                String name = name(data, start, length);
                kept = KEPT.compareAndSet(place, null, name) ? name : KEPT.get(place);
            }
            if (isSame(kept, data, start, length)) {
                return place;
            }
        }
        return -1;
    }

    /** The name at a place that was returned. */
    static String at(int place) {
        return KEPT.get(place);
    }

    static String name(byte[] data, int start, int length) {
        return new String(data, start, length, StandardCharsets.ISO_8859_1);
    }

    private static boolean isSame(String kept, byte[] data, int start, int length) {
        if (kept.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (kept.charAt(i) != (data[start + i] & 0xff)) {
                return false;
            }
        }
        return true;
    }
}
