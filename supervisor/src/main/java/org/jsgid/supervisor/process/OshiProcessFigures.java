package org.jsgid.supervisor.process;

import java.util.Optional;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/** Figures through OSHI, which is loaded when somebody first asks: a monitor that nobody asks stays small. */
public final class OshiProcessFigures implements ProcessFigures {

    private OperatingSystem system;

    @Override
    public synchronized Optional<Figures> of(long pid) {
        if (system == null) {
            system = new SystemInfo().getOperatingSystem();
        }
        OSProcess process = system.getProcess(Math.toIntExact(pid));
        if (process == null) {
            return Optional.empty();
        }
        double cpuSeconds = (process.getUserTime() + process.getKernelTime()) / 1000.0;
        return Optional.of(new Figures(process.getResidentMemory(), cpuSeconds));
    }
}
