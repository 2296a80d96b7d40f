import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Answers 13 bytes. */
public class Plain implements Application {

    @Override
    public Response handle(Request request) {
        return Response.text("Hello, world!");
    }
}
