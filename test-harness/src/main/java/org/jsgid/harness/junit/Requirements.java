package org.jsgid.harness.junit;

import static org.junit.platform.commons.support.AnnotationSupport.findAnnotation;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Optional;
import org.jsgid.harness.InstalledJdks;
import org.jsgid.harness.TestUser;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides {@link RequiresJdk} and {@link RequiresRoot}. */
public final class Requirements implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<AnnotatedElement> element = context.getElement();
        int[] wanted = findAnnotation(element, RequiresJdk.class)
                .map(RequiresJdk::value)
                .orElse(new int[0]);
        int[] missing = Arrays.stream(wanted)
                .filter(feature -> InstalledJdks.of(feature).isEmpty())
                .toArray();
        if (missing.length > 0) {
            return ConditionEvaluationResult.disabled(
                    "needs JDK " + Arrays.toString(missing) + ", and this machine has " + InstalledJdks.all());
        }
        if (findAnnotation(element, RequiresRoot.class).isPresent() && !TestUser.isRoot()) {
            return ConditionEvaluationResult.disabled("needs root, to start processes as other users");
        }
        return ConditionEvaluationResult.enabled("what it needs is there");
    }
}
