package org.jsgid.it.request;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;

/** A server that speaks TLS on its only port, with a certificate made for it, and clients that trust that and no other. */
final class TlsServer {

    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "server";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Httpd httpd;
    private final int port;

    TlsServer(Httpd httpd) {
        this(httpd, httpd.port());
    }

    /** TLS at another port than the server's first. */
    TlsServer(Httpd httpd, int port) {
        this.httpd = httpd;
        this.port = port;
    }

    /** Makes the certificate: {@code server.crt} and {@code server.key} in the server root. */
    static void makeCertificate(Httpd server) {
        try {
            writeCertificate(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A configuration with TLS; makes the certificate. */
    static HttpdConf conf(Httpd server) {
        makeCertificate(server);
        return new HttpdConf()
                .module("ssl")
                .add(
                        // It warns of a library that is older than the one it was built with.
                        "LogLevel ssl:error",
                        "SSLEngine on",
                        "SSLCertificateFile \"ROOT/server.crt\"",
                        "SSLCertificateKeyFile \"ROOT/server.key\"",
                        "SSLOptions +StdEnvVars",
                        "SSLSessionCache none");
    }

    /** A connection on which that protocol has been agreed: {@code h2}, {@code http/1.1}. */
    SSLSocket connect(String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) trusting().getSocketFactory().createSocket("localhost", port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout((int) Await.scaled(PATIENCE).toMillis());
        socket.startHandshake();
        return socket;
    }

    /** A client. */
    HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(trusting())
                .connectTimeout(PATIENCE)
                .build();
    }

    /** The beginning of a request for a path. */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .timeout(PATIENCE);
    }

    /** A context that trusts the server's certificate. */
    SSLContext trusting() {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store(httpd));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** So many bytes that do not repeat soon. */
    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 31 + i / 255);
        }
        return bytes;
    }

    private static void writeCertificate(Httpd server) throws IOException, GeneralSecurityException {
        makeKeyStore(server);
        KeyStore store = store(server);
        Key key = store.getKey(ALIAS, PASSWORD.toCharArray());
        Certificate certificate = store.getCertificate(ALIAS);
        Files.writeString(server.root().resolve("server.key"), pem("PRIVATE KEY", key.getEncoded()));
        Files.writeString(server.root().resolve("server.crt"), pem("CERTIFICATE", certificate.getEncoded()));
    }

    private static void makeKeyStore(Httpd server) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                keyStore(server).toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=DNS:localhost",
                "-validity",
                "2");
        Path output = server.root().resolve("keytool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError("keytool failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path keyStore(Httpd server) {
        return server.root().resolve("server.p12");
    }

    private static KeyStore store(Httpd server) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore(server))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return trusted(store);
    }

    /** The store with its certificate as one that is trusted, which the entry of a key alone is not. */
    private static KeyStore trusted(KeyStore store) throws GeneralSecurityException {
        store.setCertificateEntry("trusted", store.getCertificate(ALIAS));
        return store;
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der)
                + "\n-----END " + kind + "-----\n";
    }
}
