import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.jsgi.Application;
import org.jsgi.Context;
import org.jsgi.Request;
import org.jsgi.Response;

/** Is loaded when the file that the environment variable UNTIL names exists. */
public class SlowStart implements Application {

    @Override
    public void init(Context context) throws Exception {
        Path until = Paths.get(System.getenv("UNTIL"));
        while (!Files.exists(until)) {
            Thread.sleep(10);
        }
    }

    @Override
    public Response handle(Request request) {
        return Response.text("started at last");
    }
}
