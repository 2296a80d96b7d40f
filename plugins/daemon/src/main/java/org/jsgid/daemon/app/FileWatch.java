package org.jsgid.daemon.app;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jsgid.daemon.DaemonLog;

/**
 * Looks at the files of applications and reports those that are not what was loaded, once they hold still: a file that is
 * being copied is not a new version yet, and one that {@link OwnerCheck} objects to never is. A file that was removed is not reported, what runs of it serves on. Nothing is
 * loaded again here; a new generation does that.
 */
public final class FileWatch implements Runnable {

    private static final long USUAL_MILLIS = 500;
    private static final long SECOND_LOOK_MILLIS = 250;
    /** At most that part of the time is spent looking. */
    private static final int LEISURE = 50;

    private final Applications applications;
    private final ApplicationReports reports;
    /** What the first look saw, and what was reported. */
    private final Map<ApplicationKey, FileStamp> seen = new HashMap<>();

    private final Map<ApplicationKey, FileStamp> reported = new HashMap<>();
    /** New states that are no news, since they must not be loaded. */
    private final Map<ApplicationKey, FileStamp> refused = new HashMap<>();

    /** Of those applications. */
    public FileWatch(Applications applications, ApplicationReports reports) {
        this.applications = applications;
        this.reports = reports;
    }

    @Override
    public void run() {
        try {
            while (true) {
                long start = System.nanoTime();
                boolean isAgain = look();
                long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                TimeUnit.MILLISECONDS.sleep(Math.max(isAgain ? SECOND_LOOK_MILLIS : USUAL_MILLIS, took * LEISURE));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once; true when something is to be looked at again soon. */
    boolean look() {
        boolean isAgain = false;
        for (Deployment deployment : applications.deployments()) {
            if (deployment.state() != Deployment.State.LOADING) {
                isAgain |= look(deployment);
            }
        }
        return isAgain;
    }

    private boolean look(Deployment deployment) {
        ApplicationKey key = deployment.key;
        String objection = applications.check().objection(key.file());
        FileStamp now = FileStamp.of(key.file()).with(objection);
        FileStamp last = reported.get(key);
        if (now.isAbsent()
                || now.equals(last == null ? deployment.stamp() : last)
                || now.equals(objection == null ? null : refused.get(key))) {
            seen.remove(key);
            return false;
        }
        if (!now.equals(seen.put(key, now))) {
            return true;
        }
        seen.remove(key);
        if (objection != null) {
            refused.put(key, now);
            DaemonLog.line(
                    "JSGID0607",
                    key + " has changed and must not be loaded: " + objection + ". What was loaded before, if anything,"
                            + " serves on.");
            return false;
        }
        reported.put(key, now);
        for (ApplicationKey mount : deployment.mounts()) {
            reports.changed(mount);
        }
        return false;
    }
}
