import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Answers that every web server in front should hand on alike. The path says which. */
public class Interop implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        switch (request.pathInfo()) {
            case "/echo":
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                InputStream body = request.body();
                byte[] buffer = new byte[16384];
                for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                    all.write(buffer, 0, count);
                }
                return Response.of(200).header("Content-Type", "application/octet-stream").body(all.toByteArray());
            case "/headers":
                return Response.text("ok")
                        .header("Set-Cookie", "a=1")
                        .header("Set-Cookie", "b=2")
                        .header("X-Latin", "gr\u00fcn");
            case "/teapot":
                return Response.of(418).header("Content-Type", "text/plain").body("short and stout".getBytes("UTF-8"));
            case "/away":
                return Response.of(302).header("Location", "https://example.org/").body(new byte[0]);
            case "/nothing":
                return Response.of(204);
            case "/large":
                return Response.of(200).header("Content-Type", "application/octet-stream").body(new byte[1 << 20]);
            default:
                return Response.text(request.method() + '|' + request.mount() + '|' + request.pathInfo() + '|'
                        + request.query() + '|' + request.header("X-One") + '|'
                        + request.uri());
        }
    }
}
