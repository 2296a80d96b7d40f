import java.util.concurrent.CountDownLatch;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** With {@code ?now=yes} the request's thread and another one wait for each other for ever. */
public class Locks implements Application {

    private final Object first = new Object();
    private final Object second = new Object();

    @Override
    public Response handle(Request request) {
        if (request.queryParameter("now") != null) {
            CountDownLatch bothHold = new CountDownLatch(2);
            Thread other = new Thread(() -> lock(second, first, bothHold), "other locker");
            other.setDaemon(true);
            other.start();
            lock(first, second, bothHold);
        }
        return Response.text("not locked");
    }

    private static void lock(Object mine, Object others, CountDownLatch bothHold) {
        synchronized (mine) {
            bothHold.countDown();
            while (bothHold.getCount() > 0) {
                Thread.yield();
            }
            synchronized (others) {
                bothHold.countDown();
            }
        }
    }
}
