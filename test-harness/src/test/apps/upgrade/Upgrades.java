import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jsgi.Application;
import org.jsgi.Connection;
import org.jsgi.Request;
import org.jsgi.Response;

/** Upgrades to protocols of its own, and tells how many of their connections are open. */
public class Upgrades implements Application {

    private final AtomicInteger open = new AtomicInteger();

    @Override
    public Response handle(Request request) {
        switch (request.pathInfo()) {
            case "/open":
                return Response.text(Integer.toString(open.get()));
            case "/forced":
                return Response.upgrade("echo", this::echo);
            default:
                return request.canUpgradeTo("echo")
                        ? Response.upgrade("echo", this::echo).header("X-Protocol", "echo")
                        : Response.of(426).header("X-Protocol", "echo").body("echo is spoken here");
        }
    }

    /** Sends back what comes, and "end" at its end; "bye" when the application stops. */
    private void echo(Connection connection) throws IOException {
        open.incrementAndGet();
        try {
            connection.onStop(() -> {
                try {
                    write(connection, "bye");
                    connection.close();
                } catch (IOException e) {
                    connection.close();
                }
            });
            InputStream input = connection.input();
            byte[] piece = new byte[64 * 1024];
            for (int n = input.read(piece); n >= 0; n = input.read(piece)) {
                connection.output().write(piece, 0, n);
            }
            write(connection, "end");
        } finally {
            open.decrementAndGet();
        }
    }

    private static void write(Connection connection, String text) throws IOException {
        connection.output().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
