package org.jsgid.supervisor.jdk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The file {@code release} in a JDK's home: lines {@code KEY="value"}. This is how a JDK is known without running it.
 *
 * @param values what the file says, in its order, without quotes
 */
public record ReleaseFile(Map<String, String> values) {
    private static final String NAME = "release";
    private static final int LIMIT = 1 << 20;
    /** A profile's feature begins here; what is older cannot be served. */
    private static final int OLDEST_FEATURE = 8;

    private static final Pattern FEATURE = Pattern.compile("(?:1\\.)?([0-9]{1,3})(?:[^0-9].*)?");

    /** Keeps a copy of the map. */
    public ReleaseFile {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Reads {@code home/release}.
     *
     * @throws IOException when it is not there or cannot be read
     */
    public static ReleaseFile read(Path home) throws IOException {
        try (InputStream in = Files.newInputStream(home.resolve(NAME))) {
            return parse(new String(in.readNBytes(LIMIT), StandardCharsets.UTF_8));
        }
    }

    /**
     * What is known of the JDK in a home without running it: its release file, and what that leaves out by the manifest of
     * the class library of JDK 8. Some of its packages have no release file (Debian's), and in those of several vendors
     * (Amazon, Azul) it does not say whose they are.
     *
     * @throws IOException when neither is there, or one cannot be read
     */
    static ReleaseFile of(Path home) throws IOException {
        Optional<Path> library = libraryOf8(home);
        boolean hasFile = Files.exists(home.resolve(NAME));
        if (library.isEmpty()) {
            return read(home);
        }
        Map<String, String> values = new LinkedHashMap<>(hasFile ? read(home).values() : Map.of());
        if (!values.containsKey("IMPLEMENTOR")) {
            addManifest(values, library.get(), hasFile);
        }
        return new ReleaseFile(values);
    }

    /** Whether {@link #of} has something to read. */
    static boolean isKnown(Path home) {
        return Files.exists(home.resolve(NAME)) || libraryOf8(home).isPresent();
    }

    private static Optional<Path> libraryOf8(Path home) {
        return Stream.of("jre/lib/rt.jar", "lib/rt.jar")
                .map(home::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static void addManifest(Map<String, String> values, Path library, boolean isOptional) throws IOException {
        try (JarFile jar = new JarFile(library.toFile(), false)) {
            Manifest manifest = jar.getManifest();
            if (manifest != null) {
                Attributes main = manifest.getMainAttributes();
                put(values, "JAVA_VERSION", main.getValue(Attributes.Name.IMPLEMENTATION_VERSION));
                put(values, "IMPLEMENTOR", main.getValue(Attributes.Name.IMPLEMENTATION_VENDOR));
            }
        } catch (IOException e) {
            if (!isOptional) {
                throw e;
            }
        }
    }

    private static void put(Map<String, String> values, String key, String value) {
        if (value != null) {
            values.putIfAbsent(key, value.strip());
        }
    }

    /** Takes the content of such a file; lines that are none of its kind are passed over. */
    public static ReleaseFile parse(String content) {
        Map<String, String> values = new LinkedHashMap<>();
        content.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals).strip(), unquote(line.substring(equals + 1)));
            }
        });
        return new ReleaseFile(values);
    }

    /** The value of a key, when it is there and not empty. */
    public Optional<String> value(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }

    /** The feature version by {@code JAVA_VERSION}: 8 for {@code 1.8.0_452}, 27 for {@code 27-ea}. */
    public OptionalInt feature() {
        return value("JAVA_VERSION").map(ReleaseFile::featureOf).orElse(OptionalInt.empty());
    }

    /** The fullest version that the file gives. */
    public Optional<String> version() {
        return value("JAVA_RUNTIME_VERSION").or(() -> value("JAVA_VERSION"));
    }

    /** Who made the JDK, as {@code IMPLEMENTOR} says. */
    public Optional<String> implementor() {
        return value("IMPLEMENTOR");
    }

    /** Names of the modules in the image; empty for JDK 8, which has none. */
    public Set<String> modules() {
        return value("MODULES")
                .map(modules -> new TreeSet<>(Arrays.asList(modules.split("\\s+"))))
                .orElseGet(TreeSet::new);
    }

    /**
     * Whether the JVM is Eclipse OpenJ9, which IBM Semeru builds have; all others have HotSpot. Builds that were not made
     * by the scripts of Adoptium say it among their sources only.
     */
    public boolean isOpenJ9() {
        return value("JVM_VARIANT").filter("openj9"::equalsIgnoreCase).isPresent()
                || value("JVM_VERSION")
                        .filter(version -> version.startsWith("openj9"))
                        .isPresent()
                || value("SOURCE").filter(source -> source.contains("OpenJ9:")).isPresent();
    }

    /** Whether the file says that this is an image without tools. */
    boolean saysRuntimeOnly() {
        return value("IMAGE_TYPE")
                .map(type -> type.toUpperCase(Locale.ROOT))
                .filter("JRE"::equals)
                .isPresent();
    }

    private static OptionalInt featureOf(String version) {
        Matcher matcher = FEATURE.matcher(version);
        int feature = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        return feature >= OLDEST_FEATURE ? OptionalInt.of(feature) : OptionalInt.empty();
    }

    private static String unquote(String text) {
        String value = text.strip();
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
