package org.jsgid.it.request;

import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@link RequestPath} with the event MPM. */
@EveryJdk
class RequestPathEventIT extends RequestPath {

    @RegisterExtension
    static final JsgidServer SERVER =
            JsgidServer.started("request-event", server -> prepare(server, HttpdConf.Mpm.EVENT));

    @Override
    Httpd httpd() {
        return SERVER.httpd();
    }
}
