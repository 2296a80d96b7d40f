package org.jsgid.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeaderNamesTest {

    @Test
    void makesHeadersOfParameters() {
        assertThat(HeaderNames.of("HTTP_X_FOO")).isEqualTo("x-foo");
        assertThat(HeaderNames.of("HTTP_")).isEmpty();
    }

    @Test
    void keepsNamesThatComeAgain() {
        assertThat(HeaderNames.of("HTTP_ACCEPT")).isSameAs(HeaderNames.of("HTTP_ACCEPT"));
    }

    @Test
    void convertsNamesBeyondThoseItKeeps() {
        for (int i = 0; i < 2000; i++) {
            assertThat(HeaderNames.of("HTTP_N" + i)).isEqualTo("n" + i);
        }
    }
}
