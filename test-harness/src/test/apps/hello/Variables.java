import java.util.Map;
import java.util.TreeMap;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** The request's environment, a line for each variable. */
public class Variables implements Application {

    @Override
    public Response handle(Request request) {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, Object> entry : new TreeMap<>(request.environment()).entrySet()) {
            text.append(entry.getKey()).append('=').append(entry.getValue()).append('\n');
        }
        return Response.text(text.toString());
    }
}
