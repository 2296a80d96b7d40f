package org.jsgid.daemon.app;

import java.util.HashMap;
import java.util.Map;

/**
 * One class loader for each application group. An application without a group has one of its own; those of one named
 * group share theirs. Web applications always have their own as well (Servlet specification): their container makes it.
 */
public final class ClassLoaders {

    private final ClassLoader api;
    private final Map<String, ApplicationClassLoader> named = new HashMap<>();

    /**
     * With the interface classes of that loader.
     *
     * @param daemon knows {@code org.jsgi}
     */
    public ClassLoaders(ClassLoader daemon) {
        this.api = new ApiClassLoader(daemon);
    }

    /** The loader for an application of that group; it is given back by {@link ApplicationClassLoader#release}. */
    public synchronized ApplicationClassLoader forGroup(String applicationGroup) {
        ApplicationClassLoader loader = applicationGroup.isEmpty() ? null : named.get(applicationGroup);
        if (loader == null) {
            loader = new ApplicationClassLoader(api);
            if (!applicationGroup.isEmpty()) {
                named.put(applicationGroup, loader);
                // The group itself is a user, for an application of it may still come.
                loader.use();
            }
        }
        loader.use();
        return loader;
    }
}
