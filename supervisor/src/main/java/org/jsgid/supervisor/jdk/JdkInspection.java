package org.jsgid.supervisor.jdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What a look at a JDK's home has shown. A broken JDK is a result with a reason, not an exception. */
public sealed interface JdkInspection {

    /** The folder that was looked at, links resolved. */
    Path home();

    /**
     * A JDK or JRE that a profile can name.
     *
     * @param home real path of the home
     * @param feature feature version
     * @param version fullest version that it gives
     * @param implementor who made it; empty when it does not say
     * @param release its release file, or what stands for it ({@link ReleaseFile#of})
     * @param runtimeOnly has no Java compiler: {@code .java} files cannot be served on it
     * @param identity which build it is
     */
    record Usable(
            Path home,
            int feature,
            String version,
            String implementor,
            ReleaseFile release,
            boolean runtimeOnly,
            JdkIdentity identity)
            implements JdkInspection {

        /** The name that a scan gives it: vendor and feature version, never the point release. */
        public String profileName() {
            return VendorNames.slug(release) + "-" + feature + (runtimeOnly ? "-jre" : "");
        }
    }

    /**
     * A folder that is no JDK, or one that cannot be used.
     *
     * @param home the folder
     * @param reason a sentence without full stop
     */
    record Broken(Path home, String reason) implements JdkInspection {}

    /** Looks at a home: {@code bin/java}, {@code release}, libjvm. Nothing is run. */
    static JdkInspection inspect(Path folder) {
        Path home;
        try {
            home = folder.toRealPath();
        } catch (IOException e) {
            return new Broken(folder, "there is no such folder");
        }
        if (!Files.isDirectory(home)) {
            return new Broken(home, "it is not a folder");
        }
        if (home.toString().matches("(?s).*([\\r\\n]|[ \\t]$).*")) {
            return new Broken(home, "a profile cannot name a path that has a line break in it or ends in a blank");
        }
        Path java = home.resolve("bin/java");
        if (!Files.isRegularFile(java)) {
            return new Broken(home, "it has no bin/java");
        }
        if (!Files.isExecutable(java)) {
            return new Broken(home, "its bin/java is not executable");
        }
        return inspectRelease(home);
    }

    private static JdkInspection inspectRelease(Path home) {
        ReleaseFile release;
        try {
            release = ReleaseFile.of(home);
        } catch (IOException e) {
            return new Broken(home, "it has no readable release file");
        }
        if (release.feature().isEmpty()) {
            return new Broken(home, "its release file has no JAVA_VERSION that is understood");
        }
        Optional<Path> libjvm = JdkIdentity.findLibjvm(home);
        if (libjvm.isEmpty()) {
            return new Broken(home, "it has no libjvm.so");
        }
        try {
            return new Usable(
                    home,
                    release.feature().getAsInt(),
                    release.version().orElseThrow(),
                    release.implementor().orElse(""),
                    release,
                    hasNoCompiler(home, release),
                    JdkIdentity.of(home));
        } catch (IOException e) {
            return new Broken(home, "its libjvm.so cannot be looked at: " + reason(e));
        }
    }

    /**
     * Distributions split the tools from the modules: with Debian's headless packages {@code bin/javac} is missing while
     * the compiler's module is there, and it is the module that the daemon uses.
     */
    private static boolean hasNoCompiler(Path home, ReleaseFile release) {
        if (release.saysRuntimeOnly()) {
            return true;
        }
        if (!release.modules().isEmpty()) {
            return !release.modules().contains("jdk.compiler");
        }
        return !Files.isRegularFile(home.resolve("bin/javac")) && !Files.isRegularFile(home.resolve("lib/tools.jar"));
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName().toLowerCase(Locale.ROOT) : e.getMessage();
    }
}
