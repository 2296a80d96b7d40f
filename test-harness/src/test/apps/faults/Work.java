import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import org.jsgi.Application;
import org.jsgi.Context;
import org.jsgi.Request;
import org.jsgi.Response;

/**
 * Work of the kinds that the fault injection sends. What was begun and ended in this process is in the file {@code
 * PID} of the folder {@code FAULTS_MARKS}, whatever becomes of the process.
 */
public class Work implements Application {

    private static final String VERSION = "1";

    private Path marks;
    private String pid;

    @Override
    public void init(Context context) throws IOException {
        pid = Paths.get("/proc/self").toRealPath().getFileName().toString();
        marks = Paths.get(System.getenv("FAULTS_MARKS"), pid);
    }

    @Override
    public Response handle(Request request) throws Exception {
        String id = request.queryParameter("id");
        String kind = request.queryParameter("kind");
        mark("begin", id);
        Response response = Response.of(200)
                .header("Content-Type", "text/plain")
                .header("X-Daemon", pid)
                .header("X-Version", VERSION);
        switch (kind) {
            case "get":
                return response.body(out -> end(out, id, id + "\n"));
            case "post":
                String sum = sum(request.body());
                return response.body(out -> end(out, id, id + " " + sum + "\n"));
            case "slow":
                Thread.sleep(Long.parseLong(request.queryParameter("millis")));
                return response.body(out -> end(out, id, id + "\n"));
            case "stream":
                int lines = Integer.parseInt(request.queryParameter("lines"));
                return response.body(out -> {
                    for (int i = 1; i < lines; i++) {
                        out.write((id + " " + i + "\n").getBytes(StandardCharsets.UTF_8));
                        out.flush();
                        try {
                            Thread.sleep(100);
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                    }
                    end(out, id, id + " " + lines + "\n");
                });
            default:
                return Response.of(400).body("no such kind: " + kind);
        }
    }

    private void end(OutputStream out, String id, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        mark("end", id);
    }

    private void mark(String what, String id) throws IOException {
        Files.write(
                marks,
                (what + " " + id + "\n").getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static String sum(InputStream body) throws IOException {
        CRC32 sum = new CRC32();
        byte[] piece = new byte[8192];
        long length = 0;
        for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
            sum.update(piece, 0, count);
            length += count;
        }
        return length + " " + Long.toHexString(sum.getValue());
    }
}
