package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.harness.Client;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@link Upgrades} with the event MPM. */
@EveryJdk
class UpgradeEventIT extends Upgrades {

    /** Apache has 64 workers. */
    private static final int IDLE = 1000;

    @RegisterExtension
    static final JsgidServer SERVER =
            JsgidServer.started("upgrade-event", server -> prepare(server, HttpdConf.Mpm.EVENT));

    @Override
    Httpd httpd() {
        return SERVER.httpd();
    }

    @Test
    void aThousandIdleConnectionsHoldNoWorkers() throws IOException {
        List<Client.Connection> idle = new ArrayList<>();
        for (int i = 0; i < IDLE; i++) {
            idle.add(open("x"));
        }
        awaitOpen(IDLE);
        for (int i = 0; i < 20; i++) {
            assertThat(httpd().client().get("/up/open").status()).isEqualTo(200);
        }
        for (Client.Connection connection : idle) {
            connection.send("y".getBytes(StandardCharsets.US_ASCII));
            assertThat(connection.readBytes(2)).isEqualTo("xy");
        }
    }
}
