package org.jsgid.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Client.Response;
import org.jsgid.harness.Httpd;

/** A request to {@code slow/Minute.java} that runs beside the test: what it takes, which process has it, how it ended. */
public final class LongRequest {

    private final Path began;
    private final Path ended;
    private final CompletableFuture<Response> response;
    private volatile long endNanos;

    private LongRequest(Httpd httpd, String path, String name, int seconds, String more) {
        try {
            began = Marks.folder(httpd).resolve("began-" + name);
            ended = Marks.folder(httpd).resolve("ended-" + name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        String target = path + "?seconds=" + seconds + "&began=" + began + "&ended=" + ended + more;
        response = CompletableFuture.supplyAsync(() -> send(httpd.client(), target), task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Sends one whose answer comes in pieces, one each {@code every} seconds. */
    public static LongRequest streaming(Httpd httpd, String path, String name, int seconds, int every) {
        return new LongRequest(httpd, path, name, seconds, "&every=" + every);
    }

    /** Sends one that is answered at its end. */
    public static LongRequest silent(Httpd httpd, String path, String name, int seconds) {
        return new LongRequest(httpd, path, name, seconds, "");
    }

    private Response send(Client client, String target) {
        try {
            return client.get(target);
        } catch (IOException e) {
            throw new AssertionError("no answer to " + target, e);
        } finally {
            endNanos = System.nanoTime();
        }
    }

    /** Waits until an application has begun it; its process id. */
    public long awaitBegin() throws IOException {
        Await.until(began + " to be there", Duration.ofSeconds(20), () -> Files.exists(began) || response.isDone());
        if (!Files.exists(began)) {
            throw new AssertionError("it was answered before it began: " + response.join());
        }
        return Long.parseLong(Files.readString(began));
    }

    /** Whether the client has its answer, or knows that none will come. */
    public boolean isOver() {
        return response.isDone();
    }

    /** Waits for its answer. */
    public Response answer() {
        return response.join();
    }

    /** When it was over, by {@link System#nanoTime()}. */
    public long endNanos() {
        response.handle((answer, failure) -> answer).join();
        return endNanos;
    }

    /** The file that the application makes when its work is done. */
    public Path ended() {
        return ended;
    }
}
