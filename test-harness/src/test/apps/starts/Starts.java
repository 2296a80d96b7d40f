import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/**
 * Starts a process that leaves the daemon's session and its parent, and answers its pid. By a file: Java closes a pipe
 * when the program that it started has ended, which here is before the other one writes.
 */
public class Starts implements Application {

    private static final long PATIENCE_NANOS = 30_000_000_000L;

    @Override
    public Response handle(Request request) throws IOException {
        Path said = Files.createTempFile("started", ".pid");
        try {
            new ProcessBuilder("setsid", "--fork", "sh", "-c", "echo $$ > \"$0\"; exec sleep 3600", said.toString())
                    .start();
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < PATIENCE_NANOS) {
                String text = new String(Files.readAllBytes(said), StandardCharsets.UTF_8);
                if (text.endsWith("\n")) {
                    return Response.text(text.trim());
                }
                Thread.sleep(5);
            }
            throw new IOException("the process has not said its pid");
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        } finally {
            Files.delete(said);
        }
    }
}
