package org.jsgid.tomcat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
import org.jsgid.daemon.fcgi.Exchange;
import org.jsgid.daemon.fcgi.UpgradedConnection;

/**
 * One Coyote processor with an exchange instead of a socket underneath. It serves one request after another, each from
 * beginning to end on the thread that calls {@link #serve}; between requests it waits in the handler's pool.
 *
 * <p><b>Asynchronous requests.</b> The exchange's thread stays with the request: after {@code startAsync} it waits for
 * socket events, which here are a queue ({@link #processSocketEvent}), and is the container thread on which dispatches,
 * completion and timeouts run. So all of Coyote's state machine runs on one thread, and other threads only ever add to
 * the queue.
 *
 * <p><b>Non-blocking I/O.</b> Read interest is served by a thread of the handler's executor which reads one buffer and
 * adds an event; writing is always possible, and waits while the client does not read.
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
    /** How often it is looked whether the client of a request that waits is still there. */
    private static final long CLIENT_CHECK_MILLIS = 500;
    /** How long a read that is still waiting when the response is complete may keep the connection. */
    private static final long LAST_READ_SECONDS = 10;

    private final JsgidProtocolHandler handler;
    private final RequestFields fields = new RequestFields();
    private final ByteBuffer input = ByteBuffer.allocate(INPUT_BUFFER);
    /** What the request is given of the input buffer; it keeps it, and must not see the next bytes come in. */
    private final ByteBuffer inputGiven = input.duplicate();

    private final BlockingQueue<SocketEvent> events = new LinkedBlockingQueue<>();

    private Exchange exchange;
    private Context context;
    /** Who the connection is for after this request; null: the next request. */
    private UpgradeToken upgradeToken;

    private UpgradedConnection upgraded;
    private volatile IOException connectionFailure;
    private boolean interrupted;

    /** The input buffer holds bytes which the request has not been given. */
    private volatile boolean inputPending;

    private volatile boolean inputEnded;
    private volatile IOException inputFailure;
    private volatile CountDownLatch reading;
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
     * Serves one request, asynchronous processing included. When it throws, and after a request that took longer than it
     * may, the processor must not be used again.
     *
     * @throws IOException when the connection is not usable any more
     */
    final void serve(Exchange newExchange, Context target) throws IOException {
        exchange = newExchange;
        context = target;
        try {
            events.clear();
            SocketState state = process(null, SocketEvent.OPEN_READ);
            while (state == SocketState.LONG) {
                SocketEvent event = nextEvent();
                if (event != null) {
                    state = process(null, event);
                }
            }
            endResponse();
            awaitLastRead();
            if (upgraded != null) {
                handler.upgrade(upgraded, upgradeToken);
            }
        } finally {
            if (!responseFinished) {
                responseFinished = true;
                newExchange.abort();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        IOException failure = connectionFailure;
        if (!newExchange.isTimedOut()) {
            recycle();
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** What happens next to a request in asynchronous processing; null when nothing does yet. */
    private SocketEvent nextEvent() {
        SocketEvent event;
        try {
            event = events.poll(CLIENT_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Whoever stops this thread wants the request to end; the application hears of an error.
            InterruptedIOException stopped = new InterruptedIOException("Stopped while processing asynchronously");
            stopped.initCause(e);
            request.setAttribute(errorAttribute(), stopped);
            interrupted = true;
            setErrorState(ErrorState.CLOSE_NOW, stopped);
            events.clear();
            return SocketEvent.ERROR;
        }
        if (event == null) {
            long now = System.currentTimeMillis();
            if (now - timeoutsChecked >= ASYNC_TIMEOUT_CHECK_MILLIS) {
                timeoutsChecked = now;
                timeoutAsync(now);
            }
            if (getErrorState().isIoAllowed() && exchange.isAbandoned()) {
                connectionFailure = new IOException("The client has gone");
                // Adds the event that tells the application's listeners.
                setErrorState(ErrorState.CLOSE_CONNECTION_NOW, connectionFailure);
            }
            return null;
        }
        if (event == SocketEvent.TIMEOUT && !(isAsync() && checkAsyncTimeoutGeneration())) {
            return null;
        }
        return event;
    }

    /**
     * A thread may still wait for body bytes that the application asked for; it has to end before the connection is read
     * for another request. The client's side closes or finishes the body when the response is complete.
     */
    private void awaitLastRead() throws IOException {
        CountDownLatch last = reading;
        boolean ended = last == null;
        try {
            ended = ended || last.await(LAST_READ_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (!ended) {
            throw new IOException("The request body was still being read when the response was complete");
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
        events.clear();
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
        reading = null;
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
        if (inputEnded || reading != null) {
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
            events.add(SocketEvent.OPEN_READ);
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
        if (reading != null) {
            return false;
        }
        long length = request.getContentLengthLong();
        return (length >= 0 && inputBytes >= length) || exchange.isRequestBodyRead();
    }

    @Override
    protected final void registerReadInterest() {
        if (inputEnded || inputPending || reading != null) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        reading = done;
        Exchange current = exchange;
        handler.getExecutor().execute(() -> readForListener(current, done));
    }

    private void readForListener(Exchange current, CountDownLatch done) {
        try {
            input.clear();
            noteRead(current.read(input));
        } catch (IOException e) {
            noteReadFailure(e);
        } finally {
            reading = null;
            events.add(SocketEvent.OPEN_READ);
            done.countDown();
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
        events.add(event);
    }

    /** Called when a thread of the application's has set a listener: the first calls are the container's to make. */
    @Override
    protected final void executeDispatches() {
        Iterator<DispatchType> dispatches = getIteratorAndClearDispatches();
        while (dispatches != null && dispatches.hasNext()) {
            events.add(dispatches.next().getSocketStatus());
        }
    }

    @Override
    protected final boolean isReadyForWrite() {
        return true;
    }

    @Override
    protected final boolean flushBufferedWrite() {
        return false;
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
            if (reading != null) {
                throw new IllegalStateException("Reading is only allowed when isReady() has said so");
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
