package org.jsgid.supervisor.monitor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jsgid.supervisor.process.DaemonLauncher;
import org.jsgid.supervisor.process.EventLoop;

/**
 * The beginning of a monitor's life: waits for the keepers of the daemons that its predecessor had, as long as they live,
 * but not for ever. Used on the event loop only.
 */
final class Adoption {

    /** Keepers try ten times a second; one that has not come by then is stopped or stuck. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** How often it is looked whether those that are waited for still live. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private final EventLoop loop;
    private final List<MonitorState.Daemon> missing;
    private final List<DaemonLauncher.Kept> come = new ArrayList<>();
    private final Runnable whenOver;
    private Duration until = Duration.ZERO;
    private boolean isOver;

    /**
     * Waits for those daemons' keepers.
     *
     * @param whenOver called once
     */
    Adoption(List<MonitorState.Daemon> expected, EventLoop loop, Runnable whenOver) {
        this.missing = new ArrayList<>(expected);
        this.loop = loop;
        this.whenOver = whenOver;
    }

    void begin() {
        until = loop.now().plus(LONGEST);
        look();
    }

    private void look() {
        if (isOver) {
            return;
        }
        missing.removeIf(daemon -> !daemon.isKept());
        if (missing.isEmpty() || loop.now().compareTo(until) >= 0) {
            finish();
        } else {
            loop.after(LOOK, this::look);
        }
    }

    /** A keeper has come in time. */
    void came(DaemonLauncher.Kept kept) {
        come.add(kept);
        missing.removeIf(daemon -> daemon.keeper() == kept.keeperPid());
        if (missing.isEmpty()) {
            // Not at once: others that the state does not name may come at the same moment.
            loop.execute(this::look);
        }
    }

    /** Waits no longer. */
    void finish() {
        if (!isOver) {
            isOver = true;
            whenOver.run();
        }
    }

    boolean isOver() {
        return isOver;
    }

    /** The daemons whose keepers have come. */
    List<DaemonLauncher.Kept> come() {
        return List.copyOf(come);
    }

    /** Those whose keepers live and have not come. */
    List<MonitorState.Daemon> missing() {
        return missing.stream().filter(MonitorState.Daemon::isKept).toList();
    }
}
