package org.jsgid.plugin.jdk25;

import static org.assertj.core.api.Assertions.assertThat;

import org.jsgid.plugin.spi.PluginContract;
import org.junit.jupiter.api.Test;

class Jdk25PluginTest extends PluginContract {

    Jdk25PluginTest() {
        super(new Jdk25Plugin(), 99);
    }

    @Test
    void keepsLibrariesFromWarning() {
        assertThat(arguments(25))
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
                .doesNotContain("--enable-final-field-mutation=ALL-UNNAMED");
    }

    @Test
    void allowsFinalFieldsToBeWrittenWhereThatWouldWarn() {
        assertThat(arguments(26)).contains("--enable-final-field-mutation=ALL-UNNAMED");
    }

    @Test
    void opensWhatTheManagementConnectionNeeds() {
        assertThat(arguments(25)).contains("--add-opens=java.base/java.io=ALL-UNNAMED");
    }
}
