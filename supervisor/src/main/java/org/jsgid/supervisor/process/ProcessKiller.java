package org.jsgid.supervisor.process;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecuteResultHandler;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteWatchdog;
import org.apache.commons.exec.PumpStreamHandler;

/**
 * Signals a daemon and everything it started. The launcher makes each daemon the leader of a session and a process
 * group of its own, so one signal to the group reaches its children also when the daemon itself is gone already. Java
 * has no call for that; the shell's built-in kill has, and is on every machine.
 */
final class ProcessKiller {

    private ProcessKiller() {}

    /** Sends a signal ({@code TERM}, {@code KILL}) to a process and its group; neither need exist. Does not wait. */
    static void signal(String signal, long pid) {
        if (pid > 1 && !run("kill -" + signal + " -- -" + pid + " || kill -" + signal + " " + pid)) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Sends a signal to one process and nothing that it started. Does not wait. */
    static void signalOne(String signal, long pid) {
        if (pid > 1) {
            run("kill -" + signal + " " + pid);
        }
    }

    /** Ends what an exited daemon left behind in its process group; its own pid may belong to another by now. */
    static void endLeftovers(long pid) {
        if (pid > 1) {
            run("kill -KILL -- -" + pid);
        }
    }

    private static boolean run(String script) {
        CommandLine command = new CommandLine("/bin/sh");
        command.addArgument("-c");
        command.addArgument(script, false);
        DefaultExecutor executor = DefaultExecutor.builder()
                .setExecuteStreamHandler(new PumpStreamHandler(OutputStream.nullOutputStream()))
                .get();
        executor.setExitValues(null);
        executor.setWatchdog(
                ExecuteWatchdog.builder().setTimeout(Duration.ofSeconds(10)).get());
        try {
            executor.execute(command, Map.of(), new DefaultExecuteResultHandler());
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
