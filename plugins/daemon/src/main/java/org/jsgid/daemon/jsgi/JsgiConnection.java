package org.jsgid.daemon.jsgi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.jsgi.Connection;
import org.jsgi.Upgrade;
import org.jsgid.daemon.DaemonLog;
import org.jsgid.daemon.fcgi.UpgradedConnection;

/** An upgraded connection as JSGI describes it, and the thread that serves it. */
final class JsgiConnection implements Connection, Runnable {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final UpgradedConnection connection;
    private final Upgrade upgrade;
    private final String description;
    private final InputStream input;
    private final OutputStream output;

    JsgiConnection(UpgradedConnection connection, Upgrade upgrade, String description) {
        this.connection = connection;
        this.upgrade = upgrade;
        this.description = description;
        this.input = new Input(connection.channel());
        this.output = new Output(connection.channel());
    }

    /** Begins to serve it on a thread with that context class loader. */
    void start(ClassLoader loader) {
        Thread thread = new Thread(this, "jsgi-upgraded-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        thread.setContextClassLoader(loader);
        boolean isStarted = false;
        try {
            thread.start();
            isStarted = true;
        } finally {
            if (!isStarted) {
                connection.close();
            }
        }
    }

    @Override
    public void run() {
        try {
            upgrade.run(this);
        } catch (IOException clientHasGone) {
            // Nothing to be told to anybody.
        } catch (Throwable e) {
            DaemonLog.line("JSGID0613", description + " failed on an upgraded connection\n" + DaemonLog.trace(e));
        } finally {
            connection.close();
        }
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void onStop(Runnable task) {
        connection.onDrain(task);
    }

    @Override
    public void close() {
        connection.close();
    }

    private static void check(byte[] bytes, int offset, int length) {
        if ((offset | length | bytes.length - offset - length) < 0) {
            throw new IndexOutOfBoundsException(
                    "offset " + offset + ", length " + length + " of an array of " + bytes.length);
        }
    }

    /** Not the streams of java.nio.channels.Channels: those read and write under one lock (before JDK 19). */
    private static final class Input extends InputStream {
        private final SocketChannel channel;

        Input(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            check(target, offset, length);
            return length == 0 ? 0 : channel.read(ByteBuffer.wrap(target, offset, length));
        }
    }

    private static final class Output extends OutputStream {
        private final SocketChannel channel;

        Output(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            check(source, offset, length);
            ByteBuffer bytes = ByteBuffer.wrap(source, offset, length);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void close() throws IOException {
            channel.shutdownOutput();
        }
    }
}
