package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows monitors, groups, processes and applications. */
@Command(name = "status", description = "Shows monitors, groups, processes and applications.")
final class StatusCommand implements Runnable {
    private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

    private final CtlContext context;

    @Parameters(paramLabel = "GROUP", arity = "0..*", description = "Only these groups.")
    private List<String> groups = new ArrayList<>();

    @Option(
            names = "--watch",
            description = "Show it again each second until Ctrl-C. When the output is not a terminal: one document for "
                    + "each change, with --json one on each line.")
    private boolean watch;

    StatusCommand(CtlContext context) {
        this.context = context;
    }

    @Override
    public void run() {
        if (watch) {
            watch();
        } else {
            JsonObject document = document();
            context.print(document, view(document));
        }
    }

    private void watch() {
        String last = "";
        do {
            String next = frame();
            if (context.isTerminal() && !context.isJson()) {
                context.printRaw(HOME_AND_CLEAR + next);
            } else if (!next.equals(last)) {
                context.printRaw(next + (context.isJson() ? "" : "\n"));
            }
            last = next;
        } while (!context.isOutputGone() && context.pause());
    }

    /** One picture; while Apache is being started again there is no server, and a watch outlasts that. */
    private String frame() {
        try {
            JsonObject document = document();
            return context.isJson() ? Json.line(document) + "\n" : view(document);
        } catch (CtlException e) {
            if (e.exit() != CtlExit.NO_SERVER) {
                throw e;
            }
            return context.isJson() ? Json.line(JsgidCtl.errorDocument(e)) + "\n" : e.getMessage() + "\n";
        }
    }

    private JsonObject document() {
        RunFolder folder = context.runFolder();
        StatusDocument status = StatusDocument.of(
                folder, context.registry(), new Monitors(folder, watch ? line -> {} : context::warn).status());
        GroupNames.check(groups, status, folder);
        return status.json(groups);
    }

    private String view(JsonObject document) {
        return StatusView.of(document, context.clock().instant(), !groups.isEmpty());
    }
}
