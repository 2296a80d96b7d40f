package org.jsgid.supervisor.ctl;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the manual page of {@code jsgid-ctl} and its completion for bash, from the commands themselves. */
public final class CommandPages {
    private final CommandLine root;

    /** Pages of these commands. */
    CommandPages(CommandLine root) {
        this.root = root;
    }

    /**
     * Prints one of the two; called when packages are built.
     *
     * @param arguments {@code man} or {@code bash}
     */
    public static void main(String[] arguments) {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        CommandPages pages = new CommandPages(JsgidCtl.commandLine(new CtlContext(
                nowhere,
                nowhere,
                new CtlContext.Surroundings(Clock.systemUTC(), () -> false, false, Optional.empty(), List.of()))));
        String page = arguments.length == 1 && "bash".equals(arguments[0]) ? pages.completion() : pages.manual();
        new PrintStream(System.out, true, StandardCharsets.UTF_8).print(page);
    }

    /** What bash reads to complete the command. */
    String completion() {
        return AutoComplete.bash("jsgid-ctl", root);
    }

    /** The manual page, in the language of man(7). */
    String manual() {
        StringBuilder page = new StringBuilder();
        CommandSpec spec = root.getCommandSpec();
        page.append(".TH JSGID\\-CTL 1\n.SH NAME\njsgid\\-ctl \\- ")
                .append(text(lowerFirst(description(spec))))
                .append("\n.SH SYNOPSIS\n.B jsgid\\-ctl\n[\\fIOPTION\\fR...] \\fICOMMAND\\fR [\\fIARGUMENT\\fR...]\n")
                .append(".SH OPTIONS\nEach command takes these.\n");
        options(page, spec);
        page.append(".SH COMMANDS\n");
        commands(page, root);
        page.append(".SH EXIT STATUS\n");
        spec.usageMessage().exitCodeList().forEach((status, meaning) -> item(page, status, meaning));
        page.append(".SH FILES\n");
        item(page, "/usr/share/jsgid/jdk.d, /run/jsgid/jdk.d, /etc/jsgid/jdk.d", """
                JDK profiles: of packages, found by a scan, and the administrator's. A later folder goes before an \
                earlier one; a link to /dev/null takes a name away.""");
        item(page, "/run/jsgid", "The run folder of a server.");
        page.append(".SH ENVIRONMENT\n");
        item(page, "JSGID_JAVA", "The bin/java of the JDK, of at least 17, that this command itself runs on.");
        page.append(".SH SEE ALSO\n.BR apache2 (8),\n.BR a2enmod (8)\n");
        return page.toString();
    }

    private static void commands(StringBuilder page, CommandLine above) {
        for (CommandLine command : new LinkedHashSet<>(above.getSubcommands().values())) {
            CommandSpec spec = command.getCommandSpec();
            if (spec.usageMessage().hidden()) {
                continue;
            }
            page.append(".SS \"").append(text(synopsis(spec))).append("\"\n");
            page.append(line(description(spec))).append('\n');
            options(page, spec);
            commands(page, command);
        }
    }

    private static String synopsis(CommandSpec spec) {
        StringBuilder synopsis = new StringBuilder(spec.qualifiedName().replaceFirst("^jsgid-ctl ", ""));
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            boolean many = parameter.arity().max() > 1 || parameter.isMultiValue();
            String label = parameter.paramLabel() + (many ? "..." : "");
            synopsis.append(' ').append(parameter.arity().min() == 0 ? "[" + label + "]" : label);
        }
        return synopsis.toString();
    }

    private static void options(StringBuilder page, CommandSpec spec) {
        for (ArgSpec argument : spec.args()) {
            if (argument.hidden() || argument.inherited()) {
                continue;
            }
            String name = argument.paramLabel();
            if (argument instanceof OptionSpec option) {
                boolean hasValue = option.arity().max() > 0;
                name = String.join(", ", option.names()) + (hasValue ? " " + option.paramLabel() : "");
            }
            item(page, name, String.join(" ", argument.description()));
        }
    }

    private static void item(StringBuilder page, String name, String meaning) {
        page.append(".TP\n.B ")
                .append(text(name))
                .append('\n')
                .append(line(meaning))
                .append('\n');
    }

    private static String description(CommandSpec spec) {
        return String.join(" ", spec.usageMessage().description());
    }

    private static String lowerFirst(String sentence) {
        String lower = sentence.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + sentence.substring(1);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Text in which nothing is a request or an escape of man's; a hyphen is one that can be searched for. */
    private static String text(String plain) {
        return plain.replace("%n", " ").replace("%%", "%").replace("\\", "\\e").replace("-", "\\-");
    }

    /** The same at the beginning of a line, where a point or an apostrophe would begin a request. */
    private static String line(String plain) {
        String safe = text(plain);
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }
}
