package org.jsgid.supervisor.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfFileTest {
    @Test
    void readsSectionsAndRepeatedKeys() {
        ConfFile conf = ConfFile.parse("""
                format = 1
                # a comment = none
                profile-dir = /a
                profile-dir = /b

                [group shop]
                runtime = 17
                [application shop]
                file = /srv/a%20b.war
                [group blog]
                """);

        assertThat(conf.head().values("profile-dir")).containsExactly("/a", "/b");
        assertThat(conf.head().value("absent")).isEmpty();
        assertThat(conf.ofKind("group")).extracting(ConfFile.Section::name).containsExactly("shop", "blog");
        assertThat(conf.ofKind("group").get(0).value("runtime")).isEqualTo("17");
        assertThat(conf.ofKind("application").get(0).value("file")).isEqualTo("/srv/a b.war");
    }

    @ParameterizedTest
    @CsvSource({"100%25, 100%", "a%0Ab, 'a\nb'", "%, %", "%2, %2", "%zz, %zz", "%C3%BC, ü", "plain, plain"})
    void undoesPercentSigns(String written, String meant) {
        assertThat(ConfFile.decode(written)).isEqualTo(meant);
    }
}
