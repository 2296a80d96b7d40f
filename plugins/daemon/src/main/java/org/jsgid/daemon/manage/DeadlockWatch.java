package org.jsgid.daemon.manage;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/**
 * Finds threads that wait for each other for ever, by monitors or by {@code java.util.concurrent} locks. The JVM is asked
 * only when there is a reason to: the management beans cost memory that a healthy daemon need not spend. Reasons are that
 * requests run and none has ended for a while, which is how a process looks in which all wait, and that one request has
 * run for long, which is how it looks when few do.
 */
public final class DeadlockWatch {

    private static final int SUSPICIOUS_SECONDS = 5;
    private static final int LONG_SECONDS = 10;
    /** How often one that was found is looked for again; its report tells that it lasts. */
    private static final int LASTING_SECONDS = 5;

    private static final int MOST_FRAMES = 100;

    private long lastEnded = -1;
    private int quietSeconds;
    private int longSeconds;
    private int lastingSeconds;
    private long[] logged = new long[0];
    private String details;

    /**
     * Called each second.
     *
     * @param ended requests that have ended so far
     * @param active requests that run
     * @param longestNanos how long the one that has run for longest has
     * @return the threads of a deadlock, or null: there is none, or it is not time to look
     */
    public String tick(long ended, int active, long longestNanos) {
        details = null;
        if (!isTime(ended, active, longestNanos)) {
            return null;
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] found = threads.findDeadlockedThreads();
        if (found == null) {
            lastingSeconds = 0;
            logged = new long[0];
            return null;
        }
        lastingSeconds = 1;
        Arrays.sort(found);
        ThreadInfo[] infos = threads.getThreadInfo(found, true, true);
        if (!Arrays.equals(found, logged)) {
            logged = found;
            details = details(infos);
        }
        return summary(infos);
    }

    /** The stacks of the deadlock that the last tick found, when it had not found the same before; else null. */
    public String details() {
        return details;
    }

    private boolean isTime(long ended, int active, long longestNanos) {
        quietSeconds = active > 0 && ended == lastEnded ? quietSeconds + 1 : 0;
        lastEnded = ended;
        longSeconds = longestNanos > LONG_SECONDS * 1_000_000_000L ? longSeconds + 1 : 0;
        if (lastingSeconds > 0) {
            boolean isTime = lastingSeconds == LASTING_SECONDS;
            lastingSeconds = isTime ? 1 : lastingSeconds + 1;
            return isTime;
        }
        return (quietSeconds > 0 && quietSeconds % SUSPICIOUS_SECONDS == 0) || longSeconds % LONG_SECONDS == 1;
    }

    private static String summary(ThreadInfo[] infos) {
        StringBuilder text = new StringBuilder();
        for (ThreadInfo info : infos) {
            if (info != null) {
                text.append(text.length() == 0 ? "" : "; ");
                appendWait(text, info);
                StackTraceElement[] stack = info.getStackTrace();
                text.append(stack.length == 0 ? "" : " at " + stack[0]);
            }
        }
        return text.toString();
    }

    private static void appendWait(StringBuilder text, ThreadInfo info) {
        text.append(info.getThreadName()).append(" waits for ").append(info.getLockName());
        text.append(" of ").append(info.getLockOwnerName());
    }

    private static String details(ThreadInfo[] infos) {
        StringBuilder text = new StringBuilder();
        for (ThreadInfo info : infos) {
            if (info != null) {
                text.append('\n');
                appendWait(text, info);
                appendStack(text, info);
            }
        }
        return text.toString();
    }

    /** As a thread dump shows it, with what the thread holds where it took it. */
    private static void appendStack(StringBuilder text, ThreadInfo info) {
        StackTraceElement[] stack = info.getStackTrace();
        for (int i = 0; i < stack.length && i < MOST_FRAMES; i++) {
            text.append("\n\tat ").append(stack[i]);
            for (MonitorInfo monitor : info.getLockedMonitors()) {
                if (monitor.getLockedStackDepth() == i) {
                    text.append("\n\t- holds ").append(monitor);
                }
            }
        }
        for (LockInfo lock : info.getLockedSynchronizers()) {
            text.append("\n\t- holds ").append(lock);
        }
    }
}
