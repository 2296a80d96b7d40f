import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Sends the headers by which a daemon tells the web server about itself, and says what it knows of its waiting. */
public class Impostor implements Application {

    @Override
    public Response handle(Request request) {
        return Response.text("queue time " + request.variable("JSGI_QUEUE_TIME"))
                .header("Jsgi-Queue-Time", "424242")
                .header("Jsgi-Pid", "1");
    }
}
