package org.jsgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {

    @Test
    void textIsUtf8WithItsTypeAndLength() throws Exception {
        Response response = Response.text("grüezi");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("content-type")).isEqualTo("text/plain; charset=utf-8");
        assertThat(response.body().length()).isEqualTo(7);
        assertThat(written(response)).isEqualTo("grüezi".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void isNotChangedByMakingAnotherFromIt() {
        Response first = Response.of(200);
        Response second = first.header("X-A", "1").status(404);

        assertThat(first.headers().size()).isZero();
        assertThat(first.status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(404);
        assertThat(second.headers().first("x-a")).isEqualTo("1");
    }

    @Test
    void keepsRepeatedHeadersInOrder() {
        Response response =
                Response.of(200).header("Set-Cookie", "a=1").header("X-B", "2").header("set-cookie", "c=3");

        assertThat(response.headers().all("SET-COOKIE")).containsExactly("a=1", "c=3");
        assertThat(response.headers()).extracting(e -> e.getKey()).containsExactly("Set-Cookie", "X-B", "set-cookie");
    }

    @Test
    void replacesAllHeadersOfAName() {
        Response response =
                Response.of(200).header("X-A", "1").header("x-a", "2").replaceHeader("X-A", "3");

        assertThat(response.headers().all("X-A")).containsExactly("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0b", "a\u007fb"})
    void refusesValuesThatCouldEndTheLine(String value) {
        assertThatThrownBy(() -> Response.of(200).header("X-A", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("X-A")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X A", "X:A", "X\nA", "Ä", "X(A"})
    void refusesNamesThatAreNoTokens(String name) {
        assertThatThrownBy(() -> Response.of(200).header(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection", "keep-alive", "TE", "Trailer", "transfer-encoding", "Upgrade", "STATUS"})
    void refusesHeadersThatAreTheServers(String name) {
        assertThatThrownBy(() -> Response.of(200).header(name, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("server's");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 199, 600, -1})
    void refusesStatusThatIsNoneOfAResponse(int status) {
        assertThatThrownBy(() -> Response.of(status)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aStreamBodyIsFlushedWhereTheStreamWouldWait() throws Exception {
        StringBuilder flushes = new StringBuilder();
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void flush() {
                flushes.append(size()).append(' ');
            }
        };
        ByteArrayInputStream pieces = new ByteArrayInputStream(new byte[20_000]) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 8_000));
            }

            @Override
            public synchronized int available() {
                return super.available() == 12_000 ? 0 : super.available();
            }
        };

        Response.of(200).body(pieces).body().writeTo(out);

        assertThat(out.size()).isEqualTo(20_000);
        assertThat(flushes).hasToString("8000 20000 ");
    }

    @Test
    void aLambdaIsABodyOfUnknownLength() throws Exception {
        Response response = Response.of(200).body(out -> out.write('x'));

        assertThat(response.body().length()).isEqualTo(-1);
        assertThat(written(response)).containsExactly('x');
    }

    private static byte[] written(Response response) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        response.body().writeTo(out);
        return out.toByteArray();
    }
}
