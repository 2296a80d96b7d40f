import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/**
 * Answers when the file {@code ?until=} exists; makes the file {@code &began=} when it begins to wait, and {@code
 * &ended=} when it has waited.
 */
public class Slow implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        String began = request.queryParameter("began");
        if (began != null) {
            Files.createFile(Paths.get(began));
        }
        Path until = Paths.get(request.queryParameter("until"));
        while (!Files.exists(until)) {
            Thread.sleep(10);
        }
        String ended = request.queryParameter("ended");
        if (ended != null) {
            Files.createFile(Paths.get(ended));
        }
        return Response.text("done by " + Paths.get("/proc/self").toRealPath().getFileName());
    }
}
