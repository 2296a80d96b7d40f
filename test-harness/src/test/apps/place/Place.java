import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.concurrent.TimeUnit;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Tells the number of its process; with ?until=FILE when that file is there, which is told in FILE.begun. */
public class Place implements Application {
    @Override
    public Response handle(Request request) throws Exception {
        String until = request.queryParameter("until");
        if (until != null) {
            Path file = Paths.get(until);
            Files.write(Paths.get(until + ".begun"), new byte[0]);
            while (!Files.exists(file)) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        return Response.text(String.valueOf(request.environment().get("jsgi.process")));
    }
}
