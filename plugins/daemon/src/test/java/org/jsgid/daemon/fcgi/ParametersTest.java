package org.jsgid.daemon.fcgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParametersTest {

    @Test
    void findsEveryParameterAndNoOther() throws Exception {
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 200; i++) {
            many.put("NAME_" + i, "value ".repeat(i));
        }
        Parameters parameters = Parameters.parse(TestingRecords.pairs(many));

        assertThat(parameters.asMap()).isEqualTo(many);
        many.forEach((name, value) -> assertThat(parameters.get(name)).isEqualTo(value));
        assertThat(parameters.get("NAME_200")).isNull();
        assertThat(parameters.get("AME_1")).isNull();
        assertThat(parameters.get("")).isNull();
    }

    @Test
    void ofRepeatedOnesTheLastCounts() throws Exception {
        ByteArrayOutputStream pairs = new ByteArrayOutputStream();
        pairs.writeBytes(TestingRecords.pairs(Map.of("REMOTE_USER", "of the client")));
        pairs.writeBytes(TestingRecords.pairs(Map.of("REMOTE_USER", "of the server")));
        Parameters parameters = Parameters.parse(pairs.toByteArray());

        assertThat(parameters.get("REMOTE_USER")).isEqualTo("of the server");
        assertThat(parameters.asMap()).containsEntry("REMOTE_USER", "of the server");
    }

    @Test
    void givesThemOneAfterAnotherAsTheMapHasThem() throws Exception {
        Map<String, String> usual = new LinkedHashMap<>();
        for (int i = 0; i < 40; i++) {
            usual.put("HTTP_X_" + i, "value " + i);
        }
        assertThat(each(TestingRecords.pairs(usual))).containsExactlyEntriesOf(usual);

        // More than are kept, some too long for that.
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 3 * ParameterNames.SIZE; i++) {
            many.put("NAME_" + i + (i % 9 == 0 ? "_".repeat(80) : ""), "value " + i);
        }
        assertThat(each(TestingRecords.pairs(many))).containsExactlyEntriesOf(many);

        ByteArrayOutputStream repeated = new ByteArrayOutputStream();
        repeated.writeBytes(TestingRecords.pairs(Map.of("REMOTE_USER", "of the client")));
        repeated.writeBytes(TestingRecords.pairs(Map.of("A", "1")));
        repeated.writeBytes(TestingRecords.pairs(Map.of("REMOTE_USER", "of the server")));
        Map<String, String> last = new LinkedHashMap<>();
        last.put("REMOTE_USER", "of the server");
        last.put("A", "1");
        assertThat(each(repeated.toByteArray())).containsExactlyEntriesOf(last);
    }

    private static Map<String, String> each(byte[] pairs) throws ProtocolException {
        Map<String, String> given = new LinkedHashMap<>();
        Parameters.parse(pairs).each((name, value) -> assertThat(given.put(name, value)).isNull());
        return given;
    }

    @Test
    void headersAreBytesAndPathsAreUtf8() throws Exception {
        Parameters parameters = Parameters.parse(TestingRecords.pairs(Map.of("HTTP_X", "ü", "PATH_INFO", "/ü")));

        assertThat(parameters.get("HTTP_X")).isEqualTo("Ã¼");
        assertThat(parameters.get("PATH_INFO")).isEqualTo("/ü");
    }

    @Test
    void aPathThatIsNotUtf8IsReadByteForByte() throws Exception {
        Parameters parameters = Parameters.parse(new byte[] {1, 2, 'P', '/', (byte) 0xfc});

        assertThat(parameters.get("P")).isEqualTo("/ü");
    }

    @Test
    void comparesValuesWithoutMakingThem() throws Exception {
        Parameters parameters = Parameters.parse(TestingRecords.pairs(Map.of("REQUEST_METHOD", "HEAD")));

        assertThat(parameters.is("REQUEST_METHOD", "HEAD")).isTrue();
        assertThat(parameters.is("REQUEST_METHOD", "HEA")).isFalse();
        assertThat(parameters.is("REQUEST_METHOD", "HEAT")).isFalse();
        assertThat(parameters.is("METHOD", "HEAD")).isFalse();
    }

    @Test
    void refusesPairsThatAreCutAnywhere() throws Exception {
        byte[] pairs = TestingRecords.pairs(Map.of("N".repeat(200), "v".repeat(300)));
        for (int length = 1; length < pairs.length; length++) {
            byte[] cut = Arrays.copyOf(pairs, length);
            assertThatThrownBy(() -> Parameters.parse(cut))
                    .as("the first %d bytes", length)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void refusesLengthsBeyondTheLimitBeforeLookingForTheirBytes() {
        byte[] endless = {1, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 'A'};

        assertThatThrownBy(() -> Parameters.parse(endless))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("262144");
    }
}
