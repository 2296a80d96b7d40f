import java.nio.ByteBuffer;
import java.nio.file.Paths;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Keeps {@code ?mib=} of memory for good, uses {@code ?cpu=} seconds of CPU time, and says its process id. */
public class Eats implements Application {

    private static final List<ByteBuffer> EATEN = new CopyOnWriteArrayList<>();

    @Override
    public Response handle(Request request) throws Exception {
        String mib = request.queryParameter("mib");
        for (int i = 0; mib != null && i < Integer.parseInt(mib); i++) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
            for (int at = 0; at < buffer.capacity(); at += 4096) {
                buffer.put(at, (byte) 1);
            }
            EATEN.add(buffer);
        }
        String cpu = request.queryParameter("cpu");
        if (cpu != null) {
            long end = cpuNanos() + Long.parseLong(cpu) * 1_000_000_000L;
            while (cpuNanos() < end) {
                Math.sqrt(end);
            }
        }
        return Response.text("pid=" + Paths.get("/proc/self").toRealPath().getFileName() + "\n");
    }

    private static long cpuNanos() {
        return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
