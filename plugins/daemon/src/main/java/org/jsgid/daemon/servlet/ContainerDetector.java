package org.jsgid.daemon.servlet;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.jsgid.daemon.servlet.ServletGeneration.Namespace;

/**
 * Finds which Servlet generation a web application was built for. Reads its file and nothing else.
 *
 * <p>In this order: a jakarta descriptor says it all. Classes in {@code WEB-INF/classes} that use only one of the two
 * packages say it next, also against a javax descriptor, which people keep when they move to jakarta. Then the javax
 * descriptor; then the majority of the classes in {@code WEB-INF/lib}. What says nothing is taken for jakarta.
 */
public final class ContainerDetector {

    private static final byte[] JAVAX = "javax/servlet/".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] JAKARTA = "jakarta/servlet/".getBytes(StandardCharsets.ISO_8859_1);

    /** A descriptor's root element is found in its first bytes. */
    private static final int DESCRIPTOR_HEAD = 16 * 1024;

    private ContainerDetector() {}

    /**
     * Looks into a WAR or an exploded one.
     *
     * @throws IOException when it cannot be read, or is not an archive
     */
    public static ServletGeneration detect(File application) throws IOException {
        return application.isDirectory() ? detectFolder(application) : detectArchive(application);
    }

    private static ServletGeneration detectArchive(File archive) throws IOException {
        try (ZipFile zip = new ZipFile(archive)) {
            ZipEntry entry = zip.getEntry("WEB-INF/web.xml");
            String descriptor = "";
            if (entry != null) {
                try (InputStream stream = zip.getInputStream(entry)) {
                    descriptor = head(stream);
                }
            }
            ServletGeneration said = said(descriptor);
            if (said != null && said.namespace() == Namespace.JAKARTA) {
                return said;
            }
            Uses classes = new Uses();
            for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
                ZipEntry next = all.nextElement();
                if (isClass(next.getName()) && next.getName().startsWith("WEB-INF/classes/")) {
                    try (InputStream stream = zip.getInputStream(next)) {
                        classes.add(stream);
                    }
                }
            }
            if (classes.isClear() || said != null) {
                return decide(said, classes, null);
            }
            Uses libraries = new Uses();
            for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
                ZipEntry next = all.nextElement();
                if (next.getName().startsWith("WEB-INF/lib/") && next.getName().endsWith(".jar")) {
                    try (InputStream stream = zip.getInputStream(next)) {
                        libraries.addJar(stream);
                    }
                }
            }
            return decide(null, classes, libraries);
        }
    }

    private static ServletGeneration detectFolder(File folder) throws IOException {
        File webInf = new File(folder, "WEB-INF");
        File xml = new File(webInf, "web.xml");
        String descriptor = "";
        if (xml.isFile()) {
            try (InputStream stream = new FileInputStream(xml)) {
                descriptor = head(stream);
            }
        }
        ServletGeneration said = said(descriptor);
        if (said != null && said.namespace() == Namespace.JAKARTA) {
            return said;
        }
        Uses classes = new Uses();
        for (File file : filesBelow(new File(webInf, "classes"))) {
            if (isClass(file.getName())) {
                try (InputStream stream = new FileInputStream(file)) {
                    classes.add(stream);
                }
            }
        }
        if (classes.isClear() || said != null) {
            return decide(said, classes, null);
        }
        Uses libraries = new Uses();
        for (File file : filesBelow(new File(webInf, "lib"))) {
            if (file.getName().endsWith(".jar")) {
                try (InputStream stream = new BufferedInputStream(new FileInputStream(file))) {
                    libraries.addJar(stream);
                }
            }
        }
        return decide(null, classes, libraries);
    }

    private static ServletGeneration decide(ServletGeneration said, Uses classes, Uses libraries) {
        if (said != null) {
            return classes.jakarta > 0 && classes.javax == 0
                    ? new ServletGeneration(
                            Namespace.JAKARTA, "", "its classes use jakarta.servlet, whatever web.xml says")
                    : said;
        }
        if (classes.javax != classes.jakarta) {
            return classes.winner("its classes use ");
        }
        if (libraries != null && libraries.javax != libraries.jakarta) {
            return libraries.winner("most classes of its libraries use ");
        }
        return new ServletGeneration(Namespace.JAKARTA, "", "nothing in it says otherwise");
    }

    /** What the descriptor says, or null. */
    static ServletGeneration said(String descriptor) {
        String root = rootElement(descriptor);
        if (root == null) {
            return null;
        }
        String version = attribute(root, "version");
        if (root.contains("jakarta.ee/xml/ns/jakartaee")) {
            return new ServletGeneration(Namespace.JAKARTA, version, "web.xml is of Jakarta EE");
        }
        if (root.contains("java.sun.com/xml/ns/") || root.contains("xmlns.jcp.org/xml/ns/javaee")) {
            return new ServletGeneration(Namespace.JAVAX, version, "web.xml is of Java EE");
        }
        if (descriptor.contains("java.sun.com/dtd/web-app_2_")
                || descriptor.contains("java.sun.com/j2ee/dtds/web-app_2_")) {
            return new ServletGeneration(Namespace.JAVAX, version, "web.xml is of Java EE");
        }
        return null;
    }

    private static String rootElement(String descriptor) {
        int at = 0;
        while (true) {
            int comment = descriptor.indexOf("<!--", at);
            int root = descriptor.indexOf("<web-app", at);
            if (root < 0) {
                return null;
            }
            if (comment < 0 || comment > root) {
                int end = descriptor.indexOf('>', root);
                return end < 0 ? null : descriptor.substring(root, end);
            }
            at = descriptor.indexOf("-->", comment);
            if (at < 0) {
                return null;
            }
        }
    }

    private static String attribute(String element, String name) {
        for (int at = element.indexOf(name); at > 0; at = element.indexOf(name, at + 1)) {
            int equals = skipSpaces(element, at + name.length());
            if (!Character.isWhitespace(element.charAt(at - 1))
                    || equals >= element.length()
                    || element.charAt(equals) != '=') {
                continue;
            }
            int start = skipSpaces(element, equals + 1);
            int end = start < element.length() ? element.indexOf(element.charAt(start), start + 1) : -1;
            return end < 0 ? "" : element.substring(start + 1, end).trim();
        }
        return "";
    }

    private static int skipSpaces(String text, int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static String head(InputStream stream) throws IOException {
        byte[] bytes = new byte[DESCRIPTOR_HEAD];
        int length = 0;
        for (int count = 0; count >= 0 && length < bytes.length; ) {
            length += count;
            count = stream.read(bytes, length, bytes.length - length);
        }
        boolean isUtf16 = length > 1 && (bytes[0] == 0 || bytes[1] == 0 || (bytes[0] & 0xfe) == 0xfe);
        return new String(bytes, 0, length, isUtf16 ? StandardCharsets.UTF_16 : StandardCharsets.ISO_8859_1);
    }

    private static boolean isClass(String name) {
        return name.endsWith(".class") && !name.endsWith("module-info.class");
    }

    private static List<File> filesBelow(File folder) {
        List<File> found = new ArrayList<>();
        List<File> waiting = new ArrayList<>();
        waiting.add(folder);
        while (!waiting.isEmpty()) {
            File[] children = waiting.remove(waiting.size() - 1).listFiles();
            if (children != null) {
                Arrays.sort(children);
                for (File child : children) {
                    (child.isDirectory() ? waiting : found).add(child);
                }
            }
        }
        return found;
    }

    /** How many classes use each package: the names of classes stand as text in a class file's constants. */
    private static final class Uses {
        private int javax;
        private int jakarta;
        private byte[] buffer = new byte[8 * 1024];

        boolean isClear() {
            return javax != jakarta;
        }

        void add(InputStream stream) throws IOException {
            int length = 0;
            for (int count = 0; count >= 0; ) {
                length += count;
                if (length == buffer.length) {
                    buffer = Arrays.copyOf(buffer, 2 * length);
                }
                count = stream.read(buffer, length, buffer.length - length);
            }
            javax += contains(length, JAVAX) ? 1 : 0;
            jakarta += contains(length, JAKARTA) ? 1 : 0;
        }

        void addJar(InputStream stream) throws IOException {
            // Not closed: it is a part of the archive's stream, and its owner closes that.
            ZipInputStream jar = new ZipInputStream(stream);
            for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
                if (isClass(entry.getName()) && !entry.getName().startsWith("META-INF/")) {
                    add(jar);
                }
            }
        }

        private boolean contains(int length, byte[] wanted) {
            int last = length - wanted.length;
            for (int i = 0; i <= last; i++) {
                if (buffer[i] == wanted[0] && matches(i, wanted)) {
                    return true;
                }
            }
            return false;
        }

        private boolean matches(int at, byte[] wanted) {
            for (int i = 1; i < wanted.length; i++) {
                if (buffer[at + i] != wanted[i]) {
                    return false;
                }
            }
            return true;
        }

        ServletGeneration winner(String reason) {
            return javax > jakarta
                    ? new ServletGeneration(Namespace.JAVAX, "", reason + "javax.servlet")
                    : new ServletGeneration(Namespace.JAKARTA, "", reason + "jakarta.servlet");
        }
    }
}
