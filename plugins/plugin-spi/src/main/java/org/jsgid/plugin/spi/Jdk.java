package org.jsgid.plugin.spi;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Set;

/**
 * The JDK that a daemon is started on, as its release file describes it.
 *
 * @param home its folder, as the daemon sees it
 * @param feature feature version
 * @param version full version ({@code 1.8.0_452}, {@code 25.0.3+9-LTS}); empty when it is not known
 * @param vm which JVM it has
 * @param modules the modules in the image; empty when it has none (JDK 8) or they are not known
 */
public record Jdk(Path home, int feature, String version, Vm vm, Set<String> modules) {

    /** A JVM, by the options that it knows. */
    public enum Vm {
        /** OpenJDK's own, which nearly all builds have. */
        HOTSPOT,
        /** Eclipse OpenJ9 (IBM Semeru): knows few of HotSpot's options. */
        OPENJ9
    }

    /** Copies its set. */
    public Jdk {
        requireNonNull(home, "home");
        requireNonNull(version, "version");
        requireNonNull(vm, "vm");
        modules = Set.copyOf(modules);
    }

    /** A complete HotSpot JDK of which nothing more is known. */
    public Jdk(Path home, int feature) {
        this(home, feature, "", Vm.HOTSPOT, Set.of());
    }

    /** Whether it has a module; what is not known is taken to be there. */
    public boolean has(String module) {
        return modules.isEmpty() || modules.contains(module);
    }

    /** The update of a JDK 8: 452 for {@code 1.8.0_452-b09}; the highest number when it is not known. */
    public int updateOfEight() {
        int underscore = version.indexOf('_');
        if (underscore < 0) {
            return Integer.MAX_VALUE;
        }
        String digits = version.substring(underscore + 1).replaceFirst("[^0-9].*", "");
        return digits.isEmpty() || digits.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }
}
