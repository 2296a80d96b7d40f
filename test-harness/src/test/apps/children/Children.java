import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Starts two processes that sleep, one of them in a session of its own, and tells their process ids. */
public class Children implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        String plain = start(Arrays.asList("sh", "-c", "echo $$ > \"$0\"; exec sleep 3600"));
        // Its parent ends at once, so that it is nobody's child.
        String own = start(Arrays.asList("sh", "-c", "setsid sh -c 'echo $$ > \"$0\"; exec sleep 3600' \"$0\" &"));
        return Response.text("plain=" + plain + "\nown=" + own + "\n");
    }

    private static String start(List<String> command) throws Exception {
        Path file = Files.createTempFile("child", ".pid");
        List<String> whole = new ArrayList<>(command);
        whole.add(file.toString());
        File nothing = new File("/dev/null");
        new ProcessBuilder(whole).redirectInput(nothing).redirectOutput(nothing).redirectError(nothing).start();
        while (Files.size(file) == 0) {
            Thread.sleep(10);
        }
        return new String(Files.readAllBytes(file)).trim();
    }
}
