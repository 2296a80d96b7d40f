import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/**
 * Takes {@code ?seconds=}. Its process id is in the file {@code &began=} when it begins, and in {@code &ended=} when its work is
 * done. With {@code &every=} it sends a line so often, else one at the end. Without parameters it answers with its process id.
 */
public class Minute implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        String pid = Paths.get("/proc/self").toRealPath().getFileName().toString();
        String seconds = request.queryParameter("seconds");
        String line = request.queryParameter("say");
        if (line != null) {
            System.err.println("Minute says " + line);
        }
        if (seconds == null) {
            return Response.text(pid);
        }
        mark(request, "began", pid);
        int left = Integer.parseInt(seconds);
        if (request.queryParameter("every") == null) {
            Thread.sleep(left * 1000L);
            mark(request, "ended", pid);
            return Response.text("done by " + pid);
        }
        int every = Integer.parseInt(request.queryParameter("every"));
        return Response.of(200).header("Content-Type", "text/plain").body(out -> {
            try {
                for (int gone = 0; gone < left; gone += every) {
                    out.write(("after " + gone + " s\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    Thread.sleep(every * 1000L);
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            mark(request, "ended", pid);
            out.write(("done by " + pid).getBytes(StandardCharsets.UTF_8));
        });
    }

    /** Makes the file with its content at once, so that nobody sees it empty. */
    private static void mark(Request request, String what, String pid) throws IOException {
        String name = request.queryParameter(what);
        if (name != null) {
            Path file = Paths.get(name);
            Path temporary = Paths.get(name + ".new");
            Files.write(temporary, pid.getBytes(StandardCharsets.UTF_8));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
