package org.jsgid.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestPathTest {

    private static String undecoded(String uri, String mount, String rest) {
        return RequestPath.undecoded(uri, mount, rest);
    }

    @ParameterizedTest
    @CsvSource({
        "/shop/a?b=/c, /shop, /a, /shop/a",
        "/shop, /shop, '', /shop",
        "/shop/, /shop, /, /shop/",
        "http://www.example.org/shop/a?b, /shop, /a, /shop/a",
        "http://www.example.org, '', /, /",
        "http://www.example.org?q, '', /, /",
        "/shop/a;v=1/b, /shop, /a;v=1/b, /shop/a;v=1/b",
        "/shop//a/./b, /shop, /a/b, /shop//a/./b",
        "/shop/x/../a, /shop, /a, /shop/x/../a",
        "/shop/%61, /shop, /a, /shop/%61",
        "/shop/a%2Fb, /shop, /a%2Fb, /shop/a%2Fb",
        "/shop/a%2Fb, /shop, /a/b, /shop/a%2Fb",
        "/shop/50%25, /shop, /50%, /shop/50%25",
        "/a?u=http://other/, '', /a, /a",
        "/shop/%c3%a4, /shop, /\u00e4, /shop/%c3%a4",
        "/shop/%E4, /shop, /\u00e4, /shop/%E4",
        "/shop/\u00c3\u00a4, /shop, /\u00e4, /shop/\u00c3\u00a4"
    })
    void keepsWhatTheClientSentWhenItMeansThePathHttpdHasSeen(String uri, String mount, String rest, String path) {
        assertThat(undecoded(uri, mount, rest)).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "/old, /shop, /a, /shop/a",
        "/shop/public, /shop, /a b%?, /shop/a%20b%25%3F",
        "/shop/../admin, /shop, /a, /shop/a",
        "/shop/%61, /shop, /%61, /shop/%2561",
        "/x, /shop, /a;jsessionid=1, /shop/a;jsessionid=1",
        "/x, '', /\u00e4, /%C3%A4",
        "/shop/%E4, /shop, /\u20ac, /shop/%E2%82%AC",
        "'', /shop, /a, /shop/a"
    })
    void takesThePathHttpdHasSeenWhenTheClientSentAnother(String uri, String mount, String rest, String path) {
        assertThat(undecoded(uri, mount, rest)).isEqualTo(path);
    }

    @Test
    void keepsTheAsteriskOfAServerWideRequest() {
        assertThat(undecoded("*", "/shop", "/a")).isEqualTo("*");
    }

    @Test
    void goesWithoutMountAndRest() {
        assertThat(undecoded("/a/b?c", null, null)).isEqualTo("/a/b");
        assertThat(undecoded(null, null, null)).isEqualTo("/");
    }
}
