package org.jsgid.daemon.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jsgid.daemon.app.RejectedException;
import org.jsgid.daemon.servlet.ServletGeneration.Namespace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerChoiceTest {

    @ParameterizedTest
    @CsvSource({
        "JAVAX, '', 8, TOMCAT9",
        "JAVAX, 2.5, 17, TOMCAT9",
        "JAVAX, 4.0, 27, TOMCAT9",
        "JAKARTA, '', 11, TOMCAT10",
        "JAKARTA, 5.0, 17, TOMCAT10",
        "JAKARTA, 6.0, 25, TOMCAT10",
        "JAKARTA, 6.1, 17, TOMCAT11",
        "JAKARTA, 6.2, 25, TOMCAT11",
        "JAKARTA, 7.0, 25, TOMCAT11",
        "JAKARTA, nonsense, 25, TOMCAT10"
    })
    void takesTheContainerOfTheGeneration(Namespace namespace, String version, int feature, ContainerChoice choice)
            throws RejectedException {
        assertThat(ContainerChoice.of(new ServletGeneration(namespace, version, "test"), feature))
                .isEqualTo(choice);
    }

    @ParameterizedTest
    @CsvSource({"JAKARTA, '', 8, 11", "JAKARTA, 6.0, 8, 11", "JAKARTA, 6.1, 11, 17"})
    void saysWhichJdkWouldBeNewEnough(Namespace namespace, String version, int feature, int needed) {
        assertThatThrownBy(() -> ContainerChoice.of(new ServletGeneration(namespace, version, "test"), feature))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("JDK " + needed + " or later")
                .hasMessageContaining("runs on JDK " + feature);
    }
}
