import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Sends the body back: after it has been read to its end, or with {@code ?stream} while it comes. */
public class Echo implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        Response response = Response.of(200)
                .header("Content-Type", "application/octet-stream")
                .header("X-Method", request.method())
                .header("X-Announced", Long.toString(request.contentLength()));
        InputStream body = request.body();
        if (request.queryParameter("stream") != null) {
            return response.body(body);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[16384];
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            all.write(buffer, 0, count);
        }
        return response.body(all.toByteArray());
    }
}
