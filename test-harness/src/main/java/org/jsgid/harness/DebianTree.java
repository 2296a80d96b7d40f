package org.jsgid.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jsgid.harness.RunningProcess.Completed;
import org.junit.jupiter.api.Assumptions;

/**
 * A fresh Debian tree below {@code /var/tmp} in which packages are installed, and programs run, as on a machine of its
 * own: with a root folder, processes and mounts that nothing outside sees, and the network of this machine. All of its
 * processes end with it.
 *
 * <p>It is unpacked from an archive that {@code lib/debian-tree.sh} makes once and keeps in {@code
 * /var/cache/jsgid/debian-trees}; what tests install lies in apt's cache inside, so nothing is downloaded then.
 */
public final class DebianTree implements AutoCloseable {

    /** Makes folders that programs expect, then holds the mounts and collects orphans until its input ends. */
    private static final String HOLDER = """
            mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && echo ready || exit 1
            while read -r line; do :; done
            """;

    /** Services are not started by packages. Those that the test has started may be told to read their files again. */
    private static final String POLICY = """
            #!/bin/sh
            case "$*" in
            *apache2*reload*) exit 0 ;;
            esac
            exit 101
            """;

    /** The script's exit status when the mirror gives no packages. */
    private static final int UNREACHABLE = 75;

    private final TestFolder folder;
    private final Process holder;
    private final long inside;

    private DebianTree(TestFolder folder, Process holder, long inside) {
        this.folder = folder;
        this.holder = holder;
        this.inside = inside;
    }

    /** Why there can be none on this machine; empty when there can. */
    public static Optional<String> whyNot() {
        if (!TestUser.isRoot()) {
            return Optional.of("only root can make a Debian tree");
        }
        Completed trial = RunningProcess.run(List.of(
                "sh",
                "-c",
                "command -v mmdebstrap >/dev/null || { echo mmdebstrap is missing; exit 1; }; "
                        + "unshare --mount --pid --fork --propagation private mount -t proc proc /proc"));
        return trial.status() == 0 ? Optional.empty() : Optional.of("no Debian tree: " + trial.output());
    }

    /**
     * Unpacks one.
     *
     * @param packages what {@code apt-get install} finds in its cache, with what that needs
     */
    public static DebianTree create(String... packages) {
        Path archive = Path.of("/var/cache/jsgid/debian-trees", String.join("+", packages) + ".tar");
        List<String> make = new ArrayList<>(List.of(
                Path.of(System.getProperty("jsgid.tree", ".."), "test-harness/lib/debian-tree.sh")
                        .toString(),
                archive.toString()));
        make.addAll(List.of(packages));
        Completed made = RunningProcess.run(make);
        if (made.status() == UNREACHABLE) {
            Assumptions.abort("no Debian tree, since its packages cannot be had: " + made.output());
        }
        made.expectSuccess();
        TestFolder folder = TestFolder.create(Path.of("/var/tmp"), "debian");
        RunningProcess.run(List.of(
                        "tar",
                        "-x",
                        "--numeric-owner",
                        "-f",
                        archive.toString(),
                        "-C",
                        folder.path().toString()))
                .expectSuccess();
        try {
            return begin(folder);
        } catch (IOException e) {
            folder.close();
            throw new UncheckedIOException(e);
        }
    }

    private static DebianTree begin(TestFolder folder) throws IOException {
        Path policy = folder.path().resolve("usr/sbin/policy-rc.d");
        Files.writeString(policy, POLICY);
        Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rwxr-xr-x"));
        // Nothing here has to outlive a power failure.
        Files.writeString(folder.path().resolve("etc/dpkg/dpkg.cfg.d/fast"), "force-unsafe-io\n");
        Process holder = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--propagation",
                        "private",
                        "bash",
                        "-c",
                        HOLDER,
                        folder.path().toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        if (!"ready".equals(line)) {
            holder.destroy();
            throw new IOException("cannot make the mounts of a Debian tree: " + line);
        }
        long inside = holder.children().findFirst().orElseThrow().pid();
        return new DebianTree(folder, holder, inside);
    }

    /** Runs a program inside to its end, as root. */
    public Completed run(String... command) {
        List<String> whole = new ArrayList<>(List.of(
                "nsenter",
                "--target",
                Long.toString(inside),
                "--mount",
                "--pid",
                "--",
                "chroot",
                folder.path().toString()));
        whole.addAll(List.of(command));
        Map<String, String> environment = new HashMap<>(RunningProcess.plainEnvironment());
        environment.put("DEBIAN_FRONTEND", "noninteractive");
        environment.put("HOME", "/root");
        return RunningProcess.run(whole, environment);
    }

    /** What a path inside is called outside. */
    public Path outside(String inside) {
        return folder.path().resolve(inside.substring(1));
    }

    /** Writes a file inside, and the folders above it. */
    public void write(String file, String content) {
        try {
            Files.createDirectories(outside(file).getParent());
            Files.writeString(outside(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies files into a folder inside. */
    public void copy(List<Path> files, String into) {
        try {
            Files.createDirectories(outside(into));
            for (Path file : files) {
                Files.copy(
                        file,
                        outside(into).resolve(file.getFileName().toString()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command lines of all processes inside that have not ended, but the one that holds the tree. */
    public List<String> processes() {
        return run("ps", "-e", "-o", "stat=,pid=,args=")
                .expectSuccess()
                .output()
                .lines()
                .map(String::strip)
                .filter(line -> !line.startsWith("Z") && !line.contains("ps -e -o") && !line.matches("\\S+ +1 .*"))
                .toList();
    }

    @Override
    public void close() {
        try {
            holder.getOutputStream().close();
            if (!holder.waitFor(30, TimeUnit.SECONDS)) {
                holder.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            holder.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            holder.destroyForcibly();
        }
        folder.close();
    }
}
