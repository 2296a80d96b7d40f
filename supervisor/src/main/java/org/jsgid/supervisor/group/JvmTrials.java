package org.jsgid.supervisor.group;

import java.util.List;
import java.util.Optional;
import org.jsgid.supervisor.process.GroupDefinition;

/**
 * Whether a JVM takes the options that a group gives it. It is tried, before a process is started that way for the first
 * time, with a JVM that ends at once, and known from then on, until the JDK or the options are others. Used on the event
 * loop only.
 */
public interface JvmTrials {

    /**
     * Has a definition's options tried.
     *
     * @param then run when the result is known: at once, or later on the event loop
     */
    void whenKnown(GroupDefinition definition, Runnable then);

    /** Why the JVM would not start, in its own words, as far as known. */
    Optional<String> refusal(GroupDefinition definition);

    /** What else there is to say: what the JVM warns about, what its JDK lacks. */
    List<String> notes(GroupDefinition definition);

    /** What was refused is tried again the next time: something outside may have been mended. */
    void forgetRefusals();

    /** Takes every option. */
    static JvmTrials none() {
        return new JvmTrials() {
            @Override
            public void whenKnown(GroupDefinition definition, Runnable then) {
                then.run();
            }

            @Override
            public Optional<String> refusal(GroupDefinition definition) {
                return Optional.empty();
            }

            @Override
            public List<String> notes(GroupDefinition definition) {
                return List.of();
            }

            @Override
            public void forgetRefusals() {}
        };
    }
}
