import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Answers every line of the body with a line, flushed, before it reads the next. */
public class Lines implements Application {

    @Override
    public Response handle(Request request) {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(request.body(), StandardCharsets.UTF_8));
        return Response.of(200).header("Content-Type", "text/plain").body(out -> {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.write(("got " + line + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        });
    }
}
