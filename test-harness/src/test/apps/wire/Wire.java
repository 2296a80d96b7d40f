import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jsgi.Application;
import org.jsgi.Headers;
import org.jsgi.Request;
import org.jsgi.Response;

/** What passes the wire besides header block and body: informational responses, trailers, lengths. */
public class Wire implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        switch (request.pathInfo()) {
            case "/hints":
                request.earlyHints(Headers.of("Link", "</a.css>; rel=preload", "X-Hint", "one"));
                request.earlyHints(Headers.of("Link", "</b.css>; rel=preload"));
                return Response.text("hinted").header("X-Final", "yes");
            case "/trailers":
                return trailers(request);
            case "/forbidden-trailer":
                return Response.text("never").trailer("Content-Length", () -> "3");
            case "/request-trailers":
                return requestTrailers(request);
            case "/ignores":
                // For longer than a server waits that sends 100 on its own.
                TimeUnit.MILLISECONDS.sleep(300);
                return Response.of(403).body("not wanted");
            case "/headers":
                return headers(request);
            case "/lengths":
                return lengths(request);
            default:
                return Response.of(404);
        }
    }

    private static Response trailers(Request request) {
        int[] written = {0};
        Response response = Response.of(200)
                .header("Content-Type", "text/plain")
                .body(out -> {
                    byte[] text = "some text that compresses, some text".getBytes(StandardCharsets.US_ASCII);
                    out.write(text);
                    if (request.queryParameter("flush") != null) {
                        out.flush();
                        out.write(text);
                        written[0] += text.length;
                    }
                    written[0] += text.length;
                    if (request.queryParameter("break") != null) {
                        throw new IllegalStateException("broken on purpose");
                    }
                })
                .trailer("X-Written", () -> Integer.toString(written[0]))
                .trailer("X-Absent", () -> null)
                .trailer("X-Long", () -> repeat('t', Integer.parseInt(request.queryParameter("long") == null
                        ? "1"
                        : request.queryParameter("long"))));
        return request.queryParameter("length") == null ? response : response.header("Content-Length", "36");
    }

    private static Response requestTrailers(Request request) throws Exception {
        StringBuilder seen = new StringBuilder("before: " + request.trailers().size() + "\n");
        byte[] buffer = new byte[1000];
        long length = 0;
        try (InputStream body = request.body()) {
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                length += count;
            }
        }
        seen.append("body: ").append(length).append("\n");
        for (Map.Entry<String, String> trailer : request.trailers()) {
            seen.append(trailer.getKey().toLowerCase(java.util.Locale.ROOT) + ": ");
            seen.append(trailer.getValue().length() > 100 ? trailer.getValue().length() : trailer.getValue());
            seen.append("\n");
        }
        return Response.text(seen.toString());
    }

    private static Response headers(Request request) {
        int many = 0;
        for (Map.Entry<String, String> header : request.headers()) {
            if (header.getKey().startsWith("X-Many-")) {
                many += header.getValue().length();
            }
        }
        Response response = Response.text(Integer.toString(many));
        int count = Integer.parseInt(request.queryParameter("count"));
        String value = repeat('v', Integer.parseInt(request.queryParameter("length")));
        for (int i = 0; i < count; i++) {
            response = response.header("X-Many-" + i, value);
        }
        return response;
    }

    /** {@code declared=N}, {@code written=N}, {@code status=N}. */
    private static Response lengths(Request request) {
        int written = Integer.parseInt(request.queryParameter("written"));
        return Response.of(Integer.parseInt(request.queryParameter("status")))
                .header("Content-Length", request.queryParameter("declared"))
                .body(out -> out.write(repeat('b', written).getBytes(StandardCharsets.US_ASCII)));
    }

    private static String repeat(char c, int count) {
        return new String(new char[count]).replace('\0', c);
    }
}
