package org.jsgid.supervisor.monitor;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jsgid.supervisor.management.ManagementCodec;

/** Text in the form of {@code PROFILE.conf}, in the making. */
final class ConfigText {

    private final StringBuilder text = new StringBuilder();

    void section(String title) {
        text.append("\n[").append(title).append("]\n");
    }

    void add(String key, String value) {
        text.append(key).append(" = ").append(ManagementCodec.escape(value)).append('\n');
    }

    void add(String key, long value) {
        add(key, Long.toString(value));
    }

    void add(String key, Duration value) {
        add(key, value.toSeconds());
    }

    void add(String key, boolean value) {
        add(key, value ? "yes" : "no");
    }

    void add(String key, Optional<String> value) {
        value.ifPresent(given -> add(key, given));
    }

    void add(String key, OptionalLong value) {
        value.ifPresent(given -> add(key, given));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
