package org.jsgid.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JavaVersionTest {

    @Test
    void readsTheFeatureVersionOfOldAndNewJdks() {
        assertThat(JavaVersion.feature("1.8")).isEqualTo(8);
        assertThat(JavaVersion.feature("11")).isEqualTo(11);
        assertThat(JavaVersion.feature("27")).isEqualTo(27);
        assertThat(JavaVersion.feature()).isEqualTo(Runtime.version().feature());
    }
}
