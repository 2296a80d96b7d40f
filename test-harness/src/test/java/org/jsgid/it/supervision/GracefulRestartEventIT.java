package org.jsgid.it.supervision;

import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@link GracefulRestart} with the event MPM. */
@RunsOn(11)
class GracefulRestartEventIT extends GracefulRestart {

    @RegisterExtension
    static final JsgidServer SERVER =
            JsgidServer.started("graceful-event", server -> prepare(server, HttpdConf.Mpm.EVENT));

    @Override
    Httpd httpd() {
        return SERVER.httpd();
    }

    @Override
    HttpdConf.Mpm mpm() {
        return HttpdConf.Mpm.EVENT;
    }
}
