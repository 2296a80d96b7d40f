import org.jsgi.Application;
import org.jsgi.Context;
import org.jsgi.Request;
import org.jsgi.Response;

/** Ends its process whenever it is loaded: a crash loop. */
public class AtStart implements Application {

    @Override
    public void init(Context context) {
        System.err.println("AtStart ends its process");
        Runtime.getRuntime().halt(7);
    }

    @Override
    public Response handle(Request request) {
        return Response.text("never");
    }
}
