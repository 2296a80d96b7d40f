package org.jsgid.daemon.fcgi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** All that holds for connections with threads of their own holds for those that share one; and what sharing means. */
class SharedReaderTest extends FcgiServerTest {

    @Override
    FcgiServer newServer(ServerSocketChannel socket, RequestHandler requestHandler) throws IOException {
        return new FcgiServer(socket, requestHandler, 0, 1);
    }

    @Test
    void oneThreadAnswersSeveralConnections() throws Exception {
        Map<String, Set<String>> clientsOfThreads = new ConcurrentHashMap<>();
        answerWith(exchange -> {
            clientsOfThreads
                    .computeIfAbsent(Thread.currentThread().getName(), name -> new HashSet<>())
                    .add(exchange.parameter("CLIENT"));
            text(exchange, "x");
        });
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(50);
        try (TestingClient first = connect();
                TestingClient second = connect()) {
            do {
                first.get("/app", "CLIENT", "1");
                second.get("/app", "CLIENT", "2");
            } while (clientsOfThreads.values().stream().noneMatch(clients -> clients.size() == 2)
                    && System.nanoTime() < deadline);
        }
        assertThat(clientsOfThreads.values()).anyMatch(clients -> clients.size() == 2);
    }

    @Test
    void aRequestThatTakesLongHoldsUpNoOther() throws Exception {
        CountDownLatch isRunning = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        answerWith(exchange -> {
            if (exchange.isParameter("SLOW", "1")) {
                isRunning.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            text(exchange, exchange.parameter("N"));
        });
        try (TestingClient slow = connect();
                TestingClient other = connect()) {
            // Both have been seen by the shared thread before.
            assertThat(slow.get("/app", "N", "1").text()).isEqualTo("1");
            assertThat(other.get("/app", "N", "2").text()).isEqualTo("2");
            slow.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, Map.of("SLOW", "1", "N", "3"))
                    .stdinEnd(1)
                    .bytes());
            isRunning.await();
            for (int i = 0; i < 20; i++) {
                assertThat(other.get("/app", "N", "other " + i).text()).isEqualTo("other " + i);
            }
            mayEnd.countDown();
            assertThat(slow.answer().text()).isEqualTo("3");
            assertThat(slow.get("/app", "N", "4").text()).isEqualTo("4");
        }
    }

    @Test
    void aThreadThatTakesTheTurnInheritsNothingFromTheRequestThatTookLong() throws Exception {
        InheritableThreadLocal<String> user = new InheritableThreadLocal<>();
        ClassLoader applications = new ClassLoader(getClass().getClassLoader()) {};
        AtomicReference<String> inherited = new AtomicReference<>();
        CountDownLatch isRunning = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        answerWith(exchange -> {
            if (exchange.isParameter("SLOW", "1")) {
                user.set("somebody");
                Thread.currentThread().setContextClassLoader(applications);
                isRunning.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            } else {
                inherited.set(user.get() + " "
                        + applications.equals(Thread.currentThread().getContextClassLoader()));
            }
            text(exchange, "x");
        });
        try (TestingClient slow = connect();
                TestingClient other = connect()) {
            slow.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, Map.of("SLOW", "1"))
                    .stdinEnd(1)
                    .bytes());
            isRunning.await();
            other.get("/app");
            assertThat(inherited.get()).isEqualTo("null false");
            mayEnd.countDown();
            assertThat(slow.answer().text()).isEqualTo("x");
        }
    }
}
