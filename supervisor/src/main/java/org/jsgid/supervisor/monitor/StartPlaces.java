package org.jsgid.supervisor.monitor;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jsgid.supervisor.log.ServerLog;
import org.jsgid.supervisor.policy.StartSpreader;
import org.jsgid.supervisor.process.EventLoop;

/**
 * The places that all monitors of a server share: {@code RUN/monitors/start.N} is locked while a JVM starts in place N,
 * {@code start.first} (shared) while starts wait that go before others. The kernel gives back what a monitor that dies
 * had. Used on the event loop only; no call waits.
 */
final class StartPlaces implements StartSpreader.Places {

    /** How often a place is asked for that another monitor has. */
    private static final Duration RETRY = Duration.ofMillis(100);

    private final Path folder;
    private final EventLoop loop;
    private final ServerLog log;
    private final StartSpreader starts = new StartSpreader(this);
    private final Set<Integer> own = new HashSet<>();
    private int limit = 1;
    private Optional<Closeable> waitingFirst = Optional.empty();
    private boolean asksAgain;
    private boolean complained;

    /** Places in {@code RUN/monitors}. */
    StartPlaces(Path folder, EventLoop loop, ServerLog log) {
        this.folder = folder;
        this.loop = loop;
        this.log = log;
    }

    /** What starts in these places. */
    StartSpreader starts() {
        return starts;
    }

    /** Changes how many there are; at least one. Those above that are taken go on. */
    void limitTo(int newLimit) {
        limit = Math.max(1, newLimit);
        starts.retry();
    }

    @Override
    public Optional<StartSpreader.Place> take(boolean isFirst) {
        Optional<StartSpreader.Place> place = isFirst || !doOthersGoFirst() ? takeAny() : Optional.empty();
        if (place.isEmpty() && !asksAgain) {
            asksAgain = true;
            loop.after(RETRY, () -> {
                asksAgain = false;
                starts.retry();
            });
        }
        return place;
    }

    private Optional<StartSpreader.Place> takeAny() {
        for (int number = 0; number < limit; number++) {
            if (!own.contains(number)) {
                Optional<Closeable> lock = lock("start." + number, false);
                if (lock.isPresent()) {
                    int taken = number;
                    own.add(taken);
                    return Optional.of(() -> {
                        own.remove(taken);
                        close(lock.get());
                    });
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void firstOnesWait(boolean wait) {
        if (wait && waitingFirst.isEmpty()) {
            waitingFirst = lock("start.first", true);
        } else if (!wait && waitingFirst.isPresent()) {
            close(waitingFirst.get());
            waitingFirst = Optional.empty();
        }
    }

    private boolean doOthersGoFirst() {
        if (waitingFirst.isPresent()) {
            // A lock of its own says nothing about others; and what waits here is taken in order anyway.
            return false;
        }
        Optional<Closeable> nobodyWaits = lock("start.first", false);
        nobodyWaits.ifPresent(this::close);
        return nobodyWaits.isEmpty();
    }

    /** A lock while it is held; empty when somebody else has it. */
    private Optional<Closeable> lock(String name, boolean shared) {
        Path file = folder.resolve(name);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock(0, Long.MAX_VALUE, shared) != null) {
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException e) {
            // Taken by this process, which is as good as by another.
        } catch (IOException e) {
            if (!complained) {
                complained = true;
                log.warn(
                        "JSGID0370",
                        "cannot lock " + file + " (" + e + "); JVM starts of other monitors are not waited for."
                                + " See that the run folder is writable and not full");
            }
            FileChannel unlocked = channel;
            return Optional.of(() -> {
                if (unlocked != null) {
                    unlocked.close();
                }
            });
        }
        close(channel);
        return Optional.empty();
    }

    private void close(Closeable lock) {
        try {
            lock.close();
        } catch (IOException e) {
            log.warn("JSGID0371", "cannot give back a place for starting: " + e);
        }
    }
}
