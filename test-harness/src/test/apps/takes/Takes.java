import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.jsgi.Application;
import org.jsgi.Body;
import org.jsgi.Request;
import org.jsgi.Response;

/**
 * Takes long, in the way that {@code ?how=} says, until the file {@code &until=} exists; makes the file {@code &began=}
 * first, or when it holds the first of two locks. Tells its process in any case.
 */
public class Takes implements Application {

    private static final Object ONE = new Object();
    private static final Object OTHER = new Object();

    @Override
    public Response handle(Request request) throws Exception {
        String how = request.queryParameter("how");
        boolean isLock = "one".equals(how) || "other".equals(how);
        if (!isLock && request.queryParameter("began") != null) {
            Files.createFile(Paths.get(request.queryParameter("began")));
        }
        String until = request.queryParameter("until");
        Path gate = Paths.get(until == null ? "/nonexistent" : until);
        if ("sleep".equals(how)) {
            while (!Files.exists(gate)) {
                Thread.sleep(10);
            }
        } else if ("ignore".equals(how)) {
            ignoreInterrupts(gate);
        } else if ("begin".equals(how)) {
            return Response.of(200).body((Body) out -> {
                out.write("the beginning".getBytes());
                out.flush();
                ignoreInterrupts(gate);
                out.write("the end".getBytes());
            });
        } else if ("read".equals(how)) {
            while (request.body().read() >= 0) {
                // Until the client has sent all.
            }
        } else if ("one".equals(how)) {
            lock(ONE, OTHER, Paths.get(request.queryParameter("began")), gate);
        } else if ("other".equals(how)) {
            lock(OTHER, ONE, Paths.get(request.queryParameter("began")), gate);
        }
        return Response.text("process " + Paths.get("/proc/self").toRealPath().getFileName() + " queue "
                + request.variable("JSGI_QUEUE_TIME"));
    }

    private static void ignoreInterrupts(Path gate) {
        while (!Files.exists(gate)) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                // As code does that knows better.
            }
        }
    }

    /** Tells when it has the first one, and waits for the gate then, so that another thread can have the second one. */
    private static void lock(Object first, Object second, Path began, Path gate) throws Exception {
        synchronized (first) {
            Files.createFile(began);
            while (!Files.exists(gate)) {
                Thread.sleep(10);
            }
            synchronized (second) {
                Thread.yield();
            }
        }
    }
}
