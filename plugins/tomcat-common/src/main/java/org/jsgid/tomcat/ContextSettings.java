package org.jsgid.tomcat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Constants;
import org.jsgid.daemon.servlet.ServletOption;
import org.jsgid.daemon.servlet.ServletOptions;

/**
 * Settings of a context and of its session manager that do not stand in the application's {@code META-INF/context.xml}.
 * They win over those that do.
 */
final class ContextSettings {

    private static final String CONTEXT = "context.";
    private static final String MANAGER = "manager.";
    private static final String DEFAULT_CONTEXT_XML = CONTEXT + "defaultContextXml";
    private static final String DEFAULT_WEB_XML = CONTEXT + "defaultWebXml";

    /** What the mount and the daemon decide. */
    private static final List<String> NOT_TO_BE_SET = Collections.unmodifiableList(Arrays.asList(
            "configured", "displayName", "docBase", "name", "originalDocBase", "path", "publicId", "webappVersion"));

    private static final Pattern DEFAULT_SERVLET = Pattern.compile("<servlet-name>\\s*default\\s*</servlet-name>");

    private final ServletOptions options;

    ContextSettings(ServletOptions options) {
        this.options = options;
    }

    /**
     * What comes before the application's own: the files that take the place of {@code conf/context.xml} and
     * {@code conf/web.xml}.
     *
     * @throws IllegalArgumentException when one of them is not there
     */
    void applyFilesTo(StandardContext context) {
        String contextXml = file(DEFAULT_CONTEXT_XML);
        if (contextXml != null) {
            context.setDefaultContextXml(contextXml);
        }
    }

    /** The file in place of {@code conf/web.xml}, or Tomcat's name for none. */
    String webXml() {
        String webXml = file(DEFAULT_WEB_XML);
        return webXml == null ? Constants.NoDefaultWebXml : webXml;
    }

    /** Whether there is such a file. */
    boolean hasWebXml() {
        return options.find(DEFAULT_WEB_XML) != null;
    }

    /** Whether that file has what every application needs: the default servlet and its like. */
    boolean hasDefaultServlet() {
        String webXml = file(DEFAULT_WEB_XML);
        if (webXml == null) {
            return false;
        }
        try {
            byte[] bytes = Files.readAllBytes(new File(webXml).toPath());
            return DEFAULT_SERVLET
                    .matcher(new String(bytes, StandardCharsets.ISO_8859_1))
                    .find();
        } catch (IOException e) {
            throw options.find(DEFAULT_WEB_XML)
                    .mistake("cannot be read: " + e, "A file that the daemon may read is right");
        }
    }

    private String file(String name) {
        ServletOption option = options.find(name);
        if (option == null) {
            return null;
        }
        File file = new File(option.value());
        if (!file.isAbsolute() || !file.isFile() || !file.canRead()) {
            throw option.mistake("is no file that the daemon can read", "An absolute path would be right");
        }
        return file.getPath();
    }

    /**
     * Sets the others; the application's {@code context.xml} has been read.
     *
     * @throws IllegalArgumentException when one is not known or its value is not possible
     */
    void applyTo(StandardContext context) {
        for (ServletOption option : options.all()) {
            String name = option.name();
            if (name.equals(DEFAULT_CONTEXT_XML) || name.equals(DEFAULT_WEB_XML)) {
                continue;
            }
            if (name.startsWith(CONTEXT)) {
                String property = name.substring(CONTEXT.length());
                if (NOT_TO_BE_SET.contains(property) || !Settings.set(context, option, property)) {
                    throw option.mistake(
                            "is no setting of a context", "Tomcat's documentation of <Context> has those there are");
                }
            } else if (name.startsWith(MANAGER)) {
                Object manager = context.getManager();
                if (manager == null || !Settings.set(manager, option, name.substring(MANAGER.length()))) {
                    throw option.mistake(
                            "is no setting of the session manager"
                                    + (manager == null
                                            ? ""
                                            : " " + manager.getClass().getSimpleName()),
                            "Tomcat's documentation of <Manager> has those there are");
                }
            }
        }
    }

    /**
     * Looks for names that are none at all.
     *
     * @throws IllegalArgumentException when there is one
     */
    static void checkNames(ServletOptions options) {
        for (ServletOption option : options.all()) {
            String name = option.name();
            if (!name.startsWith("connector.")
                    && !name.startsWith(CONTEXT)
                    && !name.startsWith(MANAGER)
                    && !name.equals("container")) {
                throw option.mistake(
                        "is not known",
                        "Names are container, or begin with connector., context. or manager. (connector.maxPostSize)");
            }
        }
    }
}
