package org.jsgid.it.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.Load;
import org.jsgid.harness.ProcessTree;
import org.jsgid.harness.Status;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RunsOn;
import org.jsgid.it.Facts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Any process of the tree killed by SIGKILL, under load and with children that the application has started: within ten
 * seconds there is a working tree or nothing, never more virtual machines than configured and one, and nobody's child is
 * left.
 */
@Tag("C5")
@Tag("alone")
@RunsOn(8)
class KillAnythingIT {

    private static final Duration WITHIN = Duration.ofSeconds(10);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private static final int PROCESSES = 2;

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("kill", server -> {
        server.addInstalledProfiles();
        Path hello = Apps.java(server, "hello/Hello.java");
        server.configure(new HttpdConf()
                .group("shop", "JsgiProcesses " + PROCESSES)
                .mount("/shop", hello, "shop")
                .mount("/children", Apps.java(server, "children/Children.java"), "shop"));
    });

    private final Httpd httpd = SERVER.httpd();
    private final Map<Long, Long> children = new HashMap<>();
    private Load load;
    private long killedDaemon;
    private MostMachines machines;

    /** Looks all the time how many virtual machines of the group there are. */
    private static final class MostMachines extends Thread {
        private final String root;
        private volatile boolean isOver;
        private volatile long most;

        MostMachines(Path root) {
            super("machines");
            this.root = root.toString();
            setDaemon(true);
        }

        @Override
        public void run() {
            while (!isOver) {
                most = Math.max(most, count());
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
        }

        private long count() {
            return ProcessTree.all().values().stream()
                    .filter(entry -> entry.title().equals("jsgid: shop"))
                    // Between fork and exec a daemon looks like its keeper, and is none yet.
                    .filter(entry -> entry.arguments().stream().anyMatch(argument -> argument.contains(root)))
                    .count();
        }

        long most() throws InterruptedException {
            isOver = true;
            join();
            return most;
        }
    }

    @BeforeEach
    void loadAndChildren() throws IOException {
        httpd.errorLog().announce("JSGID|AH00052|AH00098: pid file .* overwritten|onitor|shop");
        if (!httpd.isRunning()) {
            httpd.start();
        }
        httpd.awaitReady("shop");
        Facts facts = Facts.from(httpd.client(), "/children");
        for (String name : List.of("plain", "own")) {
            long pid = facts.number(name);
            children.put(pid, ProcessTree.process(pid).orElseThrow().started());
        }
        killedDaemon = keeperOf(children.keySet().stream().findFirst().orElseThrow());
        load = Load.start(httpd.client(), "/shop", 2, 20);
        machines = new MostMachines(httpd.root());
        machines.start();
    }

    @AfterEach
    void nothingIsLeftOver() throws Exception {
        load.close();
        assertThat(machines.most()).isBetween(1L, PROCESSES + 1L);
    }

    /** The daemon whose application started the children: its keeper is the reaper of both. */
    private long keeperOf(long child) {
        ProcessTree.Entry entry = ProcessTree.process(child).orElseThrow();
        while (!entry.title().startsWith("jsgid-keeper")) {
            entry = ProcessTree.process(entry.parent()).orElseThrow();
        }
        return entry.pid();
    }

    private long daemonOf(long keeper) {
        return ProcessTree.children(keeper).stream()
                .filter(entry -> entry.title().equals("jsgid: shop"))
                .findFirst()
                .orElseThrow()
                .pid();
    }

    private long monitor() throws IOException {
        return httpd.status().monitors().get(0).pid();
    }

    private void kill(long... pids) {
        for (long pid : pids) {
            ProcessTree.signal(pid, "KILL");
        }
    }

    private void awaitWorkingTree() {
        Await.until("an answer", WITHIN, () -> httpd.client().get("/shop").status() == 200);
        Status.Group group = httpd.awaitGroup(
                "shop",
                "to have all its processes",
                WITHIN,
                found -> found.pids().size() == PROCESSES && found.processes().size() == PROCESSES);
        assertThat(group.state()).isEqualTo("ready");
    }

    private void awaitChildrenGone() {
        Await.value("the children of the application to be gone", WITHIN, this::childrenLeft, List::isEmpty);
    }

    private List<Long> childrenLeft() {
        List<Long> left = new ArrayList<>();
        children.forEach((pid, started) -> ProcessTree.process(pid)
                .filter(entry -> entry.started() == started)
                .ifPresent(entry -> left.add(pid)));
        return left;
    }

    private void awaitNothing() {
        httpd.tree().assertNothingLeft(WITHIN);
        awaitChildrenGone();
        Await.value(
                "no virtual machine to be left",
                WITHIN,
                () -> new MostMachines(httpd.root()).count(),
                count -> count == 0);
    }

    @Test
    void theDaemon() {
        kill(daemonOf(killedDaemon));
        awaitChildrenGone();
        awaitWorkingTree();
    }

    @Test
    void theKeeper() {
        kill(killedDaemon);
        awaitChildrenGone();
        awaitWorkingTree();
    }

    @Test
    void theMonitor() throws IOException {
        List<Long> before = httpd.status().group("shop").pids();
        kill(monitor());
        awaitWorkingTree();
        assertThat(httpd.status().group("shop").pids()).isEqualTo(before);
        assertThat(childrenLeft()).as("children of the application").hasSize(2);
        assertThat(load.stop().failures()).isEmpty();
    }

    @Test
    void aChildOfApache() throws IOException {
        List<Long> before = httpd.status().group("shop").pids();
        kill(httpd.children().get(0).pid());
        awaitWorkingTree();
        assertThat(httpd.status().group("shop").pids()).isEqualTo(before);
    }

    @Test
    void theMonitorAndADaemonAtOnce() throws IOException {
        kill(monitor(), daemonOf(killedDaemon));
        awaitChildrenGone();
        awaitWorkingTree();
    }

    @Test
    void theMonitorAndAKeeperAtOnce() throws IOException {
        kill(monitor(), killedDaemon);
        awaitChildrenGone();
        awaitWorkingTree();
    }

    @Test
    void apachesParent() {
        httpd.killParent();
        awaitNothing();
    }

    @Test
    void apachesParentAndTheMonitorAtOnce() throws IOException {
        long monitor = monitor();
        httpd.tree().below(httpd.pid());
        kill(monitor);
        httpd.killParent();
        awaitNothing();
    }
}
