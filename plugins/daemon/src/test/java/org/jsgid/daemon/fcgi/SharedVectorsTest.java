package org.jsgid.daemon.fcgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jsgid.daemon.fcgi.RequestDecoder.Event;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples that the module's tests read too: {@code apache-module/test/vectors}. */
class SharedVectorsTest {

    static final Path FOLDER = Path.of("../../apache-module/test/vectors");

    /** One example. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Vector(String name, byte[] bytes, List<int[]> records, Map<String, String> pairs, boolean isMalformed) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Vector> vectors() throws IOException {
        List<Vector> vectors = new ArrayList<>();
        for (String file : new String[] {"records.txt", "requests.txt"}) {
            for (String block : Files.readString(FOLDER.resolve(file)).split("\n\\s*\n", -1)) {
                List<String> lines = block.lines()
                        .filter(line -> !line.startsWith("#") && !line.isBlank())
                        .toList();
                if (!lines.isEmpty()) {
                    vectors.add(vector(lines));
                }
            }
        }
        return vectors;
    }

    static Stream<Vector> withPairs() throws IOException {
        return vectors().stream().filter(vector -> !vector.pairs().isEmpty());
    }

    private static Vector vector(List<String> lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<int[]> records = new ArrayList<>();
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String line : lines) {
            String rest = line.substring(line.indexOf(' ') + 1);
            if (line.startsWith("bytes ")) {
                for (String word : rest.split(" ", -1)) {
                    String[] parts = word.split("\\*", -1);
                    for (int i = parts.length == 1 ? 1 : Integer.parseInt(parts[1]); i > 0; i--) {
                        bytes.write(Integer.parseInt(parts[0], 16));
                    }
                }
            } else if (line.startsWith("record ")) {
                records.add(Arrays.stream(rest.split(" ", -1)).mapToInt(Integer::parseInt).toArray());
            } else if (line.startsWith("pair ")) {
                int equals = rest.indexOf('=');
                pairs.put(expand(rest.substring(0, equals)), expand(rest.substring(equals + 1)));
            }
        }
        return new Vector(lines.get(0).substring(7), bytes.toByteArray(), records, pairs, lines.contains("malformed"));
    }

    private static String expand(String text) {
        return text.startsWith("~") ? "a".repeat(Integer.parseInt(text.substring(1))) : text;
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void decodesWholeAndInAnyPieces(Vector vector) throws Exception {
        for (int piece : new int[] {vector.bytes().length, 1, 2, 3, 7, 13, 4096}) {
            if (vector.isMalformed()) {
                assertThrows(ProtocolException.class, () -> decode(vector, Math.max(1, piece)));
            } else {
                decode(vector, Math.max(1, piece));
            }
        }
    }

    private static void decode(Vector vector, int piece) throws ProtocolException {
        RequestDecoder decoder = new RequestDecoder();
        ByteBuffer in = ByteBuffer.allocate(FcgiConnection.INPUT).limit(0);
        boolean isRequest = false;
        int body = 0;
        for (int at = 0; at < vector.bytes().length; ) {
            int count = Math.min(Math.min(piece, 8192), vector.bytes().length - at);
            in.compact().put(vector.bytes(), at, count).flip();
            at += count;
            Event event;
            while ((event = decoder.next(in)) != Event.MORE) {
                if (event == Event.REQUEST) {
                    isRequest = true;
                    assertThat(Parameters.parse(decoder.params()).asMap()).isEqualTo(vector.pairs());
                } else if (event == Event.BODY) {
                    body += decoder.skipBody(in);
                }
            }
        }
        assertThat(in.hasRemaining()).isFalse();
        boolean isWhole = !vector.records().isEmpty() && vector.records().get(0)[0] == Records.BEGIN_REQUEST
                && vector.records().size() > 1;
        assertThat(isRequest).isEqualTo(isWhole);
        int expected = vector.records().stream()
                .filter(record -> isWhole && record[0] == Records.STDIN)
                .mapToInt(record -> record[2])
                .sum();
        assertThat(body).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("withPairs")
    void readsThePairs(Vector vector) throws Exception {
        ByteArrayOutputStream params = new ByteArrayOutputStream();
        ByteBuffer bytes = ByteBuffer.wrap(vector.bytes());
        for (int[] record : vector.records()) {
            byte[] content = new byte[record[2]];
            bytes.position(bytes.position() + Records.HEADER_LENGTH);
            bytes.get(content);
            bytes.position(bytes.position() + record[3]);
            if (record[0] == Records.PARAMS) {
                params.writeBytes(content);
            }
        }

        Parameters parameters = Parameters.parse(params.toByteArray());

        assertThat(parameters.asMap()).isEqualTo(vector.pairs());
        vector.pairs().forEach((name, value) -> assertThat(parameters.get(name)).isEqualTo(value));
    }
}
