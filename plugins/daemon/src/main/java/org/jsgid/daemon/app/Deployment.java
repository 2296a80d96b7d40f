package org.jsgid.daemon.app;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * One application and what became of it. It is loaded once, by a thread of its own, and never again: a changed file is
 * for the next generation of the group. It is reported before anybody is let on, so that what became of mounted applications
 * is said before {@code ready}. All but {@link #mounts} is written before {@link #done} and read after it.
 */
final class Deployment {

    /** What became of it. */
    enum State {
        LOADING,
        LOADED,
        MISSING,
        REJECTED
    }

    final ApplicationKey key;
    private final List<ApplicationKey> mounts = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile State state = State.LOADING;
    private RunningApplication application;
    private RejectedException rejection;
    private FileStamp stamp;

    Deployment(ApplicationKey key) {
        this.key = key;
    }

    /** Adds a mount to be reported; the instance is the same. */
    synchronized void addMount(ApplicationKey mount) {
        mounts.add(mount);
    }

    synchronized List<ApplicationKey> mounts() {
        return new ArrayList<>(mounts);
    }

    /**
     * Loads it.
     *
     * @param check must not object; neither before nor, since files may change meanwhile, afterwards
     */
    void load(Loader loader, ApplicationReports reports, OwnerCheck check) {
        try {
            for (ApplicationKey mount : mounts()) {
                reports.loading(mount);
            }
            long start = System.nanoTime();
            FileStamp before = FileStamp.of(key.file());
            String objection = check.objection(key.file());
            stamp = before.with(objection);
            String obstacle = Reach.obstacle(key.file());
            if (obstacle != null) {
                reject(new RejectedException(obstacle), reports);
                return;
            }
            if (stamp.isAbsent()) {
                for (ApplicationKey mount : mounts()) {
                    reports.missing(mount);
                }
                end(State.MISSING);
                return;
            }
            if (objection != null) {
                reject(RejectedException.refused(objection), reports);
                return;
            }
            RunningApplication loaded = loader.load(key);
            if (check.isWanted() && !stamp.equals(FileStamp.of(key.file()).with(check.objection(key.file())))) {
                loaded.stop();
                reject(
                        RejectedException.refused("it changed while it was being checked and loaded; "
                                + "the new version is checked and loaded instead"),
                        reports);
                return;
            }
            application = loaded;
            long millis = (System.nanoTime() - start) / 1_000_000;
            for (ApplicationKey mount : mounts()) {
                reports.loaded(mount, application, millis);
            }
            end(State.LOADED);
        } catch (RejectedException e) {
            reject(e, reports);
        } catch (RuntimeException | Error e) {
            reject(new RejectedException("loading it failed: " + e, org.jsgid.daemon.DaemonLog.trace(e), e), reports);
        }
    }

    private void reject(RejectedException reason, ApplicationReports reports) {
        rejection = reason;
        for (ApplicationKey mount : mounts()) {
            reports.rejected(mount, reason.getMessage());
        }
        end(State.REJECTED);
    }

    private void end(State reached) {
        state = reached;
        done.countDown();
    }

    State await() throws InterruptedException {
        if (state == State.LOADING) {
            done.await();
        }
        return state;
    }

    State state() {
        return state;
    }

    RunningApplication application() {
        return application;
    }

    RejectedException rejection() {
        return rejection;
    }

    FileStamp stamp() {
        return stamp;
    }
}
