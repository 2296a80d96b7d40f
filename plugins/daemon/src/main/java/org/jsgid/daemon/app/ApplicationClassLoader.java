package org.jsgid.daemon.app;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jsgid.daemon.DaemonLog;

/**
 * The classes of an application group: of jars, and compiled ones. Applications of one named group share it, and with
 * it statics and singletons; of two classes with one name the first counts, as on any class path.
 */
public final class ApplicationClassLoader extends URLClassLoader {

    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> compiled = new LinkedHashMap<>();
    private int users;

    ApplicationClassLoader(ClassLoader parent) {
        super(new URL[0], parent);
    }

    /** Adds a jar. */
    public void addJar(URL jar) {
        addURL(jar);
    }

    /**
     * Adds classes that are in memory.
     *
     * @throws RejectedException when another application of the group brought a class of the same name
     */
    public void addCompiled(Map<String, byte[]> classes) throws RejectedException {
        synchronized (compiled) {
            for (String name : classes.keySet()) {
                if (compiled.containsKey(name)) {
                    throw new RejectedException("another application of the same application group has a class named "
                            + name + " already; give one of them a package or another application group");
                }
            }
            compiled.putAll(classes);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes;
        synchronized (compiled) {
            bytes = compiled.get(name);
        }
        return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
    }

    synchronized void use() {
        users++;
    }

    /** Closes it when nobody uses it any more. */
    public void release() {
        synchronized (this) {
            users--;
            if (users > 0) {
                return;
            }
        }
        try {
            close();
        } catch (java.io.IOException e) {
            DaemonLog.line("JSGID0620", "A class loader could not be closed: " + e.getMessage());
        }
    }
}
