package org.jsgid.it.request;

import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@link RequestPath} with the worker MPM. */
@RunsOn(11)
class RequestPathWorkerIT extends RequestPath {

    @RegisterExtension
    static final JsgidServer SERVER =
            JsgidServer.started("request-worker", server -> prepare(server, HttpdConf.Mpm.WORKER));

    @Override
    Httpd httpd() {
        return SERVER.httpd();
    }
}
