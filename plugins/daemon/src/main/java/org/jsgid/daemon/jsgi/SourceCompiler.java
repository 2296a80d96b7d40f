package org.jsgid.daemon.jsgi;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jsgid.daemon.app.RejectedException;

/** Compiles one source file with the JDK's own compiler, into memory. */
final class SourceCompiler {

    private final File api;

    /**
     * With that on the class path.
     *
     * @param api the jar or folder of {@code org.jsgi}
     */
    SourceCompiler(File api) {
        this.api = api;
    }

    /** Classes by name, in the order in which the compiler wrote them, and what it had to say. */
    static final class Compiled {
        final Map<String, byte[]> classes;
        final String warnings;

        Compiled(Map<String, byte[]> classes, String warnings) {
            this.classes = classes;
            this.warnings = warnings;
        }
    }

    /**
     * Compiles.
     *
     * @param content what is in the source file
     * @throws RejectedException with the compiler's messages as details
     */
    Compiled compile(File source, String content) throws RejectedException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new RejectedException("the Java at " + System.getProperty("java.home")
                    + " has no compiler (a JRE, or a JDK without the module jdk.compiler); a .java file needs a JDK: "
                    + "install its development package, or compile the application into a jar");
        }
        DiagnosticCollector<JavaFileObject> messages = new DiagnosticCollector<>();
        List<String> options =
                Arrays.asList("-classpath", api.getPath(), "-proc:none", "-g", "-parameters", "-Xlint:-options");
        try (StandardJavaFileManager standard =
                        compiler.getStandardFileManager(messages, Locale.ROOT, StandardCharsets.UTF_8);
                Memory memory = new Memory(standard)) {
            boolean isDone = compiler.getTask(
                            null, memory, messages, options, null, Collections.singleton(new Source(source, content)))
                    .call();
            String text = text(messages.getDiagnostics(), source);
            if (!isDone) {
                throw new RejectedException("it does not compile", text, null);
            }
            return new Compiled(memory.classes(), text);
        } catch (IOException e) {
            throw new RejectedException("it cannot be read: " + e.getMessage(), e);
        }
    }

    private static String text(List<Diagnostic<? extends JavaFileObject>> messages, File source) {
        StringBuilder text = new StringBuilder();
        for (Diagnostic<? extends JavaFileObject> message : messages) {
            text.append(source.getName());
            if (message.getLineNumber() != Diagnostic.NOPOS) {
                text.append(':').append(message.getLineNumber());
            }
            text.append(": ")
                    .append(message.getKind().name().toLowerCase(Locale.ROOT).replace('_', ' '));
            text.append(": ").append(message.getMessage(Locale.ENGLISH)).append('\n');
        }
        return text.toString();
    }

    /** The file may have any name, whatever its public class is called. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(File file, String text) {
            super(file.toURI(), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE;
        }

        @Override
        public NestingKind getNestingKind() {
            return null;
        }

        @Override
        public Modifier getAccessLevel() {
            return null;
        }
    }

    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();

        Memory(JavaFileManager standard) {
            super(standard);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            written.put(className, bytes);
            URI name = URI.create("memory:///" + className.replace('.', '/') + kind.extension);
            return new SimpleJavaFileObject(name, kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> classes = new LinkedHashMap<>();
            for (Map.Entry<String, ByteArrayOutputStream> entry : written.entrySet()) {
                classes.put(entry.getKey(), entry.getValue().toByteArray());
            }
            return classes;
        }
    }
}
