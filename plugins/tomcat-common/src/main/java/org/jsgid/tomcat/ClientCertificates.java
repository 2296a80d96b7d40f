package org.jsgid.tomcat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.daemon.fcgi.Exchange;

/** The client's certificate chain from mod_ssl's variables ({@code SSLOptions +ExportCertData}). */
final class ClientCertificates {

    private ClientCertificates() {}

    /**
     * The chain, the client's own first; empty when the client has shown none or the data are not exported.
     *
     * @throws CertificateException when what is there is no certificate
     */
    static X509Certificate[] of(Exchange exchange) throws CertificateException {
        String pem = exchange.parameter("SSL_CLIENT_CERT");
        if (pem == null || pem.isEmpty()) {
            return new X509Certificate[0];
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> chain = new ArrayList<>();
        for (int i = 0; pem != null && !pem.isEmpty(); i++) {
            for (Certificate certificate :
                    factory.generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
                // Some TLS libraries repeat the client's own certificate in the chain.
                if (!chain.contains(certificate)) {
                    chain.add((X509Certificate) certificate);
                }
            }
            pem = exchange.parameter("SSL_CLIENT_CERT_CHAIN_" + i);
        }
        return chain.toArray(new X509Certificate[0]);
    }
}
