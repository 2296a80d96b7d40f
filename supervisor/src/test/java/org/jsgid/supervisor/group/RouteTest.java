package org.jsgid.supervisor.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteTest {

    @TempDir
    Path folder;

    private String text() throws IOException {
        return Files.readSymbolicLink(folder.resolve("shop.sock")).toString();
    }

    @Test
    void namesTheSocketRelativeToItsFolder() throws IOException {
        Route route = new Route(folder, "shop");
        route.pointTo(Path.of("/run/jsgid/sockets/shop.3.sock"));

        assertThat(text()).isEqualTo("../sockets/shop.3.sock");
        assertThat(route.pointsTo(Path.of("/run/jsgid/sockets/shop.3.sock"))).isTrue();
        assertThat(route.pointsTo(Path.of("/run/jsgid/sockets/shop.4.sock"))).isFalse();
        assertThat(route.socketName()).contains("shop.3.sock");
    }

    @Test
    void saysWhyNobodyServesAndWhenToComeBackAtTheEarliestInASecond() throws IOException {
        Route route = new Route(folder, "shop");
        route.unavailable(GroupState.BACKOFF, Duration.ofMillis(1500));
        assertThat(text()).isEqualTo("unavailable:backoff:2");
        route.unavailable(GroupState.STOPPED, Duration.ZERO);
        assertThat(text()).isEqualTo("unavailable:stopped:1");
        assertThat(route.socketName()).isEmpty();
    }

    @Test
    void replacesWhateverIsThereAndLeavesNothingElseBehind() throws IOException {
        Files.writeString(folder.resolve("shop.sock"), "not a link");
        Files.writeString(folder.resolve(".shop.sock.new"), "left by a monitor that was killed");
        Route route = new Route(folder, "shop");
        route.pointTo(Path.of("/x/shop.1.sock"));

        assertThat(text()).isEqualTo("../sockets/shop.1.sock");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
        route.remove();
        route.remove();
        assertThat(route.socketName()).isEmpty();
    }

    @Test
    void isNeverAbsentForAReaderWhileItChanges() throws Exception {
        Route route = new Route(folder, "shop");
        route.pointTo(Path.of("/x/shop.0.sock"));
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger absent = new AtomicInteger();
        CountDownLatch reading = new CountDownLatch(1);
        Thread reader = new Thread(() -> {
            while (!done.get()) {
                try {
                    text();
                } catch (IOException e) {
                    absent.incrementAndGet();
                }
                reading.countDown();
            }
        });
        reader.start();
        reading.await();
        for (int i : List.of(1, 2, 3, 4, 5, 6, 7, 8, 9)) {
            for (int repeat = 0; repeat < 50; repeat++) {
                route.pointTo(Path.of("/x/shop." + i + ".sock"));
            }
        }
        done.set(true);
        reader.join();

        assertThat(absent).hasValue(0);
    }
}
