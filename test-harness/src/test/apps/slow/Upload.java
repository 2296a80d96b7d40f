import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Reads the body and makes the file {@code ?ended=} with how that ended. */
public class Upload implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        Path ended = Paths.get(request.queryParameter("ended"));
        byte[] piece = new byte[1000];
        long bytes = 0;
        try {
            for (int count = request.body().read(piece); count >= 0; count = request.body().read(piece)) {
                bytes += count;
            }
            Files.write(ended, ("complete: " + bytes).getBytes("UTF-8"));
        } catch (IOException e) {
            Files.write(ended, ("failed: " + e).getBytes("UTF-8"));
            throw e;
        }
        return Response.text("read " + bytes);
    }
}
