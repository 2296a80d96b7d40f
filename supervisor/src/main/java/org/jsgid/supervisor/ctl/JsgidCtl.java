package org.jsgid.supervisor.ctl;

import com.google.gson.JsonObject;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jsgid.supervisor.jdk.JdkLocator;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code jsgid-ctl}. */
@Command(
        name = "jsgid-ctl",
        description = "Shows and controls a jsgid server, and registers JDKs.",
        mixinStandardHelpOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:failed, or the answer is no",
            "2:the command line is wrong",
            "3:there is no server at that run folder",
            "4:not permitted"
        })
public final class JsgidCtl implements Runnable {
    private final CtlContext context;

    @Spec
    private CommandSpec spec;

    private JsgidCtl(CtlContext context) {
        this.context = context;
    }

    /**
     * Runs a command and exits with its status.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        CtlContext context = new CtlContext(
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                new CtlContext.Surroundings(
                        Clock.systemUTC(),
                        JsgidCtl::waitASecond,
                        Boolean.getBoolean("jsgid.ctl.terminal"),
                        Optional.ofNullable(System.getProperty("jsgid.home")).map(Path::of),
                        JdkLocator.STANDARD_FOLDERS));
        System.exit(run(context, arguments));
    }

    /** Runs a command; returns the exit status. */
    static int run(CtlContext context, String... arguments) {
        return commandLine(context).execute(arguments);
    }

    /** The whole tree of commands. */
    static CommandLine commandLine(CtlContext context) {
        CommandLine commandLine = new CommandLine(new JsgidCtl(context));
        commandLine.addSubcommand(new StatusCommand(context));
        commandLine.addSubcommand(new RestartCommand(context));
        commandLine.addSubcommand(new StartCommand(context));
        commandLine.addSubcommand(new StopCommand(context));
        commandLine.addSubcommand(new ThreadsCommand(context));
        commandLine.addSubcommand(new HeapDumpCommand(context));
        commandLine.addSubcommand(JfrCommand.commandLine(context));
        // An option that this command does not know is one of the diagnostic command.
        commandLine.addSubcommand(
                new CommandLine(new JcmdCommand(context)).setUnmatchedOptionsArePositionalParams(true));
        commandLine.addSubcommand(new LogsCommand(context));
        commandLine.addSubcommand(new VerifyCommand(context));
        commandLine.addSubcommand(JdkCommand.commandLine(context));
        commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        commandLine.setOut(context.out());
        commandLine.setErr(context.err());
        commandLine.setParameterExceptionHandler(new ShortErrorMessageHandler());
        commandLine.setExecutionExceptionHandler((e, command, parsed) -> report(context, e));
        commandLine.setUsageHelpAutoWidth(false);
        commandLine.setUsageHelpWidth(100);
        return commandLine;
    }

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The server's run folder (JsgiRunDir); default: /run/jsgid.")
    void setRunDir(Path folder) {
        context.setRunFolder(folder);
    }

    @Option(
            names = "--profile-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "A folder of JDK profiles; repeated, later ones win. Default: those of the server at the run "
                    + "folder, else /usr/share/jsgid/jdk.d, /run/jsgid/jdk.d and /etc/jsgid/jdk.d.")
    void setProfileDirs(List<Path> folders) {
        context.setProfileFolders(folders);
    }

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print one JSON document (supervisor/CONTROL.md).")
    void setJson(boolean wanted) {
        context.setJson(wanted);
    }

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    void setHelp(boolean wanted) {
        // Picocli itself prints the help when this option is there.
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** What is printed in place of a document when a command fails. */
    static JsonObject errorDocument(CtlException problem) {
        JsonObject document = new JsonObject();
        document.addProperty("error", problem.getMessage());
        document.addProperty("code", problem.id());
        document.addProperty(
                "kind", problem.exit().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        return document;
    }

    private static int report(CtlContext context, Exception e) throws Exception {
        if (!(e instanceof CtlException problem)) {
            throw e;
        }
        if (context.isJson()) {
            context.print(errorDocument(problem), "");
        }
        context.warn(problem.id() + ": " + problem.getMessage());
        return problem.exit().status();
    }

    private static boolean waitASecond() {
        try {
            Thread.sleep(1000);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), false);
    }
}
