package org.jsgid.tomcat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Web applications for tests, made from {@code tomcat-common/src/test/apps}: what is below {@code web} is the WAR, what
 * is below {@code src} is compiled into it. The sources name the {@code jakarta} packages; for Tomcat 9 they become
 * {@code javax}.
 */
final class TestingWar {

    private static final Path APPS = Paths.get("../tomcat-common/src/test/apps");

    /** The classes of each application, compiled once. */
    private static final Map<String, Path> COMPILED = new HashMap<>();

    private TestingWar() {}

    /** An exploded web application in a new folder below the given one. */
    static synchronized File exploded(String app, Path parent) throws IOException {
        Path target = Files.createTempDirectory(parent, app);
        copy(APPS.resolve(app).resolve("web"), target);
        Path classes = COMPILED.get(app);
        if (classes == null) {
            classes = compiled(app);
            COMPILED.put(app, classes);
        }
        Path webInf = target.resolve("WEB-INF/classes");
        for (Path file : files(classes)) {
            Path copy = webInf.resolve(classes.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
        return target.toFile();
    }

    /** A packed web application. */
    static File packed(String app, Path parent) throws IOException {
        return packed(exploded(app, parent), parent);
    }

    /** What is below that folder, packed. */
    static File packed(File exploded, Path parent) throws IOException {
        Path folder = exploded.toPath();
        Path war = parent.resolve(folder.getFileName() + ".war");
        try (OutputStream out = Files.newOutputStream(war);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Path file : files(folder)) {
                zip.putNextEntry(new ZipEntry(folder.relativize(file).toString()));
                Files.copy(file, zip);
            }
        }
        return war.toFile();
    }

    private static Path compiled(String app) throws IOException {
        Path folder = Paths.get("target", "test-apps");
        Files.createDirectories(folder);
        Path classes = Files.createTempDirectory(folder, app);
        Path sources = APPS.resolve(app).resolve("src");
        if (Files.isDirectory(sources)) {
            Path adapted = Files.createTempDirectory(folder, app + "-src");
            copy(sources, adapted);
            compile(adapted, classes);
        }
        return classes;
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path target = to.resolve(adapted(from.relativize(file).toString()));
            Files.createDirectories(target.getParent());
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            Files.write(target, adapted(text).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String adapted(String text) {
        return isJakarta() ? text : text.replace("jakarta.servlet", "javax.servlet");
    }

    static boolean isJakarta() {
        try {
            Class.forName("jakarta.servlet.Servlet");
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
        }
    }

    private static void compile(Path sources, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<String> options = new ArrayList<>(Arrays.asList(
                "-proc:none", "-d", classes.toString(), "-classpath", System.getProperty("java.class.path")));
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<File> units = files(sources).stream().map(Path::toFile).collect(Collectors.toList());
            boolean compiled = compiler.getTask(
                            messages, files, null, options, null, files.getJavaFileObjectsFromFiles(units))
                    .call();
            if (!compiled) {
                throw new AssertionError(messages.toString());
            }
        }
    }
}
