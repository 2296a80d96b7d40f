package org.jsgid.supervisor.process;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jsgid.plugin.spi.Plugin;
import org.jsgid.supervisor.log.Notices;

/** The plugins below {@code HOME/lib/plugins}, one folder each. */
public final class InstalledPlugins {

    private InstalledPlugins() {}

    /** Loads all plugins; one that does not load is reported and left out. */
    public static List<Plugin> load(Path folder, Notices log) {
        List<Plugin> plugins = new ArrayList<>();
        for (Path plugin : children(folder, "*", log)) {
            List<Path> jars = children(plugin, "*.jar", log);
            if (jars.isEmpty()) {
                continue;
            }
            try {
                PluginClassLoader loader = new PluginClassLoader(urls(jars));
                ServiceLoader.load(Plugin.class, loader).forEach(plugins::add);
            } catch (ServiceConfigurationError | LinkageError | MalformedURLException e) {
                log.error(
                        "JSGID0308",
                        "the plugin in " + plugin + " does not load (" + e
                                + "); groups that need it fail. Install jsgid anew");
            }
        }
        return plugins;
    }

    private static List<Path> children(Path folder, String pattern, Notices log) {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, pattern)) {
            stream.forEach(paths::add);
        } catch (IOException e) {
            if (Files.isDirectory(folder)) {
                log.error("JSGID0309", "cannot read " + folder + ": " + e);
            }
        }
        Collections.sort(paths);
        return paths;
    }

    private static URL[] urls(List<Path> jars) throws MalformedURLException {
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        return urls;
    }

    /** A plugin sees the platform and the plugin interface, nothing else of the supervisor. */
    private static final class PluginClassLoader extends URLClassLoader {
        private static final String SPI = "org.jsgid.plugin.spi.";

        PluginClassLoader(URL[] urls) {
            super(urls, ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            return name.startsWith(SPI) ? Plugin.class.getClassLoader().loadClass(name) : super.findClass(name);
        }
    }
}
