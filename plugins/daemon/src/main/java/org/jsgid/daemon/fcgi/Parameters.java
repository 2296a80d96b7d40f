package org.jsgid.daemon.fcgi;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The name-value pairs of a request (FastCGI 1.0, section 3.4). Finds where they are once; makes strings only of those
 * that somebody asks for.
 */
final class Parameters {

    /** Most bytes of a name or a value. */
    static final int MAX_PART = 256 * 1024;

    private static final int EXPECTED = 40;

    private final byte[] data;
    /** For each pair: where the name begins, its length, the value's length. The value follows the name. */
    private final int[] places;
    /** How much of it is used. */
    private final int used;

    private Parameters(byte[] data, int[] places, int used) {
        this.data = data;
        this.places = places;
        this.used = used;
    }

    /**
     * Reads pairs.
     *
     * @param data the content of all PARAMS records; not copied
     * @throws ProtocolException when a pair does not end within the data, or is too long
     */
    static Parameters parse(byte[] data) throws ProtocolException {
        int[] places = new int[3 * EXPECTED];
        int used = 0;
        int at = 0;
        while (at < data.length) {
            int nameLength = lengthAt(data, at);
            at += lengthSize(data, at);
            int valueLength = lengthAt(data, at);
            at += lengthSize(data, at);
            if (nameLength > MAX_PART || valueLength > MAX_PART) {
                throw new ProtocolException("a parameter with a name of " + nameLength + " and a value of "
                        + valueLength + " bytes; each may have " + MAX_PART);
            }
            if (nameLength + valueLength > data.length - at) {
                throw new ProtocolException("a parameter that goes on after the end of its PARAMS");
            }
            if (used == places.length) {
                places = Arrays.copyOf(places, used * 2);
            }
            places[used] = at;
            places[used + 1] = nameLength;
            places[used + 2] = valueLength;
            used += 3;
            at += nameLength + valueLength;
        }
        return new Parameters(data, places, used);
    }

    /** The value of the last parameter of that name, or null: what a server sets after a client's counts. */
    String get(String name) {
        int at = find(name);
        return at < 0 ? null : value(at, name);
    }

    /** Whether the value of that parameter is exactly this ASCII text. */
    boolean is(String name, String ascii) {
        int at = find(name);
        return at >= 0 && places[at + 2] == ascii.length() && matches(places[at] + places[at + 1], ascii);
    }

    /** Whether the value of that parameter, words with a space between, has this ASCII one. */
    boolean hasWord(String name, String word) {
        int at = find(name);
        if (at < 0) {
            return false;
        }
        int start = places[at] + places[at + 1];
        int end = start + places[at + 2];
        for (int from = start; from + word.length() <= end; from++) {
            int to = from + word.length();
            if ((from == start || data[from - 1] == ' ') && (to == end || data[to] == ' ') && matches(from, word)) {
                return true;
            }
        }
        return false;
    }

    /** All, in order; of repeated ones the last value at the place of the first. A new map. */
    Map<String, String> asMap() {
        Map<String, String> all = new LinkedHashMap<>(used);
        for (int at = 0; at < used; at += 3) {
            String name = new String(data, places[at], places[at + 1], StandardCharsets.ISO_8859_1);
            all.put(name, value(at, name));
        }
        return all;
    }

    /** As {@link #asMap}, without a map where no name is repeated. */
    void each(ParameterReader reader) {
        int[] kept = new int[used / 3];
        if (!findPlaces(kept)) {
            for (Map.Entry<String, String> parameter : asMap().entrySet()) {
                reader.parameter(parameter.getKey(), parameter.getValue());
            }
            return;
        }
        for (int at = 0; at < used; at += 3) {
            String name = ParameterNames.at(kept[at / 3]);
            reader.parameter(name, value(at, name));
        }
    }

    /** Where the names are kept; false when one is not, or is there twice. */
    private boolean findPlaces(int[] kept) {
        long[] seen = new long[ParameterNames.SIZE / Long.SIZE];
        for (int at = 0; at < used; at += 3) {
            int place = ParameterNames.place(data, places[at], places[at + 1]);
            if (place < 0 || (seen[place / Long.SIZE] & (1L << place)) != 0) {
                return false;
            }
            seen[place / Long.SIZE] |= 1L << place;
            kept[at / 3] = place;
        }
        return true;
    }

    private int find(String name) {
        int length = name.length();
        for (int at = used - 3; at >= 0; at -= 3) {
            if (places[at + 1] == length && matches(places[at], name)) {
                return at;
            }
        }
        return -1;
    }

    private boolean matches(int start, String text) {
        // Names often differ at their end only (REMOTE_ADDR, REMOTE_PORT), hence from there.
        for (int i = text.length() - 1; i >= 0; i--) {
            if (data[start + i] != (byte) text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String value(int at, String name) {
        int start = places[at] + places[at + 1];
        int length = places[at + 2];
        if (isBytes(name) || isAscii(start, length)) {
            return new String(data, start, length, StandardCharsets.ISO_8859_1);
        }
        try {
            CharBuffer decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(data, start, length));
            return decoded.toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(data, start, length, StandardCharsets.ISO_8859_1);
        }
    }

    /** What the client wrote is handed on byte for byte; what the server decoded or set is text. */
    private static boolean isBytes(String name) {
        return name.startsWith("HTTP_")
                || name.equals("REQUEST_URI")
                || name.equals("QUERY_STRING")
                || name.equals("CONTENT_TYPE");
    }

    private boolean isAscii(int start, int length) {
        for (int i = start; i < start + length; i++) {
            if (data[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private static int lengthAt(byte[] data, int at) throws ProtocolException {
        if (at >= data.length || (data[at] < 0 && at + 4 > data.length)) {
            throw new ProtocolException("PARAMS that end within the length of a name or a value");
        }
        return data[at] >= 0
                ? data[at]
                : (data[at] & 0x7f) << 24
                        | (data[at + 1] & 0xff) << 16
                        | (data[at + 2] & 0xff) << 8
                        | (data[at + 3] & 0xff);
    }

    private static int lengthSize(byte[] data, int at) {
        return data[at] >= 0 ? 1 : 4;
    }
}
