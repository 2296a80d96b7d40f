import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.logging.Level;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/**
 * Answers as the query says: {@code ?status=}, any number of {@code header=NAME:VALUE}, {@code body=}. With {@code stream} the
 * body has no length; with {@code say=} the request's log gets that line ({@code level=} of java.util.logging), and with {@code err=} and {@code out=} the process's.
 */
public class Answers implements Application {

    @Override
    public Response handle(Request request) {
        String status = request.queryParameter("status");
        Response response = Response.of(status == null ? 200 : Integer.parseInt(status));
        List<String> headers = request.queryParameters().getOrDefault("header", Collections.<String>emptyList());
        for (String header : headers) {
            int colon = header.indexOf(':');
            response = response.header(header.substring(0, colon), header.substring(colon + 1));
        }
        if (request.queryParameter("say") != null) {
            String level = request.queryParameter("level");
            if (level == null) {
                request.log(request.queryParameter("say"));
            } else {
                request.log(Level.parse(level), request.queryParameter("say"));
            }
        }
        if (request.queryParameter("err") != null) {
            System.err.println(request.queryParameter("err"));
        }
        if (request.queryParameter("out") != null) {
            System.out.println(request.queryParameter("out"));
        }
        String body = request.queryParameter("body");
        String text = body == null ? "the application's own body\n" : body;
        if (request.queryParameter("stream") == null) {
            return response.body(text);
        }
        return response.body(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
