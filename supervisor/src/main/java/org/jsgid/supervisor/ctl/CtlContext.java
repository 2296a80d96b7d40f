package org.jsgid.supervisor.ctl;

import com.google.gson.JsonElement;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jsgid.supervisor.jdk.ProfileRegistry;

/** What all commands share: the options before the command, and where output goes. */
final class CtlContext {
    private final PrintWriter out;
    private final PrintWriter err;
    private final Clock clock;
    private final boolean terminal;
    private final Optional<Path> home;
    private final List<Path> standardJdkFolders;
    private final List<Path> profileFolders = new ArrayList<>();
    private Path runFolder = RunFolder.DEFAULT;
    private boolean json;

    /**
     * A context without options.
     *
     * @param terminal standard output is one
     * @param home the installed image, when the start script says
     * @param standardJdkFolders where a scan looks
     */
    CtlContext(
            PrintWriter out,
            PrintWriter err,
            Clock clock,
            boolean terminal,
            Optional<Path> home,
            List<Path> standardJdkFolders) {
        this.out = out;
        this.err = err;
        this.clock = clock;
        this.terminal = terminal;
        this.home = home;
        this.standardJdkFolders = List.copyOf(standardJdkFolders);
    }

    void setRunFolder(Path folder) {
        runFolder = folder.toAbsolutePath().normalize();
    }

    void setProfileFolders(List<Path> folders) {
        profileFolders.clear();
        folders.forEach(folder -> profileFolders.add(folder.toAbsolutePath().normalize()));
    }

    void setJson(boolean wanted) {
        json = wanted;
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    List<Path> standardJdkFolders() {
        return standardJdkFolders;
    }

    RunFolder runFolder() {
        return new RunFolder(runFolder);
    }

    Clock clock() {
        return clock;
    }

    boolean isTerminal() {
        return terminal;
    }

    boolean isJson() {
        return json;
    }

    /** The installed image: the server's, or else the one that this command belongs to. */
    Optional<Path> home() {
        return instanceValue("home").map(Path::of).or(() -> home);
    }

    /** The profile folders: as given, or the server's, or those of an installed system. */
    List<Path> profileFolders() {
        if (!profileFolders.isEmpty()) {
            return List.copyOf(profileFolders);
        }
        List<Path> ofServer = runFolder()
                .instance()
                .map(instance ->
                        instance.values("profile-dir").stream().map(Path::of).toList())
                .orElse(List.of());
        return ofServer.isEmpty() ? ProfileRegistry.DEFAULT_FOLDERS : ofServer;
    }

    ProfileRegistry registry() {
        return ProfileRegistry.load(profileFolders());
    }

    /** What {@code instance.conf} says; empty when it is absent or says nothing. */
    Optional<String> instanceValue(String key) {
        return runFolder().instance().map(instance -> instance.value(key)).filter(value -> !value.isEmpty());
    }

    /** Waits; false when that was interrupted and the command should end. */
    boolean pause(long millis) {
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Prints a document, or the text for people. */
    void print(JsonElement document, String text) {
        out.print(json ? Json.pretty(document) + "\n" : text);
        out.flush();
    }

    /** Prints as is. */
    void printRaw(String text) {
        out.print(text);
        out.flush();
    }

    /** Says something on the way: never mixed into a document. */
    void say(String line) {
        PrintWriter target = json ? err : out;
        target.println(TextTable.oneLine(line));
        target.flush();
    }

    /** Says something on standard error. */
    void warn(String line) {
        err.println("jsgid-ctl: " + TextTable.oneLine(line));
        err.flush();
    }

    /** Whether nobody reads the output any more. */
    boolean isOutputGone() {
        return out.checkError();
    }
}
