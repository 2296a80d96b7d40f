import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Sends repeated and long headers, and tells the length of those it got. */
public class HeaderPlay implements Application {

    @Override
    public Response handle(Request request) {
        int length = request.queryParameter("length") == null
                ? 10
                : Integer.parseInt(request.queryParameter("length"));
        StringBuilder value = new StringBuilder();
        while (value.length() < length) {
            value.append((char) ('a' + value.length() % 26));
        }
        String given = request.header("X-Given");
        String status = request.queryParameter("status");
        return Response.of(status == null ? 200 : Integer.parseInt(status))
                .header("Content-Type", "text/plain")
                .header("Set-Cookie", "first=1; Path=/")
                .header("Set-Cookie", "second=2; Path=/")
                .header("Set-Cookie", "third=3; Path=/")
                .header("X-Long", value.toString())
                .header("X-Given-Length", String.valueOf(given == null ? -1 : given.length()))
                .header("X-Evil", String.valueOf(request.variable("SCRIPT_FILENAME")))
                .body("headers of " + request.method() + "\n");
    }
}
