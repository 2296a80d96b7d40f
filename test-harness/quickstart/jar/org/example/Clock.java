package org.example;

import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Tells the time; with {@code ?seconds=N} every second for so long, each line sent at once. */
public final class Clock implements Application {

    @Override
    public Response handle(Request request) {
        String seconds = request.queryParameter("seconds");
        int times = seconds == null ? 1 : Math.min(60, Integer.parseInt(seconds));
        return Response.of(200).header("Content-Type", "text/plain; charset=utf-8").body(out -> {
            for (int i = 0; i < times; i++) {
                if (i > 0) {
                    Thread.sleep(1000);
                }
                String line = LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + " on Java "
                        + System.getProperty("java.version") + "\n";
                out.write(line.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        });
    }
}
