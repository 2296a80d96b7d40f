import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Does not compile. */
public class Broken implements Application {

    @Override
    public Response handle(Request request) {
        return Response.text(thereIsNoSuchVariable);
    }
}
