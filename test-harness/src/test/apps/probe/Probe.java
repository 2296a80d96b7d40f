import java.io.IOException;
import java.lang.reflect.Method;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Tries what an application of a hostile user would try: {@code ?WHAT=OPERAND}; answers {@code done} or {@code denied}. */
public class Probe implements Application {

    /** Connections that stay open and say nothing. */
    private static final List<SocketChannel> HELD = new ArrayList<>();

    @Override
    public Response handle(Request request) throws Exception {
        String query = request.variable("QUERY_STRING");
        if (query == null || query.isEmpty()) {
            return Response.text(facts());
        }
        int equals = query.indexOf('=');
        try {
            attempt(query.substring(0, equals), query.substring(equals + 1));
            return Response.text("done");
        } catch (IOException e) {
            return Response.text("denied: " + e);
        }
    }

    private static void attempt(String what, String operand) throws Exception {
        Path path = what.equals("signal") ? null : Paths.get(operand);
        switch (what) {
            case "read":
                Files.readAllBytes(path);
                break;
            case "write":
                Files.write(path, new byte[] {1});
                break;
            case "make":
                Files.createFile(path);
                break;
            case "remove":
                Files.delete(path);
                break;
            case "list":
                try (Stream<Path> files = Files.list(path)) {
                    files.count();
                }
                break;
            case "connect":
                connect(path).close();
                break;
            case "flood":
                for (int i = 0; i < 200; i++) {
                    HELD.add(connect(path));
                }
                break;
            case "signal":
                // The shell's own kill: 0 when the signal could be sent.
                Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -TERM " + operand).start();
                if (kill.waitFor() != 0) {
                    throw new IOException("kill ended with " + kill.exitValue());
                }
                break;
            default:
                throw new IllegalArgumentException(what);
        }
    }

    private static SocketChannel connect(Path path) throws Exception {
        Class<?> type = Class.forName("java.net.UnixDomainSocketAddress");
        Method of = type.getMethod("of", Path.class);
        return SocketChannel.open((SocketAddress) of.invoke(null, path));
    }

    private static String facts() {
        StringBuilder text = new StringBuilder();
        for (String name : new String[] {"file.encoding", "sun.jnu.encoding", "java.io.tmpdir", "user.name"}) {
            text.append(name).append('=').append(System.getProperty(name)).append('\n');
        }
        text.append("charset=").append(Charset.defaultCharset()).append('\n');
        for (Map.Entry<String, String> entry : new TreeMap<>(System.getenv()).entrySet()) {
            text.append("env.").append(entry.getKey()).append('=').append(entry.getValue()).append('\n');
        }
        return text.toString();
    }
}
