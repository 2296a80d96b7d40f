package org.jsgid.tomcat;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Sessions of one application on their way from one process of a group to another: a folder that all processes of the
 * group share. Three folders in it:
 *
 * <ul>
 *   <li>{@code sessions}: one file for each session, named by a digest of its id, so that no id can be a path; its time of
 *       change is when the session expires. A session is in the memory of one process or here, never both: who reads it
 *       takes it, by renaming, which succeeds for one.
 *   <li>{@code busy}: sessions in use in a process that hands its sessions over; they follow when their request ends.
 *   <li>{@code processes}: a file for each process that may have sessions, with a lock that ends with the process. Its name
 *       says what may still come: GENERATION-PROCESS-START-JVM-ID, and behind it {@code .handing-over} while it writes, {@code
 *       .done} when all but what is busy is there.
 * </ul>
 *
 * <p>Knows no Tomcat types. Safe for threads.
 */
final class SessionStore {

    /** What all sessions of an application may take. */
    static final long MOST_BYTES = 256L * 1024 * 1024;

    /** This JVM, also to other class loaders of it: the lock of a file must not be looked at by the process that has it. */
    private static final String JVM = (String) System.getProperties()
            .computeIfAbsent(
                    "org.jsgid.tomcat.jvm",
                    absent -> UUID.randomUUID().toString().replace("-", ""));

    private static final String HANDING_OVER = ".handing-over";
    private static final String DONE = ".done";
    private static final String HEX = "0123456789abcdef";

    private final Path folder;
    private final int generation;
    private final int process;
    private final long start = System.currentTimeMillis();
    private final String name;
    private FileChannel channel;
    private Path marker;
    private long bytes;

    private SessionStore(Path folder, int generation, int process) {
        this.folder = folder;
        this.generation = generation;
        this.process = process;
        this.name = generation + "-" + process + "-" + start + "-" + JVM + "-" + UUID.randomUUID();
    }

    /**
     * Opens the store of an application for this process.
     *
     * @param shared the group's folder; made when need be, as what is in it, for its user alone
     * @param application its file and context path
     */
    static SessionStore open(File shared, String application, int generation, int process) throws IOException {
        Path all = shared.toPath().resolve("sessions");
        SessionStore store = new SessionStore(all.resolve(digest(application)), generation, process);
        for (Path each :
                new Path[] {shared.toPath(), all, store.folder, store.sessions(), store.busy(), store.processes()}) {
            makeFolder(each);
        }
        Path free = store.processes().resolve("." + store.name);
        FileChannel opened = FileChannel.open(free, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (opened.tryLock() == null) {
            opened.close();
            throw new IOException("another process has the lock of " + free);
        }
        store.channel = opened;
        // Only now it can be seen: without its lock it would be taken for that of a dead process.
        store.marker = Files.move(free, store.processes().resolve(store.name), StandardCopyOption.ATOMIC_MOVE);
        return store;
    }

    private static void makeFolder(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
            }
        }
    }

    private Path sessions() {
        return folder.resolve("sessions");
    }

    private Path busy() {
        return folder.resolve("busy");
    }

    private Path processes() {
        return folder.resolve("processes");
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            StringBuilder hex = new StringBuilder(64);
            for (byte b : digest) {
                hex.append(HEX.charAt(b >> 4 & 15)).append(HEX.charAt(b & 15));
            }
            return hex.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Puts a session there.
     *
     * @param expires milliseconds since 1970
     * @throws IOException when it cannot be written, or all together would be too large
     */
    void put(String id, byte[] session, long expires) throws IOException {
        synchronized (this) {
            if (bytes + session.length > MOST_BYTES) {
                throw new IOException("the sessions of the application take more than " + MOST_BYTES + " bytes");
            }
            bytes += session.length;
        }
        String file = digest(id);
        Path temporary = sessions().resolve("." + file + "." + name);
        Files.write(temporary, session);
        Files.setLastModifiedTime(temporary, FileTime.fromMillis(expires));
        Files.move(temporary, sessions().resolve(file), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes a session out; null when it is not there, or somebody else was quicker. */
    byte[] take(String id) throws IOException {
        return take(sessions().resolve(digest(id)));
    }

    private byte[] take(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        Path mine = file.resolveSibling("." + file.getFileName() + "." + name + "-taken");
        try {
            Files.move(file, mine, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return null;
        }
        byte[] session = Files.readAllBytes(mine);
        Files.delete(mine);
        return session;
    }

    /** Takes those out whose time is over. */
    List<byte[]> takeExpired(long now) throws IOException {
        List<byte[]> expired = new ArrayList<>();
        for (Path file : list(sessions())) {
            if (timeOf(file) >= now) {
                continue;
            }
            if (file.getFileName().toString().startsWith(".")) {
                // Of a process that was killed while it wrote or read.
                Files.deleteIfExists(file);
                continue;
            }
            byte[] session = take(file);
            if (session != null) {
                expired.add(session);
            }
        }
        return expired;
    }

    /** When the session in a file expires; one that was taken meanwhile, never. */
    private static long timeOf(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (NoSuchFileException e) {
            return Long.MAX_VALUE;
        }
    }

    private static List<Path> list(Path of) throws IOException {
        List<Path> files = new ArrayList<>();
        try (java.nio.file.DirectoryStream<Path> all = Files.newDirectoryStream(of)) {
            for (Path file : all) {
                files.add(file);
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return files;
    }

    /** This process hands its sessions over from now on. */
    synchronized void beginHandover() throws IOException {
        mark(HANDING_OVER);
        bytes = 0;
        for (Path file : list(sessions())) {
            bytes += size(file);
        }
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /** All that it had is there, but what is marked as in use. */
    synchronized void endHandover() throws IOException {
        mark(DONE);
    }

    private void mark(String state) throws IOException {
        marker = Files.move(marker, processes().resolve(name + state), StandardCopyOption.ATOMIC_MOVE);
    }

    /** A session is in use here, and follows. */
    void markBusy(String id) throws IOException {
        Files.write(busy().resolve(digest(id)), name.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #markBusy}, but when another process has it in use, its mark stays. */
    void markBusyIfFree(String id) throws IOException {
        try {
            Files.write(
                    busy().resolve(digest(id)),
                    name.getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            // That process gives it away.
        }
    }

    /** It is no more. The mark of another process stays. */
    void unmarkBusy(String id) throws IOException {
        Path mark = busy().resolve(digest(id));
        if (name.equals(ownerOf(mark))) {
            Files.deleteIfExists(mark);
        }
    }

    /** Who marked a session; null when nobody did. */
    private static String ownerOf(Path mark) throws IOException {
        try {
            return new String(Files.readAllBytes(mark), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Whether a session may still come that neither this process nor the store has. */
    boolean mayCome(String id) throws IOException {
        // First those that write: when one is done, all that it has in use is marked.
        for (Path other : list(processes())) {
            String file = other.getFileName().toString();
            if (!file.startsWith(".") && !file.startsWith(name) && mayHandOver(file) && isAlive(other)) {
                return true;
            }
        }
        Path mark = busy().resolve(digest(id));
        String owner = ownerOf(mark);
        if (owner == null || owner.equals(name)) {
            return false;
        }
        if (owner.isEmpty() || isAliveWithName(owner)) {
            // An empty mark is one that is just being written.
            return true;
        }
        Files.deleteIfExists(mark);
        return false;
    }

    private boolean isAliveWithName(String owner) throws IOException {
        for (Path other : list(processes())) {
            if (other.getFileName().toString().startsWith(owner)) {
                return isAlive(other);
            }
        }
        return false;
    }

    /**
     * Whether sessions of the process with that marker will come: it is writing them, or it is one that this one takes the
     * place of, which will be told to, any moment.
     */
    private boolean mayHandOver(String file) {
        if (file.endsWith(DONE)) {
            return false;
        }
        if (file.endsWith(HANDING_OVER)) {
            return true;
        }
        String[] fields = file.split("-", 4);
        try {
            int otherGeneration = Integer.parseInt(fields[0]);
            boolean isPredecessor = otherGeneration == generation
                    && Integer.parseInt(fields[1]) == process
                    && Long.parseLong(fields[2]) < start;
            return otherGeneration < generation || isPredecessor;
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }

    /** Whether the process of a marker lives; that of a dead one is removed. */
    private static boolean isAlive(Path other) throws IOException {
        if (other.getFileName().toString().contains("-" + JVM + "-")) {
            return Files.exists(other);
        }
        try (FileChannel opened = FileChannel.open(other, StandardOpenOption.WRITE);
                FileLock lock = opened.tryLock()) {
            if (lock == null) {
                return true;
            }
            Files.deleteIfExists(other);
            return false;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (NoSuchFileException e) {
            // Its name may just have changed; whoever asks looks again.
            return true;
        }
    }

    /** This process has no sessions any more. */
    void close() throws IOException {
        Files.deleteIfExists(marker);
        channel.close();
    }

    /** Removes what is left of applications that are gone: sessions whose time is over, then their folders. */
    void removeAbandoned(long now) throws IOException {
        for (Path other : list(folder.getParent())) {
            if (!other.equals(folder) && !isInUse(other.resolve("processes"))) {
                boolean isEmpty = true;
                for (Path file : list(other.resolve("sessions"))) {
                    if (timeOf(file) < now) {
                        Files.deleteIfExists(file);
                    } else {
                        isEmpty = false;
                    }
                }
                if (isEmpty) {
                    for (String inside : new String[] {"sessions", "busy", "processes"}) {
                        for (Path file : list(other.resolve(inside))) {
                            Files.deleteIfExists(file);
                        }
                        Files.deleteIfExists(other.resolve(inside));
                    }
                    Files.deleteIfExists(other);
                }
            }
        }
    }

    private static boolean isInUse(Path processes) throws IOException {
        for (Path other : list(processes)) {
            if (isAlive(other)) {
                return true;
            }
        }
        return false;
    }
}
