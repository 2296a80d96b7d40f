package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** Writes the reference of {@code jsgid-ctl} from the commands themselves, and fails when one is not described. */
class CtlReferenceTest {
    private final List<CommandLine> commands = new ArrayList<>();

    CtlReferenceTest() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        collect(JsgidCtl.commandLine(new CtlContext(
                nowhere,
                nowhere,
                new CtlContext.Surroundings(Clock.systemUTC(), () -> false, false, Optional.empty(), List.of()))));
    }

    @Test
    void everyCommandAndOptionIsDescribed() {
        for (CommandLine command : commands) {
            String name = command.getCommandSpec().qualifiedName();
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as(name)
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith("."));
            for (ArgSpec argument : command.getCommandSpec().args()) {
                assertThat(argument.description())
                        .as(name + " " + argument)
                        .isNotEmpty()
                        .allMatch(line -> line.endsWith("."));
            }
        }
    }

    @Test
    void everyCommandTakesTheSharedOptions() {
        assertThat(commands)
                .allMatch(command -> new TreeSet<>(
                                command.getCommandSpec().optionsMap().keySet())
                        .containsAll(List.of("--run-dir", "--profile-dir", "--json", "--help")));
    }

    @Test
    void writesTheReference() throws IOException {
        StringBuilder page = new StringBuilder("# jsgid-ctl\n\nWritten by the build from the commands themselves.\n");
        for (CommandLine command : commands) {
            page.append("\n## ")
                    .append(command.getCommandSpec().qualifiedName())
                    .append("\n\n```\n")
                    .append(command.getUsageMessage(CommandLine.Help.Ansi.OFF))
                    .append("```\n");
        }
        page.append("\n## Errors\n\n| id | exit status | message |\n| --- | --- | --- |\n");
        for (CtlMessage message : CtlMessage.values()) {
            page.append("| ")
                    .append(message.id())
                    .append(" | ")
                    .append(message.exit().status())
                    .append(" | ")
                    .append(message.sentence().replace("%s", "…"))
                    .append(" |\n");
        }
        Path file = Path.of("../target/reference/jsgid-ctl.md");
        Files.createDirectories(file.getParent());
        Files.writeString(file, page);

        assertThat(page).contains("## jsgid-ctl jdk scan\n", "## jsgid-ctl restart\n", "--watch", "JSGID0801");
    }

    @Test
    void everyMessageHasAnIdOfItsOwnInTheRangeOfTheRegistry() {
        List<String> ids =
                List.of(CtlMessage.values()).stream().map(CtlMessage::id).toList();

        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("JSGID08[0-9]{2}"));
    }

    private void collect(CommandLine command) {
        commands.add(command);
        command.getSubcommands().values().forEach(this::collect);
    }
}
