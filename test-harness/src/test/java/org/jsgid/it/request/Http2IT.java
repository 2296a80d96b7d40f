package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The way of a request over HTTP/2, whose streams have no socket of their own for the module to wait on. */
@Tag("D1")
@Tag("D3")
@Tag("D5")
@EveryJdk
class Http2IT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("http2", server -> {
        server.addInstalledProfiles();
        HttpdConf conf = TlsServer.conf(server).module("http2").add("Protocols h2 http/1.1");
        conf.group("streams", "JsgiThreads 40");
        conf.mount("/variables", Apps.java(server, "hello/Variables.java"), "streams");
        conf.mount("/echo", Apps.java(server, "echo/Echo.java"), "streams");
        conf.mount("/big", Apps.java(server, "big/Big.java"), "streams");
        conf.mount("/slow", Apps.java(server, "slow/Slow.java"), "streams");
        conf.mount("/endless", Apps.java(server, "slow/Endless.java"), "streams");
        conf.mount("/throws", Apps.java(server, "throws/Throws.java"), "streams");
        server.configure(conf);
    });

    private final TlsServer tls = new TlsServer(SERVER.httpd());
    private final HttpClient client = tls.client(HttpClient.Version.HTTP_2);

    @BeforeEach
    void ready() {
        SERVER.httpd().awaitReady("streams");
    }

    @Test
    void variablesSayWhatTheProtocolIs() throws Exception {
        HttpResponse<String> response = client.send(tls.request("/variables").build(), BodyHandlers.ofString());

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        Facts facts = Facts.of(response.body());
        assertThat(facts.get("SERVER_PROTOCOL")).isEqualTo("HTTP/2.0");
        assertThat(facts.get("HTTPS")).isEqualTo("on");
    }

    @Test
    void bodiesWithAndWithoutALengthComeBack() throws Exception {
        byte[] body = TlsServer.bytes(3_000_000);
        HttpResponse<byte[]> announced = client.send(
                tls.request("/echo").POST(BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofByteArray());
        assertThat(announced.headers().firstValue("X-Announced")).hasValue("3000000");
        assertThat(announced.body()).isEqualTo(body);

        HttpResponse<byte[]> streamed = client.send(
                tls.request("/echo?stream")
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(streamed.headers().firstValue("X-Announced")).hasValue("-1");
        assertThat(streamed.body()).isEqualTo(body);
    }

    /** Java's client gives the response only when all of the body is sent, so only one direction is looked at. */
    @Test
    void whatIsFlushedArrivesAtOnceAndAClientThatHasEnoughMakesTheNextWriteFail() throws Exception {
        SERVER.httpd().errorLog().announce("endless|Endless");
        Path ended = marks().resolve("ended");

        try (InputStream body = client.send(
                        tls.request("/endless?ended=" + ended).build(), BodyHandlers.ofInputStream())
                .body()) {
            assertThat(body.read()).isNotNegative();
        }

        Await.until("the application to notice", PATIENCE, () -> Files.exists(ended));
    }

    @Test
    void manyStreamsOfOneConnectionAreServedAtTheSameTime() throws Exception {
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        byte[] body = TlsServer.bytes(100_000);
        for (int i = 0; i < 30; i++) {
            answers.add(client.sendAsync(
                    tls.request("/echo?stream")
                            .POST(BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofByteArray()));
        }
        for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
            assertThat(answer.get(Await.scaled(PATIENCE).toSeconds(), TimeUnit.SECONDS)
                            .body())
                    .isEqualTo(body);
        }
    }

    @Test
    void anAnswerThatIgnoresTheBodyIsComplete() throws Exception {
        HttpResponse<byte[]> response = client.send(
                tls.request("/big?bytes=1000000")
                        .POST(BodyPublishers.ofByteArray(TlsServer.bytes(1_000_000)))
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(response.body()).hasSize(1_000_000);
    }

    @Test
    void aClientThatResetsItsStreamIsNoticedWhileTheApplicationIsSilent() throws Exception {
        Path began = marks().resolve("began");
        Path until = marks().resolve("until");
        int mark = SERVER.httpd().errorLog().mark();
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
                tls.request("/slow?began=" + began + "&until=" + until).build(), BodyHandlers.ofString());
        try {
            Await.until("the application to begin", PATIENCE, () -> Files.exists(began));
            assertThat(answer.cancel(true)).isTrue();

            SERVER.httpd().errorLog().awaitLine(mark, "JSGID0430", PATIENCE);
        } finally {
            Files.createFile(until);
        }
    }

    @Test
    void aResponseThatBreaksOffResetsItsStreamOnly() throws Exception {
        SERVER.httpd().errorLog().announce("Throws|throws|IllegalStateException|JSGID");

        CompletableFuture<HttpResponse<String>> broken =
                client.sendAsync(tls.request("/throws?where=middle").build(), BodyHandlers.ofString());
        CompletableFuture<Integer> outcome =
                broken.handle((response, failure) -> failure != null ? 0 : response.statusCode());
        // When the end came before Apache had sent anything, it is still free to answer with an error.
        assertThat(outcome.get(Await.scaled(PATIENCE).toSeconds(), TimeUnit.SECONDS))
                .isIn(0, 502);

        assertThat(client.send(tls.request("/variables").build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
    }

    /** A folder in which the daemon, whoever it runs as, can make files. */
    private static Path marks() throws IOException {
        Path folder = Files.createDirectories(SERVER.httpd().root().resolve("marks"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        return folder;
    }
}
