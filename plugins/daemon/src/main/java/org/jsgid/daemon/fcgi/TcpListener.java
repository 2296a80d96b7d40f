package org.jsgid.daemon.fcgi;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnknownHostException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jsgid.daemon.DaemonLog;

/**
 * The TCP address of a group ({@code JsgiListen}), for web servers on other machines. Every process of the group, of the
 * generation that goes and of the one that comes, listens on the same address (SO_REUSEPORT), and the kernel gives each a
 * share of the connections; so the address serves without a break.
 *
 * <p>A client is accepted by its address only (FastCGI 1.0, section 3.2, FCGI_WEB_SERVER_ADDRS): there are no other
 * credentials on TCP. Used by the thread that accepts only, but for its construction.
 */
public final class TcpListener {

    private static final int BACKLOG = 511;
    private static final int AGAIN_MILLIS = 500;
    private static final long REFUSALS_TOLD_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String name;
    private final InetSocketAddress address;
    /** Null: anybody. */
    private final Set<InetAddress> clients;

    private SelectionKey key;
    private ServerSocketChannel channel;
    private boolean isFailureTold;
    private long refused;
    private long refusalsToldAt;

    /**
     * An address to listen on; nothing is bound yet.
     *
     * @param address {@code ADDRESS:PORT}, an IPv6 address in brackets
     * @param from addresses of clients, separated by commas, or {@code any}
     * @throws IllegalArgumentException when one of them is no address
     */
    public TcpListener(String address, String from) {
        int colon = address.lastIndexOf(':');
        this.name = address;
        this.address =
                new InetSocketAddress(literal(address.substring(0, colon)), Integer.parseInt(address.substring(colon + 1)));
        if (from.equals("any")) {
            this.clients = null;
        } else {
            this.clients = new HashSet<>();
            for (String one : from.split(",", -1)) {
                clients.add(literal(one));
            }
        }
    }

    private static InetAddress literal(String text) {
        try {
            // The module has checked that it is numeric, so no name is looked up.
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text + " is no IP address", e);
        }
    }

    /**
     * Binds the address, unless that is done. When somebody else has it, such as a process of this group that ran as
     * another user and has not ended yet, a line in the log says so, and it is to be tried again.
     *
     * @return milliseconds after which to call again; 0: bound
     */
    int open(Selector selector) {
        if (channel != null) {
            return 0;
        }
        ServerSocketChannel fresh = null;
        try {
            fresh = ServerSocketChannel.open();
            shareAddress(fresh);
            fresh.bind(address, BACKLOG);
            fresh.configureBlocking(false);
            key = fresh.register(selector, SelectionKey.OP_ACCEPT);
            channel = fresh;
            if (isFailureTold) {
                DaemonLog.line("JSGID0539", "JsgiListen: listening on " + name + " now.");
            }
            return 0;
        } catch (IOException | RuntimeException e) {
            close(fresh);
            if (!isFailureTold) {
                isFailureTold = true;
                DaemonLog.line(
                        "JSGID0539",
                        "JsgiListen: cannot listen on " + name + " (" + e.getMessage() + "); it is tried again."
                                + (e instanceof BindException
                                        ? " An address of this machine, with a port that nobody else has, would be right."
                                        : ""));
            }
            return AGAIN_MILLIS;
        }
    }

    /** Java 8, whose classes this is compiled against, does not know the option; later ones do. */
    @SuppressWarnings("unchecked")
    private static void shareAddress(ServerSocketChannel channel) throws IOException {
        for (SocketOption<?> option : channel.supportedOptions()) {
            if (option.name().equals("SO_REUSEPORT")) {
                channel.setOption((SocketOption<Boolean>) option, true);
                return;
            }
        }
        throw new IOException("this JDK cannot share an address between processes, Java 9 and later can");
    }

    /** The next connection of a client that may; null when there is none now. */
    SocketChannel accept() throws IOException {
        while (channel != null) {
            SocketChannel accepted = channel.accept();
            if (accepted == null) {
                return null;
            }
            try {
                if (mayConnect(accepted.getRemoteAddress())) {
                    accepted.socket().setTcpNoDelay(true);
                    accepted.socket().setKeepAlive(true);
                    return accepted;
                }
            } catch (IOException gone) {
                // The next one, then.
            }
            accepted.close();
        }
        return null;
    }

    private boolean mayConnect(SocketAddress remote) {
        if (clients == null) {
            return true;
        }
        if (remote instanceof InetSocketAddress && clients.contains(((InetSocketAddress) remote).getAddress())) {
            return true;
        }
        refused++;
        long now = System.nanoTime();
        if (refused == 1 || now - refusalsToldAt >= REFUSALS_TOLD_EVERY_NANOS) {
            refusalsToldAt = now;
            DaemonLog.line(
                    "JSGID0540",
                    "JsgiListen: a connection to " + name + " from " + remote
                            + " was refused, whose address is not in from= (" + refused + " so far).");
        }
        return false;
    }

    /** Listens no more. Connections that nobody has accepted are cut; there are hardly any after a last {@link #accept}. */
    void close() {
        if (channel == null) {
            return;
        }
        close(channel);
        channel = null;
        try {
            // Until the selector has noticed, the socket goes on listening, and takes connections away from the next process.
            key.selector().selectNow();
        } catch (IOException | ClosedSelectorException e) {
            // Then it is closed with the process.
            return;
        }
    }

    private static void close(ServerSocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // It listens no more in any case.
            }
        }
    }
}
