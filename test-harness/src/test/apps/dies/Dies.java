import java.nio.charset.StandardCharsets;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Ends its process: {@code ?when=before} or {@code ?when=during} the response, {@code &length} announced or not. */
public class Dies implements Application {

    @Override
    public Response handle(Request request) {
        String when = request.queryParameter("when");
        if (when == null) {
            return Response.text("alive");
        }
        System.err.println("Dies is about to end its process");
        if (when.equals("before")) {
            Runtime.getRuntime().halt(42);
        }
        if (when.equals("exit")) {
            System.exit(43);
        }
        Response response = Response.of(200).header("Content-Type", "text/plain");
        if (request.queryParameter("length") != null) {
            response = response.header("Content-Length", "100000");
        }
        return response.body(out -> {
            out.write("the beginning\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            // The client says so once it has the beginning.
            request.body().read();
            Runtime.getRuntime().halt(42);
        });
    }
}
