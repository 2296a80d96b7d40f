package org.jsgid.harness.junit;

import static org.junit.platform.commons.support.AnnotationSupport.findAnnotation;

import java.util.Optional;
import org.jsgid.harness.InstalledJdks;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Does what {@link RunsOn} says, unless the run is for one JDK anyway. */
public final class ChosenRuntime implements BeforeAllCallback, AfterAllCallback {

    private Optional<Integer> before = Optional.empty();

    @Override
    public void beforeAll(ExtensionContext context) {
        before = InstalledJdks.chosen();
        if (before.isEmpty()) {
            int wanted = findAnnotation(context.getElement(), RunsOn.class)
                    .map(RunsOn::value)
                    .orElseThrow();
            InstalledJdks.of(wanted)
                    .filter(jdk -> InstalledJdks.served().contains(jdk))
                    .ifPresent(jdk -> InstalledJdks.choose(wanted));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        InstalledJdks.choose(before.orElse(null));
    }
}
