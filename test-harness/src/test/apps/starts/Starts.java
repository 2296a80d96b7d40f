import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Starts a process that leaves the daemon's session and its parent, and answers its pid. */
public class Starts implements Application {

    @Override
    public Response handle(Request request) throws IOException {
        Process setsid = new ProcessBuilder("setsid", "--fork", "sh", "-c", "echo $$; exec sleep 3600").start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(setsid.getInputStream(), StandardCharsets.UTF_8))) {
            return Response.text(said.readLine());
        }
    }
}
