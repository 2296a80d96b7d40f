import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Says on what kind of thread it runs; also on a JDK that has only one kind. */
public class Threads implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        Object isVirtual = false;
        try {
            isVirtual = Thread.class.getMethod("isVirtual").invoke(Thread.currentThread());
        } catch (NoSuchMethodException before21) {
            // Then it is a platform thread.
        }
        return Response.text("virtual=" + isVirtual + "\n");
    }
}
