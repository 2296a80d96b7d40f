package org.jsgid.it.request;

import org.jsgid.harness.HttpdConf.Mpm;
import org.jsgid.harness.junit.EveryJdk;
import org.jsgid.harness.junit.JsgidServer;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which process a request gets to, with Apache's event MPM. */
@EveryJdk
class ProcessesEventIT extends Processes {

    @RegisterExtension
    static final JsgidServer SERVER = server("places-event", Mpm.EVENT);

    ProcessesEventIT() {
        super(SERVER);
    }
}
