package org.jsgid.it.request;

import org.jsgid.harness.HttpdConf.Mpm;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which process a request gets to, with Apache's prefork MPM. */
@RunsOn(8)
class ProcessesPreforkIT extends Processes {

    @RegisterExtension
    static final JsgidServer SERVER = server("places-prefork", Mpm.PREFORK);

    ProcessesPreforkIT() {
        super(SERVER);
    }
}
