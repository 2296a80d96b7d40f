package org.jsgid.harness.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A class that {@code test.sh} runs once more on every JDK: what it shows does not depend on the version, and it takes at
 * most half a minute. Its groups name no runtime, or take it from {@link org.jsgid.harness.InstalledJdks#served}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("every-jdk")
public @interface EveryJdk {}
