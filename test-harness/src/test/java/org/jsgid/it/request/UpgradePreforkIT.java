package org.jsgid.it.request;

import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@link Upgrades} with the prefork MPM. */
@RunsOn(17)
class UpgradePreforkIT extends Upgrades {

    @RegisterExtension
    static final JsgidServer SERVER =
            JsgidServer.started("upgrade-prefork", server -> prepare(server, HttpdConf.Mpm.PREFORK));

    @Override
    Httpd httpd() {
        return SERVER.httpd();
    }
}
