package org.jsgid.supervisor.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogCommandTest {

    private static final String HEAD = "[Sat Nov 21 07:31:39.025123 2026] [jsgid:notice] [pid 29925] ";

    @TempDir
    Path folder;

    private Path log;

    @BeforeEach
    void place() {
        log = folder.resolve("error.log");
    }

    private static String line(String group, String text) {
        return HEAD + "JSGID0350: [group " + group + "] " + text;
    }

    private List<String> shown(int lines) {
        List<String> output = new ArrayList<>();
        new LogCommand(log, "shop").answer(lines, false, reply -> {
            JsonObject part = JsonParser.parseString(reply).getAsJsonObject();
            return part.has("output") ? output.add(part.get("output").getAsString()) : part.has("result");
        });
        return output;
    }

    @Test
    void showsTheLastLinesOfTheGroupOnly() throws IOException {
        String ofModule = "[Sat Nov 21 07:31:39.025123 2026] [jsgid:error] [pid 12:tid 34] (111)Connection refused: "
                + "[client 127.0.0.1:4711] JSGID0405: [group shop] cannot connect";
        Files.write(
                log,
                List.of(
                        line("shop", "one"),
                        line("blog", "[group shop] another's"),
                        line("shopping", "another's"),
                        line("shop", "two"),
                        "[x] [core:notice] [pid 1] AH00094: [group shop]",
                        ofModule));

        assertThat(shown(10)).containsExactly(line("shop", "one") + "\n", line("shop", "two") + "\n", ofModule + "\n");
        assertThat(shown(2)).containsExactly(line("shop", "two") + "\n", ofModule + "\n");
        assertThat(shown(0)).isEmpty();
    }

    @Test
    void findsLinesThatCrossTheBlocksInWhichTheLogIsRead() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int number = 0; number < 3000; number++) {
            lines.add(line(number % 3 == 0 ? "shop" : "blog", number + " ä".repeat(number % 70)));
        }
        Files.write(log, lines);

        assertThat(shown(5000))
                .isEqualTo(lines.stream()
                        .filter(line -> line.contains("[group shop]"))
                        .map(line -> line + "\n")
                        .toList());
    }

    @Test
    void saysWhyTheLogCannotBeRead() {
        List<String> replies = new ArrayList<>();

        new LogCommand(log, "shop").answer(10, false, replies::add);

        assertThat(replies).singleElement().asString().contains("JSGID0386").contains(log.toString());
    }

    @Test
    void followsTheLogAlsoIntoANewOneUntilNobodyListens() throws Exception {
        Files.write(log, List.of(line("shop", "old")));
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        Thread follower = new Thread(() -> new LogCommand(log, "shop").answer(1, true, reply -> {
            heard.add(reply);
            return !reply.contains("enough");
        }));
        follower.start();
        awaitText(heard, "old");

        append("half a line, and ");
        append("the rest\n");
        awaitText(heard, "half a line, and the rest");
        Files.move(log, folder.resolve("error.log.1"));
        Files.write(log, List.of(line("shop", "new log"), line("blog", "not this")));
        awaitText(heard, "new log");
        Files.write(log, List.of(line("shop", "enough")), StandardOpenOption.APPEND);
        follower.join();

        assertThat(heard).noneMatch(reply -> reply.contains("not this"));
    }

    private void append(String text) throws IOException {
        String begun = text.startsWith("half") ? HEAD + "JSGID0350: [group shop] " + text : text;
        Files.writeString(log, begun, StandardOpenOption.APPEND);
    }

    private static void awaitText(BlockingQueue<String> heard, String text) throws InterruptedException {
        String reply;
        do {
            reply = heard.poll(50, TimeUnit.SECONDS);
            assertThat(reply).as("a line with " + text).isNotNull();
        } while (!reply.contains(text));
    }
}
