import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** What the file system looks like from here; the query string is a path to look for. */
public class Inside implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        String asked = request.variable("QUERY_STRING");
        Path made = Files.createTempFile("made-", "");
        String[] top = new File("/").list();
        Arrays.sort(top);
        StringBuilder text = new StringBuilder();
        line(text, "java.version", System.getProperty("java.version"));
        line(text, "user", System.getProperty("user.name"));
        line(text, "directory", System.getProperty("user.dir"));
        line(text, "top", String.join(" ", top));
        line(text, "temporary", made.getParent());
        line(text, "file", request.variable("SCRIPT_FILENAME"));
        line(text, "documents", request.variable("DOCUMENT_ROOT"));
        line(text, "exists", asked != null && !asked.isEmpty() && Files.exists(Paths.get(asked)));
        line(text, "parent", Paths.get("/..").toRealPath());
        line(text, "mark", "original");
        Files.delete(made);
        System.out.println("Inside has looked around");
        return Response.text(text.toString());
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(name).append('=').append(value).append('\n');
    }
}
