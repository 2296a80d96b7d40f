package org.jsgid.daemon.app;

/** Loads one kind of application. */
public interface Loader {

    /**
     * Loads and starts it.
     *
     * @throws RejectedException when it cannot be; nothing of it remains
     */
    RunningApplication load(ApplicationKey key) throws RejectedException;
}
