package org.jsgid.tomcat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.catalina.Context;
import org.apache.coyote.AbstractProcessor;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Constants;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.ErrorState;
import org.apache.coyote.InputBuffer;
import org.apache.coyote.OutputBuffer;
import org.apache.coyote.RequestInfo;
import org.apache.coyote.UpgradeToken;
import org.apache.juli.logging.Log;
import org.apache.juli.logging.LogFactory;
import org.apache.tomcat.util.ExceptionUtils;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.http.MimeHeaders;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.DispatchType;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jsgid.daemon.fcgi.DetachedRequest;
import org.jsgid.daemon.fcgi.Exchange;
import org.jsgid.daemon.fcgi.UpgradedConnection;

/**
 * One Coyote processor with an exchange instead of a socket underneath. It serves one request after another; between
 * requests it waits in the handler's pool.
 *
 * <p><b>Asynchronous requests.</b> After {@code startAsync} the thread that called {@link #serve} goes when it has nothing more
 * to do, and the exchange is detached. What happens to the request then, socket events in Coyote's words, is put into a
 * queue ({@link #processSocketEvent}); whoever finds nobody at work on it asks the exchange for a thread, which is a container
 * thread as the first one was: dispatches, completion, timeouts and listeners run on it. So Coyote's state machine is used by
 * one thread at a time, and other threads only ever add to the queue.
 *
 * <p><b>Non-blocking I/O.</b> Read interest is an event when the exchange has something to read. Once there is a write listener,
 * what the client does not take is kept by the exchange, and writing is possible again when that has been sent.
 *
 * <p><b>Protocol upgrade</b> (WebSocket). The token that {@link #doHttpUpgrade} gets says who takes the connection over; that
 * happens at the end of {@link #serve} ({@link UpgradedConnections}).
 */
abstract class ExchangeProcessor extends AbstractProcessor {

    /** Place of the processor in the notes of the Coyote request; far from those Tomcat uses (1 and 30). */
    static final int NOTE = 24;

    private static final Log log = LogFactory.getLog(ExchangeProcessor.class);
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int INPUT_BUFFER = 32 * 1024;
    /** As often as Tomcat's own connectors look. */
    private static final long ASYNC_TIMEOUT_CHECK_MILLIS = 1000;

    private final JsgidProtocolHandler handler;
    private final RequestFields fields = new RequestFields();
    private final ByteBuffer input = ByteBuffer.allocate(INPUT_BUFFER);
    /** What the request is given of the input buffer; it keeps it, and must not see the next bytes come in. */
    private final ByteBuffer inputGiven = input.duplicate();

    /** What has happened to the request and was not dealt with. Guarded by itself, as are the next two. */
    private final ArrayDeque<SocketEvent> events = new ArrayDeque<>();
    /** The request that is served, or null; events are for it. */
    private Waiting waiting;
    /** A thread deals with the request, or was asked for. */
    private boolean isBusy;
    /** What the exchange that waits was told: the client has gone; the request is to end. */
    private volatile boolean isClientGone;

    private volatile boolean isOverdue;
    private RequestScope scope;

    private Exchange exchange;
    private Context context;
    /** Who the connection is for after this request; null: the next request. */
    private UpgradeToken upgradeToken;

    private UpgradedConnection upgraded;
    private volatile IOException connectionFailure;
    private boolean interrupted;
    private boolean isNonBlocking;

    /** The input buffer holds bytes which the request has not been given. */
    private volatile boolean inputPending;

    private volatile boolean inputEnded;
    private volatile IOException inputFailure;
    /** A listener waits for more of the body. */
    private volatile boolean isReadAwaited;

    private long inputBytes;
    private ByteBuffer replay;

    private boolean trailersTaken;
    private long timeoutsChecked;

    private boolean swallowResponse;
    private boolean responseFinished;
    /** The length of the response is in its header block. */
    private boolean lengthSent;
    /** What Content-Length promises and has not been written, or -1. */
    private long outputLeft;

    private long outputBytes;

    ExchangeProcessor(JsgidProtocolHandler handler, Adapter adapter) {
        super(adapter);
        this.handler = handler;
        Body body = new Body();
        request.setInputBuffer(body);
        response.setOutputBuffer(body);
        request.setNote(NOTE, this);
    }

    // ------------------------------------------------- what differs between the branches of Tomcat

    /** Notes when the request began, for access logs. */
    abstract void markStart();

    /** The attribute {@code RequestDispatcher.ERROR_EXCEPTION}. */
    abstract String errorAttribute();

    // ------------------------------------------------- one request

    /** The application this request is for. */
    final Context context() {
        return context;
    }

    /**
     * Serves one request, or begins to, when it is asynchronous. When it throws, and after a request that took longer than it
     * may, the processor must not be used again.
     *
     * @param newScope of this request
     * @throws IOException when the connection is not usable any more
     */
    final void serve(Exchange newExchange, Context target, RequestScope newScope) throws IOException {
        exchange = newExchange;
        context = target;
        scope = newScope;
        synchronized (events) {
            events.clear();
            waiting = new Waiting();
            isBusy = true;
        }
        goOn(SocketEvent.OPEN_READ);
    }

    /** Deals with what happens until there is nothing more; the request is over then, or waits without a thread. */
    private void goOn(SocketEvent first) throws IOException {
        boolean isOver = true;
        RequestScope entered = scope;
        entered.enter();
        try {
            SocketState state = first == null ? SocketState.LONG : process(null, first);
            while (state == SocketState.LONG) {
                SocketEvent event = nextEvent();
                if (event == null) {
                    if (rest()) {
                        isOver = false;
                        return;
                    }
                } else if (event != SocketEvent.TIMEOUT || (isAsync() && checkAsyncTimeoutGeneration())) {
                    state = process(null, event);
                }
            }
            endResponse();
            if (upgraded != null) {
                handler.upgrade(upgraded, upgradeToken);
            }
        } finally {
            entered.leave();
            if (isOver) {
                end();
            }
        }
    }

    /** Nothing is to be done: the request goes on with the next event. False when there is one. */
    private boolean rest() {
        synchronized (events) {
            if (!events.isEmpty()) {
                return false;
            }
            if (!waiting.isDetached) {
                waiting.isDetached = true;
                exchange.detach(waiting);
            }
            if (isOverdue || isGoneToBeTold()) {
                // It was told since nextEvent() looked, while this thread still counted as the one that deals with it.
                return false;
            }
            isBusy = false;
            return true;
        }
    }

    /** The client has gone, and the application's listeners have not heard of it. */
    private boolean isGoneToBeTold() {
        return isClientGone && getErrorState().isIoAllowed();
    }

    private void end() throws IOException {
        Exchange ended = exchange;
        synchronized (events) {
            waiting = null;
        }
        try {
            if (!responseFinished) {
                responseFinished = true;
                ended.abort();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        } finally {
            scope.end();
        }
        IOException failure = connectionFailure;
        if (!ended.isTimedOut()) {
            recycle();
        }
        if (failure != null) {
            throw failure;
        }
        if (!ended.isTimedOut()) {
            // A thread of the application that goes on after the time may still write to what the processor has.
            handler.release(this);
        }
    }

    /** What happens next to a request in asynchronous processing; null when nothing does yet. */
    private SocketEvent nextEvent() {
        if (Thread.interrupted()) {
            interrupted = true;
            isOverdue = true;
        }
        if (isOverdue) {
            // Whoever stops the request wants it to end; the application hears of an error.
            isOverdue = false;
            InterruptedIOException stopped = new InterruptedIOException("Stopped while processing asynchronously");
            request.setAttribute(errorAttribute(), stopped);
            setErrorState(ErrorState.CLOSE_NOW, stopped);
            synchronized (events) {
                events.clear();
            }
            return SocketEvent.ERROR;
        }
        SocketEvent event = poll();
        if (event == null && isGoneToBeTold()) {
            connectionFailure = new IOException("The client has gone");
            // Adds the event that tells the application's listeners.
            setErrorState(ErrorState.CLOSE_CONNECTION_NOW, connectionFailure);
            event = poll();
        }
        return event;
    }

    private SocketEvent poll() {
        synchronized (events) {
            return events.poll();
        }
    }

    /** Something has happened; a thread is asked for when nobody deals with the request. */
    private void add(SocketEvent event) {
        Exchange current;
        synchronized (events) {
            if (waiting == null) {
                return;
            }
            current = exchange;
            if (event != null) {
                events.add(event);
            }
            if (isBusy) {
                return;
            }
            isBusy = true;
        }
        current.resume(() -> goOn(null));
    }

    /** What the exchange tells of a request that waits. */
    private final class Waiting implements DetachedRequest {
        private boolean isDetached;

        private boolean isCurrent() {
            synchronized (events) {
                return waiting == this;
            }
        }

        @Override
        public void readable() {
            if (isCurrent()) {
                isReadAwaited = false;
                add(SocketEvent.OPEN_READ);
            }
        }

        @Override
        public void writable() {
            if (isCurrent()) {
                add(SocketEvent.OPEN_WRITE);
            }
        }

        @Override
        public void gone() {
            if (isCurrent()) {
                isClientGone = true;
                // Whoever waits for more of the body hears of it by reading.
                boolean isRead = isReadAwaited;
                isReadAwaited = false;
                add(isRead ? SocketEvent.OPEN_READ : null);
            }
        }

        @Override
        public void overdue() {
            if (isCurrent()) {
                isOverdue = true;
                add(null);
            }
        }

        @Override
        public void tick() {
            long now = System.currentTimeMillis();
            if (isCurrent() && now - timeoutsChecked >= ASYNC_TIMEOUT_CHECK_MILLIS) {
                timeoutsChecked = now;
                timeoutAsync(now);
            }
        }
    }

    @Override
    protected final SocketState service(SocketWrapperBase<?> none) {
        RequestInfo info = request.getRequestProcessor();
        info.setStage(Constants.STAGE_PREPARE);
        markStart();
        try {
            fields.fill(request, exchange, !handler.isTomcatAuthentication());
            request.setRemoteUserNeedsAuthorization(handler.isTomcatAuthorization());
        } catch (IllegalArgumentException e) {
            exchange.log("JSGID0710: refused a request with 400: " + e.getMessage());
            response.setStatus(400);
            setErrorState(ErrorState.CLOSE_CLEAN, e);
            getAdapter().log(request, response, 0);
        }
        if (!getErrorState().isError()) {
            info.setStage(Constants.STAGE_SERVICE);
            callAdapter();
        }
        if (isAsync() && !getErrorState().isError()) {
            return SocketState.LONG;
        }
        endResponse();
        request.updateCounters();
        info.setStage(Constants.STAGE_ENDED);
        return SocketState.CLOSED;
    }

    private void callAdapter() {
        try {
            getAdapter().service(request, response);
        } catch (InterruptedIOException e) {
            setErrorState(ErrorState.CLOSE_CONNECTION_NOW, e);
        } catch (Throwable t) {
            ExceptionUtils.handleThrowable(t);
            log.error("JSGID0711: processing a request failed in the container", t);
            response.setStatus(500);
            setErrorState(ErrorState.CLOSE_CLEAN, t);
            getAdapter().log(request, response, 0);
        }
    }

    @Override
    protected final SocketState dispatchEndRequest() {
        endResponse();
        return SocketState.CLOSED;
    }

    private void endResponse() {
        if (responseFinished) {
            return;
        }
        action(ActionCode.CLOSE, null);
        if (!responseFinished) {
            responseFinished = true;
            exchange.abort();
        }
    }

    @Override
    public final void recycle() {
        getAdapter().checkRecycled(request, response);
        super.recycle();
        request.recycle();
        response.recycle();
        clearDispatches();
        exchange = null;
        context = null;
        upgradeToken = null;
        upgraded = null;
        connectionFailure = null;
        interrupted = false;
        inputPending = false;
        inputEnded = false;
        inputFailure = null;
        isReadAwaited = false;
        isNonBlocking = false;
        isClientGone = false;
        isOverdue = false;
        scope = null;
        inputBytes = 0;
        replay = null;
        trailersTaken = false;
        timeoutsChecked = 0;
        swallowResponse = false;
        responseFinished = false;
        lengthSent = false;
        outputLeft = -1;
        outputBytes = 0;
    }

    @Override
    public final void pause() {
        // Between requests there is nothing to pause; the daemon drains.
    }

    @Override
    protected final Log getLog() {
        return log;
    }

    // ------------------------------------------------- the response

    @Override
    protected final void prepareResponse() throws IOException {
        response.setCommitted(true);
        int status = response.getStatus();
        if (status == 500 && response.isError() && exchange.isTimedOut()) {
            // The interrupt has ended it; the exchange has an answer for that.
            swallowResponse = true;
            responseFinished = true;
            exchange.abort();
            return;
        }
        if (upgradeToken != null && status == SWITCHING_PROTOCOLS) {
            beginUpgrade();
            return;
        }
        if (status < 200 || status > 599) {
            exchange.log("JSGID0712: the application answered with status " + status
                    + ", which is no final HTTP status; 500 was sent");
            status = 500;
        }
        boolean head = "HEAD".equals(request.getMethod());
        boolean bodiless = status == 204 || status == 205 || status == 304;
        long length = response.getContentLengthLong();
        if (status == 205) {
            length = 0;
        } else if (bodiless) {
            length = -1;
        }
        // Apache sends that file in place of the body, with the length that the file has.
        boolean isFile = status == 200 && response.getMimeHeaders().getHeader("X-Sendfile") != null;
        if (isFile) {
            length = -1;
        }
        outputLeft = length;
        if (head || bodiless || isFile) {
            swallowResponse = true;
        }
        if (response.getTrailerFields() != null && !swallowResponse && exchange.acceptsTrailers()) {
            // Over HTTP/1.1 trailers need a response in chunks, as in Tomcat's own connector.
            length = -1;
        }
        lengthSent = length >= 0;
        try {
            exchange.commit(status, reason(status));
            sendHeaders(length, !bodiless || status == 204);
        } catch (IOException e) {
            connectionFailure = e;
            throw e;
        }
    }

    /**
     * The phrase of the status line; null: the usual one. A 200 with a Location is written with its phrase, and so with its
     * status: without one, Apache would answer from that location (RFC 3875, section 6.2.2), which servlets do not mean.
     */
    private String reason(int status) {
        return status == 200 && response.getMimeHeaders().getHeader("Location") != null ? "OK" : null;
    }

    private void beginUpgrade() throws IOException {
        String protocol = response.getMimeHeaders().getHeader("Upgrade");
        swallowResponse = true;
        outputLeft = -1;
        try {
            exchange.commit(SWITCHING_PROTOCOLS, null);
            // An application that does not name the protocol means that which the client asked for.
            exchange.header("Upgrade", protocol == null ? exchange.parameter("HTTP_UPGRADE") : protocol);
            sendHeaders(-1, false);
        } catch (IOException e) {
            connectionFailure = e;
            throw e;
        }
    }

    private void sendHeaders(long length, boolean describeBody) throws IOException {
        MimeHeaders headers = response.getMimeHeaders();
        int count = headers.size();
        for (int i = 0; i < count; i++) {
            send(headers.getName(i).toString(), headers.getValue(i).toString());
        }
        if (describeBody) {
            send("Content-Type", response.getContentType());
            send("Content-Language", response.getContentLanguage());
        }
        if (length >= 0) {
            send("Content-Length", Long.toString(length));
        }
    }

    private void send(String name, String value) throws IOException {
        if (value == null || !ResponseHeaders.mayBeSent(name)) {
            return;
        }
        try {
            exchange.header(name, ResponseHeaders.clean(value));
        } catch (IllegalArgumentException e) {
            exchange.log("JSGID0713: a response header of the application was left out: " + e.getMessage());
        }
    }

    @Override
    protected final void flush() throws IOException {
        // The head of an upgrade goes out with the end of its request.
        if (responseFinished || (upgradeToken != null && response.getStatus() == SWITCHING_PROTOCOLS)) {
            return;
        }
        try {
            exchange.flush();
        } catch (IOException e) {
            connectionFailure = e;
            throw e;
        }
    }

    @Override
    protected final void finishResponse() throws IOException {
        if (responseFinished) {
            return;
        }
        responseFinished = true;
        if (!getErrorState().isIoAllowed()) {
            exchange.abort();
            return;
        }
        if (outputLeft > 0 && !swallowResponse) {
            exchange.log("JSGID0714: the application wrote " + outputLeft
                    + " bytes less than its Content-Length; the transfer was broken off");
            exchange.abort();
            return;
        }
        try {
            if (upgradeToken != null && response.getStatus() == SWITCHING_PROTOCOLS) {
                upgraded = exchange.upgrade();
                return;
            }
            sendTrailers();
            exchange.finish();
        } catch (IOException e) {
            connectionFailure = e;
            throw e;
        }
    }

    private void sendTrailers() throws IOException {
        Supplier<Map<String, String>> supplier = response.getTrailerFields();
        if (supplier == null || swallowResponse) {
            return;
        }
        Map<String, String> trailers = supplier.get();
        if (trailers == null) {
            return;
        }
        for (Map.Entry<String, String> trailer : trailers.entrySet()) {
            try {
                if (trailer.getKey() != null && trailer.getValue() != null) {
                    exchange.trailer(trailer.getKey(), ResponseHeaders.clean(trailer.getValue()));
                }
            } catch (IllegalArgumentException e) {
                exchange.log("JSGID0717: a trailer field of the application was left out: " + e.getMessage());
            }
        }
    }

    @Override
    protected final void setSwallowResponse() {
        swallowResponse = true;
    }

    @Override
    protected final void ack(ContinueResponseTiming timing) {
        // The exchange itself asks for a body of which nothing has come when it is first read.
        if (timing == ContinueResponseTiming.ON_REQUEST_BODY_READ
                || (timing == ContinueResponseTiming.IMMEDIATELY && !handler.isContinueImmediate())
                || response.isCommitted()
                || !"100-continue".equalsIgnoreCase(exchange.parameter("HTTP_EXPECT"))) {
            return;
        }
        try {
            exchange.interim(100, Collections.emptyList());
        } catch (IOException e) {
            setErrorState(ErrorState.CLOSE_CONNECTION_NOW, e);
        }
    }

    /** What the application asks for with {@code sendError(103)}: the fields that it has set so far. */
    @Override
    protected final void earlyHints() throws IOException {
        MimeHeaders headers = response.getMimeHeaders();
        List<Map.Entry<String, String>> hints = new ArrayList<>(headers.size());
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.getName(i).toString();
            String value = headers.getValue(i).toString();
            if (value != null && ResponseHeaders.mayBeSent(name)) {
                hints.add(new AbstractMap.SimpleImmutableEntry<>(name, ResponseHeaders.clean(value)));
            }
        }
        try {
            exchange.interim(103, hints);
        } catch (IllegalArgumentException e) {
            exchange.log("JSGID0718: early hints of the application were left out: " + e.getMessage());
        }
    }

    // ------------------------------------------------- the request body

    @Override
    protected final int available(boolean doRead) {
        if (replay != null) {
            return replay.remaining();
        }
        if (inputPending) {
            return input.remaining();
        }
        if (inputEnded) {
            return 0;
        }
        if (!doRead) {
            return exchange.available();
        }
        return readWithoutWaiting();
    }

    private int readWithoutWaiting() {
        try {
            input.clear();
            int count = exchange.readAvailable(input);
            noteRead(count);
        } catch (IOException e) {
            noteReadFailure(e);
            // The application's next read throws it.
            return 1;
        }
        if (inputEnded && !request.isRequestThread()) {
            // Nobody would tell a listener on another thread that all has been read.
            add(SocketEvent.OPEN_READ);
        }
        return inputPending ? input.remaining() : 0;
    }

    private void noteRead(int count) {
        if (count < 0) {
            inputEnded = true;
            takeTrailers();
        } else if (count > 0) {
            input.flip();
            inputBytes += count;
            inputPending = true;
        }
    }

    private void noteReadFailure(IOException e) {
        connectionFailure = e;
        inputFailure = e;
    }

    @Override
    protected final boolean isRequestBodyFullyRead() {
        if (inputPending || (replay != null && replay.hasRemaining())) {
            return false;
        }
        if (inputEnded || replay != null) {
            return true;
        }
        long length = request.getContentLengthLong();
        return (length >= 0 && inputBytes >= length) || exchange.isRequestBodyRead();
    }

    @Override
    protected final void registerReadInterest() {
        if (inputEnded || inputPending || isReadAwaited) {
            return;
        }
        isReadAwaited = true;
        try {
            exchange.awaitReadable();
        } catch (IOException e) {
            noteReadFailure(e);
            isReadAwaited = false;
            add(SocketEvent.OPEN_READ);
        }
    }

    /** A body that an authenticator has kept is read again. */
    @Override
    protected final void setRequestBody(ByteChunk body) {
        replay = ByteBuffer.wrap(body.getBytes(), body.getStart(), body.getLength());
        request.setContentLength(body.getLength());
    }

    @Override
    protected final void disableSwallowRequest() {
        // What the application leaves of a body is the connection's matter.
    }

    // ------------------------------------------------- instead of the socket

    @Override
    protected final void execute(Runnable runnable) {
        handler.getExecutor().execute(runnable);
    }

    @Override
    protected final void processSocketEvent(SocketEvent event, boolean dispatch) {
        if (event == SocketEvent.ERROR && request.getAttribute(errorAttribute()) == null) {
            // Without one AbstractProcessor asks the socket, and there is none.
            request.setAttribute(errorAttribute(), new IOException("The connection failed"));
        }
        add(event);
    }

    /** Called when a thread of the application's has set a listener: the first calls are the container's to make. */
    @Override
    protected final void executeDispatches() {
        Iterator<DispatchType> dispatches = getIteratorAndClearDispatches();
        while (dispatches != null && dispatches.hasNext()) {
            add(dispatches.next().getSocketStatus());
        }
    }

    @Override
    protected final boolean isReadyForWrite() {
        try {
            stopWaiting();
            return exchange.isWritable();
        } catch (IOException e) {
            connectionFailure = e;
            setErrorState(ErrorState.CLOSE_CONNECTION_NOW, e);
            return true;
        }
    }

    /** From the first listener on, writes keep what the client does not take. */
    private void stopWaiting() throws IOException {
        if (!isNonBlocking && response.getWriteListener() != null) {
            isNonBlocking = true;
            exchange.setWaiting(false);
        }
    }

    @Override
    protected final boolean flushBufferedWrite() throws IOException {
        return !exchange.isWritable();
    }

    @Override
    protected final boolean isTrailerFieldsReady() {
        boolean ready = isRequestBodyFullyRead() && (replay != null || inputEnded || exchange.isRequestBodyRead());
        if (ready) {
            takeTrailers();
        }
        return ready;
    }

    @Override
    protected final boolean isTrailerFieldsSupported() {
        return exchange.acceptsTrailers() && !lengthSent;
    }

    /** Gives the request its trailer fields, those that the connector's setting allows. */
    private void takeTrailers() {
        if (trailersTaken) {
            return;
        }
        trailersTaken = true;
        for (Map.Entry<String, String> trailer : exchange.requestTrailers()) {
            if (handler.isTrailerAllowed(trailer.getKey())) {
                // In lower case, whatever came: the Servlet specification's getTrailerFields.
                request.getMimeTrailerFields()
                        .addValue(trailer.getKey().toLowerCase(Locale.ROOT))
                        .setString(trailer.getValue());
            }
        }
    }

    @Override
    protected final boolean getPopulateRequestAttributesFromSocket() {
        return false;
    }

    @Override
    protected final void populateRequestAttributeRemoteHost() {
        // Whether names are looked up is httpd's HostnameLookups to decide.
        if (request.remoteHost().isNull()) {
            request.remoteHost().setString(request.remoteAddr().toString());
        }
    }

    @Override
    protected final void populateSslRequestAttributes() {
        try {
            X509Certificate[] chain = ClientCertificates.of(exchange);
            if (chain.length > 0) {
                request.setAttribute(SSLSupport.CERTIFICATE_KEY, chain);
            }
        } catch (CertificateException e) {
            log.warn("JSGID0715: SSL_CLIENT_CERT is no certificate that this JDK reads", e);
        }
    }

    @Override
    protected final void sslReHandShake() {
        // httpd has asked for a certificate or not (SSLVerifyClient); what there is, is there.
        populateSslRequestAttributes();
    }

    @Override
    protected final void doHttpUpgrade(UpgradeToken token) {
        if (!exchange.isUpgradeOffered()) {
            throw new IllegalStateException(
                    "JSGID0716: the client asks for no other protocol (header Upgrade, HTTP/1.1), or the web server cannot "
                            + "change to one on its connection");
        }
        upgradeToken = token;
    }

    /** Both buffers of the request, over the exchange. */
    private final class Body implements InputBuffer, OutputBuffer {

        @Override
        public int doRead(ApplicationBufferHandler target) throws IOException {
            if (replay != null) {
                ByteBuffer kept = replay;
                if (!kept.hasRemaining()) {
                    return -1;
                }
                target.setByteBuffer(kept.duplicate());
                int count = kept.remaining();
                kept.position(kept.limit());
                return count;
            }
            IOException failure = inputFailure;
            if (failure != null) {
                throw failure;
            }
            if (!inputPending) {
                fill();
            }
            if (!inputPending) {
                return -1;
            }
            inputPending = false;
            inputGiven.clear();
            inputGiven.limit(input.limit());
            target.setByteBuffer(inputGiven);
            return inputGiven.remaining();
        }

        private void fill() throws IOException {
            if (inputEnded) {
                return;
            }
            if (responseFinished) {
                // The connection may already be the next request's.
                inputEnded = true;
                return;
            }
            input.clear();
            try {
                noteRead(exchange.read(input));
            } catch (IOException e) {
                noteReadFailure(e);
                throw e;
            }
        }

        @Override
        public int available() {
            return inputPending ? input.remaining() : 0;
        }

        @Override
        public int doWrite(ByteBuffer chunk) throws IOException {
            int length = chunk.remaining();
            if (!response.isCommitted()) {
                response.action(ActionCode.COMMIT, null);
            }
            if (swallowResponse || responseFinished) {
                chunk.position(chunk.limit());
                return length;
            }
            int limit = chunk.limit();
            if (outputLeft >= 0 && length > outputLeft) {
                chunk.limit(chunk.position() + (int) outputLeft);
            }
            int sent = chunk.remaining();
            try {
                stopWaiting();
                exchange.write(chunk);
            } catch (IOException e) {
                connectionFailure = e;
                setErrorState(ErrorState.CLOSE_CONNECTION_NOW, e);
                throw e;
            } finally {
                chunk.limit(limit);
            }
            chunk.position(limit);
            outputBytes += sent;
            if (outputLeft >= 0) {
                outputLeft -= sent;
            }
            return length;
        }

        @Override
        public long getBytesWritten() {
            return outputBytes;
        }
    }
}
