import NAMESPACE.websocket.CloseReason;
import NAMESPACE.websocket.OnClose;
import NAMESPACE.websocket.OnMessage;
import NAMESPACE.websocket.OnOpen;
import NAMESPACE.websocket.Session;
import NAMESPACE.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends back what comes; "close CODE" closes, "idle MILLIS" sets the session's timeout, "async TEXT" answers from another thread. */
@ServerEndpoint("/echo")
public class Echo {

    static final AtomicInteger OPEN = new AtomicInteger();
    static volatile String lastClose = "none";

    /** The asynchronous sending, which must have ended before another: a client may answer before it has. */
    private volatile CompletableFuture<Void> before = CompletableFuture.completedFuture(null);

    @OnOpen
    public void open(Session session) {
        OPEN.incrementAndGet();
        session.setMaxTextMessageBufferSize(4 << 20);
        session.setMaxBinaryMessageBufferSize(4 << 20);
    }

    @OnMessage
    public void text(Session session, String text) throws IOException {
        before.join();
        if (text.startsWith("close ")) {
            int code = Integer.parseInt(text.substring(6));
            session.close(new CloseReason(CloseReason.CloseCodes.getCloseCode(code), "as asked"));
        } else if (text.startsWith("idle ")) {
            session.setMaxIdleTimeout(Long.parseLong(text.substring(5)));
        } else if (text.startsWith("async ")) {
            CompletableFuture<Void> sending = new CompletableFuture<>();
            before = sending;
            new Thread(() -> session.getAsyncRemote().sendText(text.substring(6), result -> sending.complete(null)))
                    .start();
        } else {
            session.getBasicRemote().sendText(text);
        }
    }

    @OnMessage
    public void binary(Session session, ByteBuffer bytes) throws IOException {
        session.getBasicRemote().sendBinary(bytes);
    }

    @OnClose
    public void close(CloseReason reason) {
        lastClose = reason.getCloseCode().getCode() + "";
        OPEN.decrementAndGet();
    }
}
