import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/**
 * {@code ?headers=N}: says how many header fields X-Ask-… the request has, and answers with N of its own. {@code ?events=N&marks=DIR}:
 * sends an event, waits for the file DIR/i, sends the next.
 */
public class Fronts implements Application {

    @Override
    public Response handle(Request request) {
        if (request.queryParameter("events") != null) {
            Path marks = Paths.get(request.queryParameter("marks"));
            int count = Integer.parseInt(request.queryParameter("events"));
            return Response.of(200).header("Content-Type", "text/event-stream").body(out -> send(out, count, marks));
        }
        int asked = 0;
        for (String name : request.environment().keySet()) {
            asked += name.startsWith("HTTP_X_ASK_") ? 1 : 0;
        }
        Response response = Response.text("asked with " + asked);
        for (int i = 0; i < Integer.parseInt(request.queryParameter("headers")); i++) {
            response = response.header("X-Reply-" + i, "value " + i);
        }
        return response;
    }

    private static void send(OutputStream out, int count, Path marks) throws Exception {
        for (int i = 0; i < count; i++) {
            out.write(("data: " + i + "\n\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            long end = System.nanoTime() + 120_000_000_000L;
            while (!Files.exists(marks.resolve("" + i))) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("nobody has read event " + i);
                }
                Thread.sleep(5);
            }
        }
    }
}
