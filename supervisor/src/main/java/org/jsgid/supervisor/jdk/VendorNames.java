package org.jsgid.supervisor.jdk;

import java.util.List;
import java.util.Locale;

/** The first part of a generated profile's name, from the release file. */
final class VendorNames {
    private static final String UNKNOWN = "jdk";
    private static final int LONGEST = 40;

    /**
     * Each vendor's name as it stands in {@code IMPLEMENTOR} (in lower case, a part of it) and the name that people
     * use for its builds. The builds of Linux distributions are all {@code openjdk}. The first that fits counts.
     */
    private static final List<Vendor> VENDORS = List.of(
            new Vendor("adoptopenjdk", "adoptopenjdk"),
            new Vendor("eclipse", "temurin"),
            new Vendor("azul", "zulu"),
            new Vendor("amazon", "corretto"),
            new Vendor("bellsoft", "liberica"),
            new Vendor("graalvm", "graalvm"),
            new Vendor("microsoft", "microsoft"),
            new Vendor("sap ", "sapmachine"),
            new Vendor("ibm", "semeru"),
            new Vendor("international business machines", "semeru"),
            new Vendor("jetbrains", "jbr"),
            new Vendor("alibaba", "dragonwell"),
            new Vendor("tencent", "kona"),
            new Vendor("huawei", "bisheng"),
            new Vendor("bisheng", "bisheng"),
            new Vendor("oracle", "oracle"),
            new Vendor("debian", "openjdk"),
            new Vendor("ubuntu", "openjdk"),
            new Vendor("private build", "openjdk"),
            new Vendor("red hat", "openjdk"),
            new Vendor("fedora", "openjdk"),
            new Vendor("centos", "openjdk"),
            new Vendor("rocky", "openjdk"),
            new Vendor("alma", "openjdk"),
            new Vendor("suse", "openjdk"),
            new Vendor("alpine", "openjdk"),
            new Vendor("arch linux", "openjdk"),
            new Vendor("gentoo", "openjdk"),
            new Vendor("n/a", "openjdk"));

    private VendorNames() {}

    /** The vendor's part of a profile name; begins with a letter and holds only what a profile name may hold. */
    static String slug(ReleaseFile release) {
        // Oracle's and Red Hat's GraalVM builds name only their company as implementor.
        if (release.value("GRAALVM_VERSION").isPresent()) {
            return "graalvm";
        }
        String implementor = release.implementor().orElse("").toLowerCase(Locale.ROOT);
        if (implementor.isEmpty()) {
            return withoutImplementor(release);
        }
        return VENDORS.stream()
                .filter(vendor -> implementor.contains(vendor.partOfImplementor()))
                .map(Vendor::name)
                .findFirst()
                .orElseGet(() -> cleaned(implementor));
    }

    /** Many builds of JDK 8 leave the implementor out; Oracle's own are marked as commercial. */
    private static String withoutImplementor(ReleaseFile release) {
        return release.value("BUILD_TYPE").filter("commercial"::equals).isPresent() ? "oracle" : "openjdk";
    }

    private static String cleaned(String implementor) {
        String slug = implementor.replaceAll("[^a-z0-9]+", "-").replaceAll("^[^a-z]+|-+$", "");
        if (slug.length() > LONGEST) {
            slug = slug.substring(0, LONGEST).replaceAll("-+$", "");
        }
        return slug.isEmpty() ? UNKNOWN : slug;
    }

    private record Vendor(String partOfImplementor, String name) {}
}
