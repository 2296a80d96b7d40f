import java.nio.file.Path;
import java.nio.file.Paths;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Says where it runs, a line for each fact. */
public class Hello implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        Path self = Paths.get("/proc/self").toRealPath();
        StringBuilder text = new StringBuilder();
        line(text, "java.version", System.getProperty("java.version"));
        line(text, "java.home", System.getProperty("java.home"));
        line(text, "pid", self.getFileName());
        line(text, "user", System.getProperty("user.name"));
        line(text, "directory", System.getProperty("user.dir"));
        line(text, "group", request.environment().get("jsgi.group"));
        line(text, "application-group", request.environment().get("jsgi.application_group"));
        line(text, "multiprocess", request.environment().get("jsgi.multiprocess"));
        line(text, "multithread", request.environment().get("jsgi.multithread"));
        line(text, "mount", request.mount());
        line(text, "path", request.pathInfo());
        line(text, "file", request.variable("SCRIPT_FILENAME"));
        return Response.text(text.toString());
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(name).append('=').append(value).append('\n');
    }
}
