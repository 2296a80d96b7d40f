package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What packages bring beside the command. */
class CommandPagesTest {
    private final CommandLine commands;
    private final CommandPages pages;

    CommandPagesTest() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        commands = JsgidCtl.commandLine(new CtlContext(
                nowhere,
                nowhere,
                new CtlContext.Surroundings(Clock.systemUTC(), () -> false, false, Optional.empty(), List.of())));
        pages = new CommandPages(commands);
    }

    @Test
    void theManualPageHasEveryCommandAndItsOptions() {
        String page = pages.manual();

        commands.getSubcommands()
                .keySet()
                .forEach(name -> assertThat(page).contains(".SS \"" + name.replace("-", "\\-")));
        assertThat(page)
                .contains(".SS \"jdk register", ".SS \"jdk scan [FOLDER...]\"", "\\-\\-scan\\-dir DIR")
                .contains(".B \\-\\-run\\-dir DIR");
    }

    @Test
    void noTextOfTheManualPageIsTakenForARequest() {
        assertThat(pages.manual().lines().filter(line -> line.startsWith(".") || line.startsWith("'")))
                .allMatch(line -> line.matches("\\.(TH|SH|SS|TP|B|BR)( .*)?"));
    }

    @Test
    void sharedOptionsAreListedOnce() {
        assertThat(pages.manual().split("\\\\-\\\\-run\\\\-dir DIR", -1)).hasSize(2);
    }

    @Test
    void theCompletionKnowsEveryCommand() {
        String script = pages.completion();

        commands.getSubcommands().keySet().forEach(name -> assertThat(script).contains(name));
        assertThat(script).contains("complete ").contains("--scan-dir");
    }
}
