package org.jsgid.harness;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code jsgid-ctl}, the command, for one run folder. */
public final class Ctl {

    private final Path runDir;
    private final Path profileDir;

    /** For the server with that run folder and that one profile folder. */
    public Ctl(Path runDir, Path profileDir) {
        this.runDir = runDir;
        this.profileDir = profileDir;
    }

    /** Runs it with these arguments after {@code --run-dir}. */
    public RunningProcess.Completed run(String... arguments) {
        return RunningProcess.run(command(arguments));
    }

    /** Starts it and does not wait for its end. */
    public RunningProcess start(String... arguments) {
        return RunningProcess.start(command(arguments), Path.of("/"), RunningProcess.plainEnvironment());
    }

    /** Runs it as another user; only root can. */
    public RunningProcess.Completed runAs(TestUser user, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("setpriv", "--reuid=" + user.uid(), "--regid=" + user.gid(), "--clear-groups"));
        command.addAll(command(arguments));
        return RunningProcess.run(command);
    }

    /** Runs {@code jsgid-ctl jdk …} on the server's profile folder. */
    public RunningProcess.Completed jdk(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(Image.get().ctl().toString(), "--profile-dir", profileDir.toString(), "jdk"));
        command.addAll(List.of(arguments));
        return RunningProcess.run(command);
    }

    /** Runs it with {@code --json} and reads what it prints, whatever its exit status. */
    public JsonElement json(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--json"));
        all.addAll(List.of(arguments));
        return JsonParser.parseString(run(all.toArray(String[]::new)).output());
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Image.get().ctl().toString(), "--run-dir", runDir.toString()));
        command.addAll(List.of(arguments));
        return command;
    }
}
