package org.jsgid.daemon;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/** The id of this process. */
public final class ProcessId {

    private static final String ID = find();

    private ProcessId() {}

    /** Decimal. */
    public static String get() {
        return ID;
    }

    private static String find() {
        try {
            String name = new File("/proc/self").getCanonicalFile().getName();
            Integer.parseInt(name);
            return name;
        } catch (IOException | NumberFormatException noProc) {
            // In a chroot without /proc. Costs more, hence not the first choice.
            String name = ManagementFactory.getRuntimeMXBean().getName();
            return name.substring(0, name.indexOf('@'));
        }
    }
}
