package org.jsgid.it.request;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jsgid.harness.Await;

/** One WebSocket of the JDK's client, and what came on it. Nothing waits for ever. */
final class WebSocketClient implements WebSocket.Listener, AutoCloseable {

    private static final Duration PATIENCE = Await.scaled(Duration.ofSeconds(20));

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private int binary;
    private WebSocket socket;

    private WebSocketClient() {}

    /** Connects; the address begins with ws or wss. */
    static WebSocketClient open(HttpClient client, String address) throws Exception {
        WebSocketClient opened = new WebSocketClient();
        opened.socket = client.newWebSocketBuilder()
                .connectTimeout(PATIENCE)
                .buildAsync(URI.create(address), opened)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return opened;
    }

    WebSocketClient text(String part, boolean isLast) throws Exception {
        socket.sendText(part, isLast).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return this;
    }

    WebSocketClient binary(byte[] part, boolean isLast) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(part), isLast).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return this;
    }

    WebSocketClient ping(String content) throws Exception {
        socket.sendPing(ByteBuffer.wrap(content.getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return this;
    }

    WebSocketClient sendClose(int code) throws Exception {
        socket.sendClose(code, "").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return this;
    }

    /** Ends the TCP connection without a word. */
    void abort() {
        socket.abort();
    }

    /** The next event: {@code text …}, {@code binary LENGTH}, {@code pong …}, {@code close CODE}, {@code error}. */
    String next() throws InterruptedException {
        String event = events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return event == null ? "nothing came" : event;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            events.add("text " + text);
            text.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        binary += data.remaining();
        if (last) {
            events.add("binary " + binary);
            binary = 0;
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
        events.add("pong " + java.nio.charset.StandardCharsets.US_ASCII.decode(message));
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        events.add("close " + statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        events.add("error");
    }

    @Override
    public void close() {
        socket.abort();
    }
}
