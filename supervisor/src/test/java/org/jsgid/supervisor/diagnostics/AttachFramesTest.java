package org.jsgid.supervisor.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttachFramesTest {

    private final List<String> heard = new ArrayList<>();
    private final AttachFrames frames = new AttachFrames(new Heard(), () -> heard.add("called off"));

    private final class Heard implements JvmListener {
        @Override
        public boolean output(byte[] text) {
            return heard.add("output " + new String(text, StandardCharsets.UTF_8));
        }

        @Override
        public boolean progress(long bytes) {
            return heard.add("progress " + bytes) && bytes != 13;
        }

        @Override
        public boolean size(long bytes) {
            return heard.add("size " + bytes);
        }

        @Override
        public boolean file(byte[] content) {
            return heard.add("file " + content.length);
        }
    }

    private void say(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        frames.write(bytes, 0, bytes.length);
    }

    @Test
    void handsOnEachFrameHoweverItIsDivided() {
        byte[] said = "progress 2\n10output 5\nä\nb\nsize 1\n3file 3\n\n\n\ndone 0\n".getBytes(StandardCharsets.UTF_8);
        for (byte one : said) {
            frames.write(one);
        }
        assertThat(heard).containsExactly("progress 10", "output ä\nb\n", "size 3", "file 3");
        assertThat(frames.answer()).contains(new JvmAnswer(JvmAnswer.Outcome.DONE, ""));
    }

    @Test
    void hasNoAnswerBeforeTheLastFrame() {
        say("output 2\nabdone 0");
        assertThat(frames.answer()).isEmpty();
    }

    @Test
    void knowsWhyItFailed() {
        say("failed 20\nsilent it is hanging");
        assertThat(frames.answer()).contains(new JvmAnswer(JvmAnswer.Outcome.SILENT, "it is hanging"));
    }

    @Test
    void takesAWordThatItDoesNotKnowAsAFailure() {
        say("failed 5\nodd x");
        assertThat(frames.answer()).contains(new JvmAnswer(JvmAnswer.Outcome.FAILED, "x"));
    }

    @Test
    void callsTheProgramOffWhenTheListenerWantsNoMore() {
        say("progress 2\n13output 1\nx");
        assertThat(heard).containsExactly("progress 13", "called off");
        assertThat(frames.answer().orElseThrow().outcome()).isEqualTo(JvmAnswer.Outcome.CALLED_OFF);
    }

    @Test
    void callsTheProgramOffWhenItBreaksTheFormat() {
        say("output 99999\nabc");
        assertThat(heard).containsExactly("called off");
        assertThat(frames.answer().orElseThrow().outcome()).isEqualTo(JvmAnswer.Outcome.FAILED);
    }

    @Test
    void keepsNoMoreOfALineThanALineMayHave() {
        say("x".repeat(1000));
        assertThat(heard).containsExactly("called off");
    }
}
