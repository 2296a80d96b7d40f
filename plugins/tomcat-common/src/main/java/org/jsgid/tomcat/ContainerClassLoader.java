package org.jsgid.tomcat;

/**
 * What web applications see of the container: its classes and the platform's, as in an installed Tomcat, and nothing of
 * the daemon that runs them.
 */
final class ContainerClassLoader extends ClassLoader {

    private static final String DAEMON = "org.jsgid.";

    ContainerClassLoader(ClassLoader container) {
        super(container);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(DAEMON)) {
            throw new ClassNotFoundException(name + " is not for applications");
        }
        return super.loadClass(name, resolve);
    }
}
