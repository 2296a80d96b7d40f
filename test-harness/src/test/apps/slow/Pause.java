import java.nio.file.Paths;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Waits for {@code ?millis=} and answers with its process id. */
public class Pause implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        Thread.sleep(Long.parseLong(request.queryParameter("millis")));
        return Response.text(Paths.get("/proc/self").toRealPath().getFileName().toString());
    }
}
