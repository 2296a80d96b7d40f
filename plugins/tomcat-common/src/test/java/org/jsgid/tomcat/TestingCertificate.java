package org.jsgid.tomcat;

/** A client certificate, self-signed, as mod_ssl exports it. */
@SuppressWarnings("StringConcatToTextBlock") // Tomcat 9 runs on Java 8, and so do its tests.
final class TestingCertificate {

    static final String SUBJECT = "CN=Alice Example,O=Test";

    static final String PEM = "-----BEGIN CERTIFICATE-----\n"
            + "MIIBZzCCAQ2gAwIBAgIIZHZZuBHt9cwwCgYIKoZIzj0EAwIwJzENMAsGA1UEChME\n"
            + "VGVzdDEWMBQGA1UEAxMNQWxpY2UgRXhhbXBsZTAgFw0yNjExMjEwMDI5MDZaGA8y\n"
            + "MTI2MTAyODAwMjkwNlowJzENMAsGA1UEChMEVGVzdDEWMBQGA1UEAxMNQWxpY2Ug\n"
            + "RXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHVeqfsB6zFuf3aJCTzR\n"
            + "5X6dZ05PI2oTNN8pra6w2h1ENSXb2/7IfgrKkqjQjo390RuysRaRijJm6/RC51Pk\n"
            + "CL6jITAfMB0GA1UdDgQWBBSaK6OKJ8egSGYjI9eyBPuqA5ESQTAKBggqhkjOPQQD\n"
            + "AgNIADBFAiAbhOgV+afTtq4XAX6HYW+Ipwjrh8AOeNwJ8+h8LL6zBgIhANCSBMJ4\n"
            + "BPwbjndaNbmppqxrNdnxdkhZwUBYSOO3+JGM\n"
            + "-----END CERTIFICATE-----\n";

    private TestingCertificate() {}
}
