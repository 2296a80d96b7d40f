package org.jsgid.daemon.servlet;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The settings of the servlet container for one web application: those of its own {@code WEB-INF/jsgid.properties}, and
 * over them those of its group ({@code JsgiServletOption}), since the administrator has the last word. What the names
 * mean, the container knows.
 *
 * <p>The file is UTF-8: {@code NAME = VALUE} lines, empty lines, and comments after {@code #} or {@code !} at the
 * beginning of a line. The later of two equal names counts.
 */
public final class ServletOptions {

    /** Where an application keeps its settings. */
    public static final String FILE = "WEB-INF/jsgid.properties";

    private final Map<String, ServletOption> options;

    private ServletOptions(Map<String, ServletOption> options) {
        this.options = options;
    }

    /**
     * Those of an application.
     *
     * @param application a WAR or an exploded one
     * @throws IOException when it cannot be read
     * @throws IllegalArgumentException when the file has a line that is none; the message says where and what is right
     */
    public static ServletOptions of(File application, ContainerSettings settings) throws IOException {
        Map<String, ServletOption> options = new LinkedHashMap<>();
        if (application.isDirectory()) {
            File file = new File(application, FILE);
            if (file.isFile()) {
                try (InputStream stream = new FileInputStream(file)) {
                    read(stream, file.getPath(), options);
                }
            }
        } else {
            try (ZipFile zip = new ZipFile(application)) {
                ZipEntry entry = zip.getEntry(FILE);
                if (entry != null) {
                    try (InputStream stream = zip.getInputStream(entry)) {
                        read(stream, FILE + " in " + application, options);
                    }
                }
            }
        }
        for (Map.Entry<String, String> given : settings.servletOptions().entrySet()) {
            String place = "JsgiServletOption of the group " + settings.group();
            options.put(given.getKey(), new ServletOption(given.getKey(), given.getValue(), place));
        }
        return new ServletOptions(options);
    }

    private static void read(InputStream stream, String file, Map<String, ServletOption> options) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        int number = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            String text = line.trim();
            if (text.isEmpty() || text.startsWith("#") || text.startsWith("!")) {
                continue;
            }
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        file + ", line " + number + ": \"" + text + "\" is no setting. NAME = VALUE would be right");
            }
            String name = text.substring(0, equals).trim();
            options.put(
                    name, new ServletOption(name, text.substring(equals + 1).trim(), file + ", line " + number));
        }
    }

    /** The option of that name, or null. */
    public ServletOption find(String name) {
        return options.get(name);
    }

    /** All whose names begin so. */
    public List<ServletOption> startingWith(String prefix) {
        List<ServletOption> found = new ArrayList<>();
        for (ServletOption option : options.values()) {
            if (option.name().startsWith(prefix)) {
                found.add(option);
            }
        }
        return found;
    }

    /** All of them. */
    public List<ServletOption> all() {
        return new ArrayList<>(options.values());
    }
}
