package org.jsgid.supervisor.group;

import java.time.Duration;
import java.util.List;
import org.jsgid.supervisor.process.DaemonLauncher;

/** A process that has a pid and does nothing. */
public record TestingHandle(long pid) implements DaemonLauncher.Handle {

    @Override
    public long keeperPid() {
        return 0;
    }

    @Override
    public void drain(Duration within) {}

    @Override
    public void terminate() {}

    @Override
    public void kill() {}

    @Override
    public void threadDump() {}

    @Override
    public List<String> lastLines() {
        return List.of();
    }
}
