package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShortErrorMessageHandlerTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ''                       | a command is missing                           | jsgid-ctl
                    jdk                      | a command is missing                           | jsgid-ctl jdk
                    frobnicate               | Unmatched argument at index 0: 'frobnicate'    | jsgid-ctl
                    status --wach            | Unknown option: '--wach'                       | jsgid-ctl status
                    restart                  | name a group, or give --all                    | jsgid-ctl restart
                    stop --all shop          | give groups or --all, not both                 | jsgid-ctl stop
                    jdk show                 | Missing required parameter: 'NAME'             | jsgid-ctl jdk show
                    jdk register             | Missing required parameter: 'HOME'             | jsgid-ctl jdk register
                    """)
    void saysWhatIsWrongAndWhereHelpIs(String arguments, String message, String command) {
        CtlRunner.Result result =
                new CtlRunner(Path.of("/nowhere")).run(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(result.status()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines().findFirst()).contains("jsgid-ctl: " + message);
        assertThat(result.err()).endsWith("Try '" + command + " --help'.\n");
    }
}
