import java.util.concurrent.CountDownLatch;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** With {@code ?now=yes} two threads of its own wait for each other for ever. */
public class Locks implements Application {

    private final Object first = new Object();
    private final Object second = new Object();

    @Override
    public Response handle(Request request) {
        if (request.queryParameter("now") != null) {
            CountDownLatch bothHold = new CountDownLatch(2);
            begin("first locker", first, second, bothHold);
            begin("second locker", second, first, bothHold);
        }
        return Response.text("locked");
    }

    private static void begin(String name, Object mine, Object others, CountDownLatch bothHold) {
        Thread thread = new Thread(
                () -> {
                    synchronized (mine) {
                        bothHold.countDown();
                        try {
                            bothHold.await();
                        } catch (InterruptedException e) {
                            return;
                        }
                        synchronized (others) {
                            bothHold.countDown();
                        }
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
