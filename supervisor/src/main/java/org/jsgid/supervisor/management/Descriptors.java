package org.jsgid.supervisor.management;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;

/** Descriptors that came over a socket: nobody closes them but who took them. */
public final class Descriptors {

    private Descriptors() {}

    /** Closes one, whatever it is; only this process's own descriptor, not what others share with it. */
    public static void close(FileDescriptor descriptor) {
        if (descriptor.valid()) {
            try (FileInputStream owner = new FileInputStream(descriptor)) {
                owner.getFD();
            } catch (IOException e) {
                // Closed all the same.
            }
        }
    }
}
