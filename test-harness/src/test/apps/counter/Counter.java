import java.util.concurrent.atomic.AtomicInteger;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Counts for its class and for its process, and names its class loader. */
public class Counter implements Application {

    private static final AtomicInteger COUNT = new AtomicInteger();

    @Override
    public Response handle(Request request) throws Exception {
        int inProcess;
        synchronized (System.class) {
            inProcess = Integer.getInteger("example.count", 0) + 1;
            System.setProperty("example.count", Integer.toString(inProcess));
        }
        return Response.text("class=" + COUNT.incrementAndGet() + " process=" + inProcess
                + " loader=" + System.identityHashCode(getClass().getClassLoader()));
    }
}
