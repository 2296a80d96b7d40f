package org.jsgid.supervisor.ctl;

import com.google.gson.JsonElement;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jsgid.supervisor.jdk.ProfileRegistry;

/** What all commands share: the options before the command, and where output goes. */
final class CtlContext {
    private final PrintWriter out;
    private final PrintWriter err;
    private final Surroundings surroundings;
    private final List<Path> profileFolders = new ArrayList<>();
    private Path runFolder = RunFolder.DEFAULT;
    private boolean json;

    /**
     * What a command needs of the world around it.
     *
     * @param clock tells what time it is
     * @param pause waits between two pictures of a watch; false when the watch is to end
     * @param terminal standard output is one
     * @param home the installed image, when the start script says
     * @param standardJdkFolders where a scan looks
     */
    record Surroundings(
            Clock clock, BooleanSupplier pause, boolean terminal, Optional<Path> home, List<Path> standardJdkFolders) {}

    /** A context without options. */
    CtlContext(PrintWriter out, PrintWriter err, Surroundings surroundings) {
        this.out = out;
        this.err = err;
        this.surroundings = surroundings;
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
        return surroundings.standardJdkFolders();
    }

    RunFolder runFolder() {
        return new RunFolder(runFolder);
    }

    Clock clock() {
        return surroundings.clock();
    }

    boolean isTerminal() {
        return surroundings.terminal();
    }

    boolean isJson() {
        return json;
    }

    /** The installed image: the server's, or else the one that this command belongs to. */
    Optional<Path> home() {
        return instanceValue("home").map(Path::of).or(surroundings::home);
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

    /** Waits for the next picture of a watch; false when there is to be none. */
    boolean pause() {
        return surroundings.pause().getAsBoolean();
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
