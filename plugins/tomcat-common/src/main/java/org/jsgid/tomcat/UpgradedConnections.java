package org.jsgid.tomcat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.UpgradeToken;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.Acceptor;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jsgid.daemon.fcgi.UpgradedConnection;

/**
 * Connections that have become another protocol's, WebSocket's among them. Tomcat's own NIO endpoint serves them, without
 * a listening socket: one thread waits for all, and the handler's executor has a thread for those with something to do. What
 * happens to an upgraded connection is the code of Tomcat's HTTP/1.1 connector from the first byte on.
 */
final class UpgradedConnections {

    private final String name;
    private Endpoint endpoint;
    private boolean isStopped;

    UpgradedConnections(String name) {
        this.name = name;
    }

    /** Takes a connection whose request was answered with 101. */
    void take(UpgradedConnection connection, UpgradeToken token, Executor executor) throws IOException {
        boolean isTaken = false;
        try {
            endpoint(executor).take(connection, token);
            isTaken = true;
        } finally {
            if (!isTaken) {
                connection.close();
            }
        }
    }

    /** Started when it is first needed: most applications never do. */
    private synchronized Endpoint endpoint(Executor executor) throws IOException {
        if (isStopped) {
            throw new IOException("the container is stopping");
        }
        if (endpoint == null) {
            Endpoint made = new Endpoint();
            // Gives the endpoint its handler.
            new Http11NioProtocol(made);
            made.setName(name);
            made.setExecutor(executor);
            made.setBindOnInit(false);
            made.setMaxConnections(-1);
            made.getSocketProperties().setBufferPool(0);
            try {
                made.start();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("the endpoint of upgraded connections does not start: " + e, e);
            }
            endpoint = made;
        }
        return endpoint;
    }

    /** Closes what is still open. */
    synchronized void stop() throws Exception {
        isStopped = true;
        if (endpoint != null) {
            endpoint.stop();
            endpoint = null;
        }
    }

    private static final class Endpoint extends NioEndpoint {

        @Override
        protected void initServerSocket() {
            // Connections come from the daemon.
        }

        @Override
        protected void startAcceptorThread() {
            acceptor = new NoAcceptor(this);
        }

        void take(UpgradedConnection connection, UpgradeToken token) throws IOException {
            SocketChannel channel = connection.channel();
            channel.configureBlocking(false);
            SocketBufferHandler buffers = new SocketBufferHandler(
                    getSocketProperties().getAppReadBufSize(),
                    getSocketProperties().getAppWriteBufSize(),
                    getSocketProperties().getDirectBuffer());
            NioChannel socket = new NioChannel(buffers);
            Wrapper wrapper = new Wrapper(socket, this, connection);
            socket.reset(channel, wrapper);
            wrapper.setReadTimeout(-1);
            wrapper.setWriteTimeout(-1);
            connections.put(channel, wrapper);
            wrapper.setCurrentProcessor(new Upgrading(token));
            getPoller().register(wrapper);
            // The application may have the first word, so nothing of the client's is waited for.
            if (!processSocket(wrapper, SocketEvent.OPEN_READ, true)) {
                wrapper.close();
                throw new IOException("no thread for an upgraded connection");
            }
        }
    }

    /** There is nothing to accept, and nothing to be waited for at the end. */
    private static final class NoAcceptor extends Acceptor<SocketChannel> {
        NoAcceptor(NioEndpoint endpoint) {
            super(endpoint);
        }

        @Override
        public void stopMillis(int waitMillis) {
            // It does not run.
        }
    }

    /** A connection that has no addresses of its own. */
    private static final class Wrapper extends NioEndpoint.NioSocketWrapper {
        private final UpgradedConnection connection;

        Wrapper(NioChannel channel, NioEndpoint endpoint, UpgradedConnection connection) {
            super(channel, endpoint);
            this.connection = connection;
        }

        @Override
        protected void doClose() {
            super.doClose();
            connection.close();
        }

        @Override
        protected void populateRemoteAddr() {}

        @Override
        protected void populateRemoteHost() {}

        @Override
        protected void populateRemotePort() {}

        @Override
        protected void populateLocalName() {}

        @Override
        protected void populateLocalAddr() {}

        @Override
        protected void populateLocalPort() {}
    }

    /** Stands where the processor of the request would, and says what has become of that. */
    private static final class Upgrading implements Processor {
        private final UpgradeToken token;

        Upgrading(UpgradeToken token) {
            this.token = token;
        }

        @Override
        public SocketState process(SocketWrapperBase<?> socket, SocketEvent event) {
            return SocketState.UPGRADING;
        }

        @Override
        public UpgradeToken getUpgradeToken() {
            return token;
        }

        @Override
        public boolean isUpgrade() {
            return true;
        }

        @Override
        public boolean isAsync() {
            return false;
        }

        @Override
        public void timeoutAsync(long now) {}

        @Override
        public Request getRequest() {
            return null;
        }

        @Override
        public void recycle() {}

        @Override
        public void setSslSupport(SSLSupport sslSupport) {}

        @Override
        public ByteBuffer getLeftoverInput() {
            return null;
        }

        @Override
        public void pause() {}

        @Override
        public boolean checkAsyncTimeoutGeneration() {
            return false;
        }
    }
}
