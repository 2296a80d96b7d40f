package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the heap of a group's process to a file. */
@Command(
        name = "heap-dump",
        description = "Writes the heap of a group's process to a file (hprof) of yours that nobody else can read. The "
                + "process answers no request meanwhile: about a second for each 500 MiB.")
final class HeapDumpCommand extends DiagnosticCommand {
    @Parameters(index = "1", paramLabel = "FILE", description = "The file to write.")
    private Path file = Path.of("");

    @Option(names = "--all", description = "Also objects that nothing refers to any more; without a collection before.")
    private boolean all;

    @Option(names = "--gzip", description = "Compressed.")
    private boolean gzip;

    @Option(names = "--force", description = "Replace a file of that name.")
    private boolean force;

    HeapDumpCommand(CtlContext context) {
        super(context, "heap-dump");
    }

    @Override
    JsonObject options() {
        JsonObject options = new JsonObject();
        if (all) {
            options.addProperty("all", "yes");
        }
        if (gzip) {
            options.addProperty("gzip", "yes");
        }
        return options;
    }

    @Override
    Optional<Path> file() {
        return Optional.of(file);
    }

    @Override
    boolean mayReplace() {
        return force;
    }

    @Override
    boolean isCompressed() {
        return gzip;
    }
}
