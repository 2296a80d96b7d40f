package org.jsgid.daemon.fcgi;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;

/** The same for connections that share a thread. */
class DetachedSharedTest extends DetachedRequestTest {

    @Override
    FcgiServer newServer(ServerSocketChannel socket, RequestHandler handler) throws IOException {
        return new FcgiServer(socket, handler, 0, 1);
    }
}
