import org.jsgi.Application;
import org.jsgi.Context;
import org.jsgi.Request;
import org.jsgi.Response;

/** Never comes to the end of its loading. */
public class HangsAtStart implements Application {

    @Override
    public void init(Context context) throws Exception {
        Thread.sleep(Long.MAX_VALUE);
    }

    @Override
    public Response handle(Request request) {
        return Response.text("never");
    }
}
