package org.jsgid.daemon.manage;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * Finds threads that wait for each other for ever. The JVM is asked only when requests run and none has ended for a while:
 * the management beans cost memory that a healthy daemon need not spend.
 */
public final class DeadlockWatch {

    private static final int SUSPICIOUS_SECONDS = 5;

    private long lastEnded = -1;
    private int quietSeconds;
    private long[] reported = new long[0];

    /**
     * Called each second.
     *
     * @param ended requests that have ended so far
     * @return the threads of a deadlock that was not reported yet, or null
     */
    public String tick(long ended, int active) {
        quietSeconds = active > 0 && ended == lastEnded ? quietSeconds + 1 : 0;
        lastEnded = ended;
        if (quietSeconds == 0 || quietSeconds % SUSPICIOUS_SECONDS != 0) {
            return null;
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] found = threads.findDeadlockedThreads();
        if (found == null) {
            return null;
        }
        Arrays.sort(found);
        if (Arrays.equals(found, reported)) {
            return null;
        }
        reported = found;
        StringBuilder text = new StringBuilder();
        for (ThreadInfo info : threads.getThreadInfo(found, Integer.MAX_VALUE)) {
            if (info != null) {
                text.append(text.length() == 0 ? "" : "; ").append(info.getThreadName());
                text.append(" waits for ").append(info.getLockName());
                text.append(" of ").append(info.getLockOwnerName());
                StackTraceElement[] stack = info.getStackTrace();
                text.append(stack.length == 0 ? "" : " at " + stack[0]);
            }
        }
        return text.toString();
    }
}
