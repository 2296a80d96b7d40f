package org.jsgid.daemon.jsgi;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jsgi.Application;
import org.jsgid.daemon.DaemonLog;
import org.jsgid.daemon.app.ApplicationClassLoader;
import org.jsgid.daemon.app.ApplicationKey;
import org.jsgid.daemon.app.ClassLoaders;
import org.jsgid.daemon.app.JarFiles;
import org.jsgid.daemon.app.Loader;
import org.jsgid.daemon.app.RejectedException;
import org.jsgid.daemon.app.RunningApplication;

/** Loads JSGI applications: {@code .java} files and jars. */
public final class JsgiLoader implements Loader {

    private static final String ATTRIBUTE = "Jsgi-Application";

    private final ClassLoaders loaders;
    private final JsgiSettings settings;
    private final AtomicInteger number = new AtomicInteger();

    /** With the daemon's class loaders and settings. */
    public JsgiLoader(ClassLoaders loaders, JsgiSettings settings) {
        this.loaders = loaders;
        this.settings = settings;
    }

    @Override
    public RunningApplication load(ApplicationKey key) throws RejectedException {
        File file = new File(key.file());
        File folder = new File(settings.workFolder, "a" + number.incrementAndGet());
        if (!folder.isDirectory() && !folder.mkdirs()) {
            throw new RejectedException("its temporary folder " + folder + " cannot be made; "
                    + "is there room, and may the group's user write there?");
        }
        ApplicationClassLoader loader = loaders.forGroup(key.applicationGroup());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        boolean isLoaded = false;
        try {
            thread.setContextClassLoader(loader);
            boolean isSource = key.file().endsWith(".java");
            Class<?> type = isSource ? compile(file, loader) : open(file, loader, folder);
            Application application = make(type);
            JsgiContext context = new JsgiContext(settings, file, key.applicationGroup(), folder);
            init(application, context);
            isLoaded = true;
            return new JsgiApplication(isSource ? "java" : "jar", application, loader, context);
        } finally {
            thread.setContextClassLoader(before);
            if (!isLoaded) {
                loader.release();
            }
        }
    }

    private Class<?> compile(File file, ApplicationClassLoader loader) throws RejectedException {
        SourceCompiler.Compiled compiled = new CompiledClasses(settings.classFolder).of(file, api());
        if (!compiled.warnings.isEmpty()) {
            DaemonLog.line("JSGID0612", "The compiler on " + file + ":\n" + compiled.warnings.trim());
        }
        loader.addCompiled(compiled.classes);
        return choose(compiled.classes, loader);
    }

    /** Where {@code org.jsgi} is, for the compiler's class path. */
    private static File api() throws RejectedException {
        try {
            return new File(Application.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (java.net.URISyntaxException e) {
            throw new RejectedException("the JSGI interface is at a place that is no file", e);
        }
    }

    private static Class<?> choose(Map<String, byte[]> classes, ClassLoader loader) throws RejectedException {
        List<Class<?>> found = new ArrayList<>();
        Class<?> open = null;
        for (String name : classes.keySet()) {
            if (name.indexOf('$') < 0) {
                Class<?> type = find(name, loader);
                if (Application.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
                    found.add(type);
                    open = Modifier.isPublic(type.getModifiers()) ? type : open;
                }
            }
        }
        if (open != null) {
            return open;
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw new RejectedException("no top-level class in it implements org.jsgi.Application; " + "it has "
                    + classes.keySet() + ". Write: public class Name implements org.jsgi.Application");
        }
        throw new RejectedException("several classes in it implement org.jsgi.Application and none of them is public: "
                + found + ". Make the one that is the application public");
    }

    private static Class<?> find(String name, ClassLoader loader) throws RejectedException {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new RejectedException("its class " + name + " cannot be loaded: " + e, DaemonLog.trace(e), e);
        }
    }

    private static Class<?> open(File file, ApplicationClassLoader loader, File folder) throws RejectedException {
        String name;
        try {
            name = JarFiles.attribute(file, ATTRIBUTE);
            if (name == null || name.trim().isEmpty()) {
                throw new RejectedException("its manifest names no application; add the attribute " + ATTRIBUTE
                        + ": the.package.and.Class");
            }
            addCopies(file, loader, folder);
        } catch (IOException e) {
            throw new RejectedException("it is not a jar that can be read: " + e.getMessage(), e);
        }
        Class<?> type;
        try {
            type = Class.forName(name.trim(), false, loader);
        } catch (ClassNotFoundException e) {
            throw new RejectedException(
                    "its manifest names the application " + name.trim()
                            + ", and neither it nor the jars of its Class-Path have that class",
                    e);
        } catch (LinkageError e) {
            throw new RejectedException("its class " + name.trim() + " cannot be loaded: " + e, DaemonLog.trace(e), e);
        }
        if (!Application.class.isAssignableFrom(type)) {
            throw new RejectedException("its class " + type.getName() + " does not implement org.jsgi.Application");
        }
        return type;
    }

    /** Copies are loaded, since a jar that is written over breaks the classes that are still to be loaded from it. */
    private static void addCopies(File file, ApplicationClassLoader loader, File folder) throws IOException {
        List<File> jars = new ArrayList<>();
        jars.add(file);
        jars.addAll(JarFiles.classPath(file));
        for (int i = 0; i < jars.size(); i++) {
            File copy = new File(folder, i + "-" + jars.get(i).getName());
            Files.copy(jars.get(i).toPath(), copy.toPath());
            loader.addJar(copy.toURI().toURL());
        }
    }

    private static Application make(Class<?> type) throws RejectedException {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return (Application) constructor.newInstance();
        } catch (NoSuchMethodException e) {
            throw new RejectedException("its class " + type.getName() + " has no constructor without parameters", e);
        } catch (InvocationTargetException e) {
            throw new RejectedException(
                    "the constructor of " + type.getName() + " failed: " + e.getCause(),
                    DaemonLog.trace(e.getCause()),
                    e);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            throw new RejectedException(
                    "an instance of " + type.getName() + " cannot be made: " + e, DaemonLog.trace(e), e);
        }
    }

    private static void init(Application application, JsgiContext context) throws RejectedException {
        try {
            application.init(context);
        } catch (Throwable e) {
            throw new RejectedException("its init failed: " + e, DaemonLog.trace(e), e);
        }
    }
}
