package org.jsgid.supervisor.monitor;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.process.EventLoop;
import org.jsgid.supervisor.process.Strays;
import org.jsgid.supervisor.process.TemporaryFolders;

/** Clears up after processes that are gone, on a thread of its own: it may take long. */
final class Sweeper {

    /** Strays may start others while they are killed. */
    private static final int TRIES = 20;

    private static final Duration BETWEEN = Duration.ofMillis(250);

    private final EventLoop loop;
    private final Executor executor;
    private final Strays strays;
    private final TemporaryFolders folders;
    private final ServerLog log;

    Sweeper(EventLoop loop, Executor executor, Strays strays, TemporaryFolders folders, ServerLog log) {
        this.loop = loop;
        this.executor = executor;
        this.strays = strays;
        this.folders = folders;
        this.log = log;
    }

    /** The keeper of a process of that group was killed, or may have been. */
    void killStrays(String group) {
        killStrays(group, TRIES);
    }

    private void killStrays(String group, int tries) {
        executor.execute(() -> {
            int killed = strays.kill(group);
            if (killed > 0) {
                log.notice(
                        "JSGID0366",
                        "killed " + killed + " processes that a daemon of group " + group
                                + " had started, whose keeper is gone");
            }
            if (killed > 0 && tries > 1) {
                loop.after(BETWEEN, () -> killStrays(group, tries - 1));
            }
        });
    }

    /** A process of that group has ended. */
    void removeFoldersOfDead(String group) {
        executor.execute(() -> {
            try {
                folders.removeOfDead(group);
            } catch (IOException e) {
                log.notice("JSGID0367", "cannot remove what a process of group " + group + " left: " + e);
            }
        });
    }

    /** Nobody starts from the archives of that group any more. */
    void removeArchives(Path all, String group) {
        executor.execute(() -> {
            try {
                new TemporaryFolders(all).remove(group);
            } catch (NoSuchFileException e) {
                // It never had any.
            } catch (IOException e) {
                log.notice("JSGID0397", "cannot remove the archives of the former group " + group + ": " + e);
            }
        });
    }

    /** There is no such group any more. */
    void removeFolder(String group) {
        executor.execute(() -> {
            try {
                folders.remove(group);
            } catch (IOException e) {
                log.notice("JSGID0368", "cannot remove the temporary folder of the former group " + group + ": " + e);
            }
        });
    }
}
