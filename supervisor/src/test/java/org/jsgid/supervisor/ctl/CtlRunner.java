package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Runs commands in this JVM, at a fixed time, and keeps what they print. */
final class CtlRunner {
    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final Path runFolder;
    private final List<Path> jdkFolders;
    private Optional<Path> home = Optional.empty();
    private BooleanSupplier pause = () -> false;
    private boolean terminal;

    CtlRunner(Path runFolder, Path... jdkFolders) {
        this.runFolder = runFolder;
        this.jdkFolders = List.of(jdkFolders);
    }

    CtlRunner withHome(Path image) {
        home = Optional.of(image);
        return this;
    }

    /** What happens between two pictures of a watch; false ends it. */
    CtlRunner withPause(BooleanSupplier between) {
        pause = between;
        return this;
    }

    CtlRunner withTerminal() {
        terminal = true;
        return this;
    }

    /** How a command ended. */
    record Result(int status, String out, String err) {
        JsonObject json() {
            return JsonParser.parseString(out).getAsJsonObject();
        }
    }

    Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CtlContext context = new CtlContext(
                new PrintWriter(out),
                new PrintWriter(err),
                new CtlContext.Surroundings(Clock.fixed(NOW, ZoneOffset.UTC), pause, terminal, home, jdkFolders));
        context.setRunFolder(runFolder);
        int status = JsgidCtl.run(context, arguments);
        return new Result(status, out.toString(), err.toString());
    }
}
