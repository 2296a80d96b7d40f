package org.jsgid.daemon.app;

/**
 * What a JSGI application sees besides its own classes: the JDK and {@code org.jsgi}. Nothing of the daemon, so that
 * neither its classes nor its libraries can clash with an application's.
 */
final class ApiClassLoader extends ClassLoader {

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader daemon;

    ApiClassLoader(ClassLoader daemon) {
        // The parent of the system loader is the platform's: the extension loader up to 8.
        super(ClassLoader.getSystemClassLoader().getParent());
        this.daemon = daemon;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        // Not org.jsgid, and not a package below.
        if (name.startsWith("org.jsgi.") && name.indexOf('.', "org.jsgi.".length()) < 0) {
            return daemon.loadClass(name);
        }
        throw new ClassNotFoundException(name);
    }
}
