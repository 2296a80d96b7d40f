import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Crashes its JVM ({@code ?how=address}) or lets its heap overflow ({@code ?how=heap}). */
public class Crashes implements Application {

    @Override
    public Response handle(Request request) throws Exception {
        String how = request.queryParameter("how");
        if ("address".equals(how)) {
            Class<?> type = Class.forName("sun.misc.Unsafe");
            Field field = type.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            Method put = type.getMethod("putAddress", long.class, long.class);
            put.invoke(field.get(null), 0L, 0L);
        }
        List<byte[]> kept = new ArrayList<>();
        while ("heap".equals(how)) {
            kept.add(new byte[1 << 20]);
        }
        return Response.text("alive " + kept.size());
    }
}
