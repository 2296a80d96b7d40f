package org.jsgid.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorPageTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.0.9", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"})
    void knowsLoopbackAddresses(String address) {
        assertThat(ErrorPage.isLoopback(address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "192.0.2.1", "128.0.0.1", "127.example.org", "::2", "::1%eth0", "::ffff:10.0.0.1"})
    void takesNoOtherForOne(String address) {
        assertThat(ErrorPage.isLoopback(address)).isFalse();
    }

    @Test
    void nothingInAPageIsMarkup() {
        StringBuilder page = new StringBuilder();
        ErrorPage.escape(page, "<a href=\"x\" b='c'>&");

        assertThat(page).hasToString("&lt;a href=&quot;x&quot; b=&#39;c&#39;&gt;&amp;");
    }
}
