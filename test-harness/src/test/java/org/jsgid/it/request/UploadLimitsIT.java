package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.it.Marks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Large bodies, which are read from the client's socket past Apache's buffers: Apache's own limits hold for them too. */
@Tag("D4")
class UploadLimitsIT {

    private static final int ANNOUNCED = 1_000_000;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("limits", server -> {
        server.addInstalledProfiles();
        HttpdConf conf = new HttpdConf()
                .module("reqtimeout")
                .add(
                        "RequestReadTimeout body=2",
                        "<Location /small>",
                        "    LimitRequestBody " + (ANNOUNCED - 1),
                        "</Location>");
        Path upload = Apps.java(server, "slow/Upload.java");
        conf.group("limits", "JsgiThreads 5").mount("/upload", upload, "limits").mount("/small", upload, "limits");
        server.configure(conf);
    });

    private final Httpd httpd = SERVER.httpd();

    @BeforeEach
    void ready() {
        httpd.awaitReady("limits");
    }

    private Response sendPart(Client.Connection connection, String path) throws IOException {
        connection.sendHead("POST", path, List.of("Content-Length: " + ANNOUNCED));
        connection.send(new byte[300_000]);
        return connection.readResponse("POST");
    }

    @Test
    void aBodyThatComesTooSlowlyIsGivenUp() throws IOException {
        httpd.errorLog().announce("upload|Upload");
        Path ended = Marks.folder(httpd).resolve("upload-ended");

        try (Client.Connection connection = httpd.client().open()) {
            assertThat(sendPart(connection, "/upload?ended=" + ended).status()).isEqualTo(408);
        }

        // It makes the file before it writes into it.
        Await.until(
                "the application to notice",
                Duration.ofSeconds(10),
                () -> Files.exists(ended) && Files.readString(ended).startsWith("failed"));
    }

    @Test
    void aBodyThatIsTooLongIsRefused() throws IOException {
        httpd.errorLog().announce("small|Upload|AH01587|AH01588");
        Path ended = Marks.folder(httpd).resolve("small-ended");

        try (Client.Connection connection = httpd.client().open()) {
            assertThat(sendPart(connection, "/small?ended=" + ended).status()).isEqualTo(413);
        }
    }
}
