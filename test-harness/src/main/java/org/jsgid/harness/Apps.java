package org.jsgid.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;

/** Puts the test applications of {@code src/test/apps} into a server root, as source, jar or WAR. */
public final class Apps {

    private static final Path SOURCES = Path.of(System.getProperty("jsgid.apps", "src/test/apps"));

    private Apps() {}

    /** Copies a source file: {@code java(server, "hello/Hello.java")}. */
    public static Path java(Httpd server, String file) {
        return java(server, file, Path.of(file).getFileName().toString());
    }

    /** Copies a source file to another name; one that is there already stays, and is not redeployed. */
    public static Path java(Httpd server, String file, String name) {
        Path target = folder(server).resolve(name);
        if (!Files.exists(target)) {
            replace(target, read(SOURCES.resolve(file)));
        }
        return target;
    }

    /** The text of a file of {@code src/test/apps}. */
    public static String source(String file) {
        return new String(read(SOURCES.resolve(file)), StandardCharsets.UTF_8);
    }

    /** Where a server's applications are. */
    public static Path folder(Httpd server) {
        return made(server.root().resolve("apps"));
    }

    /**
     * Replaces a file as a deployment should: all at once, by renaming.
     *
     * @param text its content in UTF-8
     */
    public static void replace(Path file, String text) {
        replace(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Compiles the sources of a folder for Java 8 and packs them as a JSGI jar. */
    public static Path jsgiJar(Httpd server, String folder, String applicationClass) {
        Path classes = compile(server, folder, List.of(Image.get().find("jsgi-api", ".jar")));
        Map<String, byte[]> entries = tree(classes);
        Manifest manifest = manifest();
        manifest.getMainAttributes().putValue("Jsgi-Application", applicationClass);
        return pack(folder(server).resolve(folder + ".jar"), manifest, entries);
    }

    /**
     * Packs a WAR: {@code classes/} of the folder is compiled for the generation, {@code web/} taken as it is. In
     * both, NAMESPACE and DESCRIPTOR stand for what differs between generations.
     */
    public static Path war(Httpd server, String folder, ServletGeneration generation) {
        String name = generation.name().toLowerCase(Locale.ROOT) + "-" + folder;
        Path translated = made(server.root().resolve("build/" + name + "-src"));
        for (Map.Entry<String, byte[]> source :
                tree(SOURCES.resolve(folder + "/classes")).entrySet()) {
            write(translated.resolve(source.getKey()), generation.translate(source.getValue()));
        }
        Path classes = compile(server, translated, name, generation.apis(), generation.lowestFeature());
        Map<String, byte[]> entries = new TreeMap<>();
        tree(classes).forEach((file, bytes) -> entries.put("WEB-INF/classes/" + file, bytes));
        tree(SOURCES.resolve(folder + "/web")).forEach((file, bytes) -> entries.put(file, generation.translate(bytes)));
        return pack(folder(server).resolve(name + ".war"), manifest(), entries);
    }

    /** Unpacks an archive of ours beside it. */
    public static Path explode(Path archive) {
        Path folder = archive.resolveSibling(archive.getFileName() + ".exploded");
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                write(folder.resolve(entry.getName()), zip.getInputStream(entry).readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    /** Replaces an archive by itself with some entries replaced, all at once, by renaming. */
    public static void repack(Path archive, Map<String, String> replaced) {
        Path temporary = archive.resolveSibling("." + archive.getFileName() + ".new");
        try (ZipFile zip = new ZipFile(archive.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(temporary))) {
            for (ZipEntry entry : zip.stream().toList()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                String text = replaced.get(entry.getName());
                out.write(
                        text == null
                                ? zip.getInputStream(entry).readAllBytes()
                                : text.getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        move(temporary, archive);
    }

    /** What a WAR was built for. */
    public enum ServletGeneration {
        /** javax, Servlet 4.0: Tomcat 9.0. */
        JAVAX("javax", "http://xmlns.jcp.org/xml/ns/javaee", "4.0", "9.", 8),
        /** jakarta, Servlet 6.0: Tomcat 10.1. */
        JAKARTA("jakarta", "https://jakarta.ee/xml/ns/jakartaee", "6.0", "10.", 11),
        /** jakarta, Servlet 6.1: Tomcat 11.0. */
        JAKARTA61("jakarta", "https://jakarta.ee/xml/ns/jakartaee", "6.1", "11.", 17);

        private final String namespace;
        private final String schema;
        private final String version;
        private final String tomcat;
        private final int lowestFeature;

        ServletGeneration(String namespace, String schema, String version, String tomcat, int lowestFeature) {
            this.namespace = namespace;
            this.schema = schema;
            this.version = version;
            this.tomcat = tomcat;
            this.lowestFeature = lowestFeature;
        }

        /** Those that the JDK can serve on which the class that runs now has its groups, if they name none. */
        public static List<ServletGeneration> served() {
            int feature = InstalledJdks.chosen().orElseGet(InstalledJdks::newestLongTerm);
            return Stream.of(values())
                    .filter(generation -> generation.lowestFeature <= feature)
                    .toList();
        }

        /** One for a test of what is the same for all: jakarta, unless the JDK is too old for that. */
        public static ServletGeneration usual() {
            return served().contains(JAKARTA) ? JAKARTA : JAVAX;
        }

        /** How the container that must serve it names itself: {@code Apache Tomcat/9.} */
        public String serverInfo() {
            return "Apache Tomcat/" + tomcat;
        }

        private List<Path> apis() {
            return List.of(
                    Image.get().find("tomcat-embed-core-" + tomcat, ".jar"),
                    Image.get().find("tomcat-embed-websocket-" + tomcat, ".jar"));
        }

        /** The feature version that its container and its own classes need at least. */
        public int lowestFeature() {
            return lowestFeature;
        }

        /** A source or descriptor for this generation: NAMESPACE and DESCRIPTOR are replaced. */
        public String translate(String text) {
            return new String(translate(text.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
        }

        private byte[] translate(byte[] text) {
            return new String(text, StandardCharsets.UTF_8)
                    .replace("NAMESPACE", namespace)
                    .replace("DESCRIPTOR", "xmlns=\"" + schema + "\" version=\"" + version + "\"")
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    private static Path compile(Httpd server, String folder, List<Path> classPath) {
        return compile(server, SOURCES.resolve(folder), folder, classPath, 8);
    }

    private static Path compile(Httpd server, Path sources, String name, List<Path> classPath, int release) {
        Path classes = made(server.root().resolve("build/" + name + "-classes"));
        List<String> arguments = new ArrayList<>(List.of(
                "--release", Integer.toString(release), "-Xlint:-options,-classfile", "-d", classes.toString()));
        arguments.addAll(List.of(
                "-cp", String.join(":", classPath.stream().map(Path::toString).toList())));
        tree(sources).keySet().stream()
                .filter(file -> file.endsWith(".java"))
                .forEach(file -> arguments.add(sources.resolve(file).toString()));
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        if (status != 0) {
            throw new AssertionError("javac " + arguments + " ended with status " + status);
        }
        return classes;
    }

    private static Manifest manifest() {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        return manifest;
    }

    private static Path pack(Path file, Manifest manifest, Map<String, byte[]> entries) {
        Path temporary = file.resolveSibling("." + file.getFileName());
        try (OutputStream out = Files.newOutputStream(temporary);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                jar.putNextEntry(new ZipEntry(entry.getKey()));
                jar.write(entry.getValue());
                jar.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        move(temporary, file);
        return file;
    }

    /** The files below a folder by their relative names. */
    private static Map<String, byte[]> tree(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            Map<String, byte[]> entries = new TreeMap<>();
            files.filter(Files::isRegularFile)
                    .forEach(file -> entries.put(folder.relativize(file).toString(), read(file)));
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replace(Path file, byte[] bytes) {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
        write(temporary, bytes);
        move(temporary, file);
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
