import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** The smallest application that tells where it runs. Edit it while it is served: the next requests get the new one. */
public class Hello implements Application {

    @Override
    public Response handle(Request request) {
        return Response.text("Hello from Java " + System.getProperty("java.version")
                + ", group " + request.environment().get("jsgi.group")
                + ", user " + System.getProperty("user.name") + "\n");
    }
}
