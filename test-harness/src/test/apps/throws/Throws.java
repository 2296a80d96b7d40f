import java.nio.charset.StandardCharsets;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Fails: at once, in the body before anything was sent, or in its middle. */
public class Throws implements Application {

    @Override
    public Response handle(Request request) {
        String where = String.valueOf(request.queryParameter("where"));
        switch (where) {
            case "body":
                return Response.of(200).body(out -> {
                    throw new IllegalStateException("thrown by the body");
                });
            case "middle":
                return Response.of(200).body(out -> {
                    out.write("the beginning\n".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    throw new IllegalStateException("thrown in the middle");
                });
            case "null":
                return null;
            case "header":
                return Response.of(200).header("X-Injected", "a\r\nSet-Cookie: evil=1");
            default:
                throw new IllegalStateException("thrown by handle");
        }
    }
}
