package org.jsgid.supervisor.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jsgid.supervisor.log.ServerLog;

/** Folders that look like a cgroup tree in which a service is delegated to us. */
public final class TestingCgroups {

    private TestingCgroups() {}

    /** Cgroups in such a tree. */
    public static Cgroups in(Path folder) throws IOException {
        Path mount = folder(folder.resolve("cgroup"));
        Path service = folder(mount.resolve("service"));
        folder(service.resolve("httpd"));
        Path mounts =
                Files.writeString(folder.resolve("mountinfo"), "30 24 0:26 / " + mount + " rw - cgroup2 cgroup2 rw\n");
        Path self = Files.writeString(folder.resolve("self"), "0::/service/httpd\n");
        return Cgroups.find(mounts, self, service::equals, TestingCgroups::make, "5000001-1", ServerLog.about("test"));
    }

    /** As the kernel: the folder appears with its files. */
    static void make(Path path) throws IOException {
        Files.createDirectory(path);
        folder(path);
        Files.writeString(path.resolve("memory.max"), "max");
    }

    /** A folder with the files that each cgroup has. */
    static Path folder(Path path) throws IOException {
        Files.createDirectories(path);
        Files.writeString(path.resolve("cgroup.controllers"), "cpu memory pids\n");
        Files.writeString(path.resolve("cgroup.subtree_control"), "");
        Files.writeString(path.resolve("cgroup.procs"), "");
        return path;
    }
}
