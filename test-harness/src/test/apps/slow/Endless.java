import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Writes until that fails, and then makes the file {@code ?ended=} with the reason. */
public class Endless implements Application {

    @Override
    public Response handle(Request request) {
        Path ended = Paths.get(request.queryParameter("ended"));
        return Response.of(200).body(out -> {
            byte[] piece = new byte[1000];
            try {
                while (true) {
                    out.write(piece);
                    out.flush();
                    Thread.sleep(5);
                }
            } catch (IOException e) {
                Files.write(ended, String.valueOf(e).getBytes("UTF-8"));
                throw e;
            }
        });
    }
}
