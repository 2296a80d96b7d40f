package org.jsgid.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadersTest {

    @ParameterizedTest
    @ValueSource(strings = {"Connection", "keep-alive", "Transfer-Encoding", "Upgrade"})
    void keepsBackWhatIsHttpds(String name) {
        assertThat(ResponseHeaders.mayBeSent(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Set-Cookie", "Trailer", "Location", "Status", "Server", "Allow", "Expires", "Content-MD5"})
    void sendsWhatIsTheApplications(String name) {
        assertThat(ResponseHeaders.mayBeSent(name)).isTrue();
    }

    @Test
    void replacesControlCharactersByBlanks() {
        assertThat(ResponseHeaders.clean("a\r\nb\u007fc\u0000d\te")).isEqualTo("a  b c d\te");
        String clean = "nothing to do";
        assertThat(ResponseHeaders.clean(clean)).isSameAs(clean);
    }
}
