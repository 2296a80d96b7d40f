package org.jsgid.harness.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The JDK on which a class runs that takes too long to run on each: its groups without a runtime of their own serve on that
 * feature version. {@code test.sh --every-jdk} runs it on all. When there is no such JDK, it is left to the server.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("one-jdk")
@ExtendWith(ChosenRuntime.class)
public @interface RunsOn {

    /** A feature version. */
    int value();
}
