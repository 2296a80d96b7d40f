import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Redirects to itself inside of Apache: {@code ?steps=} times, else for ever. */
public class Loop implements Application {

    @Override
    public Response handle(Request request) {
        String steps = request.queryParameter("steps");
        if (steps == null) {
            return Response.of(200).header("Location", "/loop");
        }
        int left = Integer.parseInt(steps);
        if (left == 0) {
            return Response.text("the end");
        }
        return Response.of(200).header("Location", "/loop?steps=" + (left - 1));
    }
}
