import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Map;
import java.util.TreeMap;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Says how its process was set up. */
public class Settings implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        Path made = Paths.get(System.getProperty("java.io.tmpdir"), "made-" + System.nanoTime());
        Files.createFile(made);
        StringBuilder text = new StringBuilder();
        text.append("heap=").append(Runtime.getRuntime().maxMemory()).append('\n');
        text.append("option=").append(System.getProperty("example.option")).append('\n');
        text.append("directory=").append(System.getProperty("user.dir")).append('\n');
        text.append("permissions=").append(Files.getAttribute(made, "unix:mode")).append('\n');
        text.append("owner=").append(Files.getAttribute(made, "unix:uid")).append('\n');
        for (Map.Entry<String, String> entry : new TreeMap<>(System.getenv()).entrySet()) {
            text.append("env.").append(entry.getKey()).append('=').append(entry.getValue()).append('\n');
        }
        Files.delete(made);
        return Response.text(text.toString());
    }
}
