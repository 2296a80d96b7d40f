package org.jsgid.supervisor.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jsgid.plugin.spi.Abilities;
import org.jsgid.plugin.spi.LaunchPlan;
import org.jsgid.plugin.spi.LaunchRequest;
import org.jsgid.plugin.spi.Plugin;
import org.jsgid.supervisor.group.Definitions;
import org.jsgid.supervisor.group.TestingEventLoop;
import org.jsgid.supervisor.jdk.TestingJdk;
import org.jsgid.supervisor.process.GroupDefinition;
import org.jsgid.supervisor.process.LaunchPlans;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionTrialsTest {

    private static final int LATEST_KNOWN = 27;
    private static final int UNKNOWN = 31;

    @TempDir
    Path folder;

    private final TestingEventLoop loop = new TestingEventLoop();
    private final List<Integer> tried = new ArrayList<>();
    private String build = "first";
    private Optional<String> refusal = Optional.empty();
    private int answers;

    /** The latest plugin: it serves whatever comes after 25. */
    private static final class LatestPlugin implements Plugin {
        @Override
        public String name() {
            return "jdk25";
        }

        @Override
        public int lowestFeature() {
            return 25;
        }

        @Override
        public int highestTried() {
            return LATEST_KNOWN;
        }

        @Override
        public Abilities abilities(int feature) {
            throw new AssertionError("whether to try a JDK depends on no ability");
        }

        @Override
        public LaunchPlan plan(LaunchRequest request) {
            throw new AssertionError("the test tries for itself");
        }
    }

    private OptionTrials trials() {
        return new OptionTrials(
                loop,
                Runnable::run,
                () -> build,
                (definition, ofBuild) -> {
                    tried.add(definition.jdk().feature());
                    return Optional.of(new OptionTrials.Verdict(refusal, List.of()));
                },
                new JdkNotes(new LaunchPlans(folder, List.of(new LatestPlugin()))),
                folder);
    }

    private GroupDefinition plain(int feature) {
        Path home = TestingJdk.create(folder.resolve("jdk-" + feature), "Eclipse Adoptium", Integer.toString(feature));
        return Definitions.withJvm(
                Definitions.withJdk(
                        Definitions.shop(1), new GroupDefinition.Jdk("jdk-" + feature, home, feature, List.of())),
                new GroupDefinition.Jvm(List.of(), 0, Map.of(), "jsgid: shop", Map.of()));
    }

    private void ask(OptionTrials trials, GroupDefinition definition) {
        int before = answers;
        trials.whenKnown(definition, () -> answers++);
        loop.run();
        assertThat(answers).isEqualTo(before + 1);
    }

    @Test
    void aKnownJdkIsNotTriedWhenNobodyGivesItOptions() {
        OptionTrials trials = trials();
        GroupDefinition known = plain(LATEST_KNOWN);

        ask(trials, known);

        assertThat(tried).isEmpty();
        assertThat(trials.refusal(known)).isEmpty();
        assertThat(trials.notes(known)).noneMatch(note -> note.contains("later than those"));
    }

    @Test
    void aJdkLaterThanAllKnownIsTriedOnceAndUsedWithANote() {
        OptionTrials trials = trials();
        GroupDefinition unknown = plain(UNKNOWN);

        ask(trials, unknown);
        ask(trials, unknown);

        assertThat(tried).containsExactly(UNKNOWN);
        assertThat(trials.refusal(unknown)).isEmpty();
        assertThat(trials.notes(unknown))
                .contains("Java 31 is later than those that this jsgid knows (up to 27); it is"
                        + " started as the latest of them is");
    }

    @Test
    void aJdkLaterThanAllKnownThatRefusesWhatTheLatestTakesIsNotStarted() {
        OptionTrials trials = trials();
        GroupDefinition unknown = plain(UNKNOWN);
        refusal = Optional.of("Unrecognized option: --gone");

        ask(trials, unknown);

        assertThat(trials.refusal(unknown)).contains("Unrecognized option: --gone");
    }

    @Test
    void itIsTriedAgainWhenItIsAnotherBuildOrSomebodyAsksAfterARefusal() {
        OptionTrials trials = trials();
        GroupDefinition unknown = plain(UNKNOWN);
        refusal = Optional.of("no");
        ask(trials, unknown);

        refusal = Optional.empty();
        trials.forgetRefusals();
        ask(trials, unknown);
        assertThat(trials.refusal(unknown)).isEmpty();

        build = "second";
        ask(trials, unknown);
        assertThat(tried).hasSize(3);
    }

    @Test
    void whatItsJdkLacksIsNoted() {
        Path home = TestingJdk.createWith(
                folder.resolve("jre"),
                "lib/server/libjvm.so",
                "JAVA_VERSION=\"21.0.3\"\nIMAGE_TYPE=\"JRE\"\nMODULES=\"java.base java.management\"\n");
        GroupDefinition onJre = Definitions.withJdk(plain(21), new GroupDefinition.Jdk("jre", home, 21, List.of()));

        assertThat(trials().notes(onJre))
                .containsExactly(
                        "its JDK has no compiler: .java files are not served",
                        "its JDK has no module jdk.jfr: no flight recordings");
    }
}
