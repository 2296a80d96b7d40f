package org.jsgid.tomcat;

import java.io.IOException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.Context;
import org.apache.coyote.Adapter;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.ProtocolHandler;
import org.apache.coyote.UpgradeProtocol;
import org.apache.coyote.UpgradeToken;
import org.apache.tomcat.util.collections.SynchronizedStack;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.jsgid.daemon.fcgi.Exchange;
import org.jsgid.daemon.fcgi.UpgradedConnection;

/**
 * The protocol handler of a connector that has no socket: the daemon calls {@link #service} for each request. Keeps the
 * processors that wait for a request, and the threads on which applications run what they start asynchronously.
 */
final class JsgidProtocolHandler implements ProtocolHandler {

    private static final int FEWEST_ASYNC_THREADS = 8;
    private static final long IDLE_SECONDS = 60;
    /** Larger than Tomcat's 8 KiB, since a piece of that size costs nearly as much as one of this. */
    private static final int OUTPUT_BUFFER = 32 * 1024;

    private final String id;
    private final int threads;
    private final SynchronizedStack<ExchangeProcessor> idle;
    private final UpgradedConnections upgraded;
    private Set<String> allowedTrailers = Collections.emptySet();
    private ContinueResponseTiming continueTiming = ContinueResponseTiming.ON_REQUEST_BODY_READ;
    private boolean tomcatAuthentication;
    private boolean tomcatAuthorization;
    private Adapter adapter;
    private Executor executor;
    private ThreadPoolExecutor ownExecutor;
    private ScheduledExecutorService utilityExecutor;

    JsgidProtocolHandler(String id, int threads) {
        this.id = id;
        this.threads = Math.max(1, threads);
        this.upgraded = new UpgradedConnections(id + "-upgraded");
        this.idle = new SynchronizedStack<>(Math.min(this.threads, 16), this.threads);
    }

    /**
     * Serves one request for an application. When this returns or throws, the exchange is finished, aborted, or detached.
     *
     * @param scope of this request
     */
    void service(Exchange exchange, Context context, RequestScope scope) throws IOException {
        ExchangeProcessor processor = idle.pop();
        if (processor == null) {
            processor = new JsgidProcessor(this, adapter);
        }
        processor.serve(exchange, context, scope);
    }

    /** A processor has nothing to do any more. */
    void release(ExchangeProcessor processor) {
        idle.push(processor);
    }

    /** What is to be done with a connection whose request was upgraded. */
    void upgrade(UpgradedConnection connection, UpgradeToken token) throws IOException {
        upgraded.take(connection, token, executor);
    }

    // ------------------------------------------------- settings, called by their names

    /** The trailer fields that requests and responses may have, separated by commas; none without it. */
    public void setAllowedTrailerHeaders(String names) {
        Set<String> allowed = new HashSet<>();
        for (String name : names.split(",", -1)) {
            if (!name.trim().isEmpty()) {
                allowed.add(name.trim().toLowerCase(Locale.ROOT));
            }
        }
        allowedTrailers = allowed;
    }

    /** Whether a request's trailer field of that name, in any case, is given to applications. */
    boolean isTrailerAllowed(String name) {
        return allowedTrailers.contains(name.toLowerCase(Locale.ROOT));
    }

    /**
     * When a client that waits for 100 Continue gets it: {@code onRead} when the application reads the body, which is the
     * default here, or {@code immediately}, Tomcat's own, before the application is called.
     */
    public void setContinueResponseTiming(String timing) {
        continueTiming = ContinueResponseTiming.fromString(timing);
    }

    boolean isContinueImmediate() {
        return continueTiming == ContinueResponseTiming.IMMEDIATELY;
    }

    /** Whether users are found by Tomcat alone; REMOTE_USER of httpd is then not looked at. */
    public void setTomcatAuthentication(boolean tomcatAuthentication) {
        this.tomcatAuthentication = tomcatAuthentication;
    }

    boolean isTomcatAuthentication() {
        return tomcatAuthentication;
    }

    /** Whether the application's realm is asked for the roles of whom httpd has authenticated. */
    public void setTomcatAuthorization(boolean tomcatAuthorization) {
        this.tomcatAuthorization = tomcatAuthorization;
    }

    boolean isTomcatAuthorization() {
        return tomcatAuthorization;
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public Adapter getAdapter() {
        return adapter;
    }

    @Override
    public void setAdapter(Adapter adapter) {
        this.adapter = adapter;
    }

    @Override
    public Executor getExecutor() {
        return executor;
    }

    @Override
    public void setExecutor(Executor executor) {
        this.executor = executor;
    }

    @Override
    public ScheduledExecutorService getUtilityExecutor() {
        return utilityExecutor;
    }

    @Override
    public void setUtilityExecutor(ScheduledExecutorService utilityExecutor) {
        this.utilityExecutor = utilityExecutor;
    }

    @Override
    public void init() {}

    @Override
    public void start() {
        if (executor == null) {
            int size = Math.max(FEWEST_ASYNC_THREADS, 2 * threads);
            AtomicInteger number = new AtomicInteger();
            ownExecutor = new ThreadPoolExecutor(
                    size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                        Thread thread = new Thread(task, id + "-async-" + number.incrementAndGet());
                        thread.setDaemon(true);
                        // Not that of the application which happens to need the thread first.
                        thread.setContextClassLoader(JsgidProtocolHandler.class.getClassLoader());
                        return thread;
                    });
            ownExecutor.allowCoreThreadTimeOut(true);
            executor = ownExecutor;
        }
    }

    @Override
    public void pause() {
        // The daemon takes no more requests before it stops the container.
    }

    @Override
    public void resume() {}

    @Override
    public void stop() throws Exception {
        upgraded.stop();
        if (ownExecutor != null) {
            ownExecutor.shutdownNow();
            ownExecutor = null;
            executor = null;
        }
        idle.clear();
    }

    @Override
    public void destroy() {}

    @Override
    public void closeServerSocketGraceful() {}

    @Override
    public long awaitConnectionsClose(long waitMillis) {
        return waitMillis;
    }

    /** Bytes of a response that are kept until it is committed, unless the application sets them. */
    @Override
    public int getDesiredBufferSize() {
        return OUTPUT_BUFFER;
    }

    @Override
    public boolean isSendfileSupported() {
        return false;
    }

    // In Tomcat 9 this is in the interface; an override annotation would not compile against the others.
    @SuppressWarnings({"deprecation", "MissingOverride"})
    public boolean isAprRequired() {
        return false;
    }

    @Override
    public void addSslHostConfig(SSLHostConfig sslHostConfig) {
        throw new UnsupportedOperationException("TLS is httpd's");
    }

    @Override
    public void addSslHostConfig(SSLHostConfig sslHostConfig, boolean replace) {
        throw new UnsupportedOperationException("TLS is httpd's");
    }

    @Override
    public SSLHostConfig[] findSslHostConfigs() {
        return new SSLHostConfig[0];
    }

    @Override
    public void addUpgradeProtocol(UpgradeProtocol upgradeProtocol) {
        throw new UnsupportedOperationException("HTTP/2 is httpd's");
    }

    @Override
    public UpgradeProtocol[] findUpgradeProtocols() {
        return new UpgradeProtocol[0];
    }
}
