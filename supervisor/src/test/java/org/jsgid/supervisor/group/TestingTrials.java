package org.jsgid.supervisor.group;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jsgid.supervisor.process.GroupDefinition;

/** Trials whose results the test says; all options are taken at once unless it says otherwise. */
final class TestingTrials implements JvmTrials {

    private final Map<GroupDefinition, String> refusals = new HashMap<>();
    private final Set<GroupDefinition> tried = new HashSet<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean areSlow;
    private int count;

    /** That definition's options are refused from now on. */
    void refuse(GroupDefinition definition, String words) {
        refusals.put(definition, words);
        tried.remove(definition);
    }

    /** All options are taken, as if the JDK were another. */
    void takeAll() {
        refusals.clear();
        tried.clear();
    }

    /** From now on results come when {@link #end} is called. */
    void beSlow() {
        areSlow = true;
    }

    /** What is being tried has ended. */
    void end() {
        List<Runnable> ended = new ArrayList<>(waiting);
        waiting.clear();
        ended.forEach(Runnable::run);
    }

    /** How often something was tried. */
    int count() {
        return count;
    }

    @Override
    public void whenKnown(GroupDefinition definition, Runnable then) {
        boolean isNew = tried.add(definition);
        count += isNew ? 1 : 0;
        if (isNew && areSlow) {
            waiting.add(then);
        } else {
            then.run();
        }
    }

    @Override
    public Optional<String> refusal(GroupDefinition definition) {
        return tried.contains(definition) ? Optional.ofNullable(refusals.get(definition)) : Optional.empty();
    }

    @Override
    public List<String> notes(GroupDefinition definition) {
        return List.of();
    }

    @Override
    public void forgetRefusals() {
        tried.removeAll(refusals.keySet());
    }
}
