package org.jsgid.daemon.jsgi;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.jsgid.daemon.DaemonLog;
import org.jsgid.daemon.app.RejectedException;

/**
 * Classes of source files that were compiled before, in the folder of the group's archives, which is its user's alone: the
 * compiler takes longer than all the rest of a start. A file is named for the source text, the JDK and the interface that
 * it was compiled against, so that another text is never answered with former classes. What cannot be read or written is
 * compiled.
 */
final class CompiledClasses {

    private static final int FORMAT = 0x4a534731;
    private static final int LARGEST = 16 << 20;
    private static final int MOST_FILES = 64;
    private static final int DIGITS = 32;
    private static final String PREFIX = "java-";
    private static final String SUFFIX = ".classes";

    private final File folder;

    /**
     * Classes in that folder.
     *
     * @param folder null: nothing is kept
     */
    CompiledClasses(File folder) {
        this.folder = folder;
    }

    /** The classes of a source file, as the compiler makes them or made them. */
    SourceCompiler.Compiled of(File source, File api) throws RejectedException {
        byte[] text;
        try {
            text = Files.readAllBytes(source.toPath());
        } catch (IOException e) {
            throw new RejectedException("it cannot be read: " + e.getMessage(), e);
        }
        Path file = folder == null ? null : folder.toPath().resolve(name(text, source, api));
        SourceCompiler.Compiled known = file == null ? null : read(file);
        if (known != null) {
            return known;
        }
        SourceCompiler.Compiled compiled =
                new SourceCompiler(api).compile(source, new String(text, StandardCharsets.UTF_8));
        if (file != null) {
            write(file, compiled);
        }
        return compiled;
    }

    private static String name(byte[] text, File source, File api) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String about = FORMAT + "\n" + System.getProperty("java.vm.vendor") + "\n"
                    + System.getProperty("java.runtime.version") + "\n" + source.getName() + "\n" + api.length() + "\n"
                    + api.lastModified() + "\n";
            digest.update(about.getBytes(StandardCharsets.UTF_8));
            StringBuilder name = new StringBuilder(PREFIX);
            for (byte each : digest.digest(text)) {
                name.append(Character.forDigit((each >> 4) & 15, 16)).append(Character.forDigit(each & 15, 16));
            }
            return name.substring(0, PREFIX.length() + DIGITS) + SUFFIX;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** What was written; null when there is nothing, or something else. */
    static SourceCompiler.Compiled read(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
                return null;
            }
            byte[] all = Files.readAllBytes(file);
            int length = all.length - Long.BYTES;
            if (length < 0) {
                return null;
            }
            CRC32 sum = new CRC32();
            sum.update(all, 0, length);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(all));
            if (new DataInputStream(new ByteArrayInputStream(all, length, Long.BYTES)).readLong() != sum.getValue()
                    || in.readInt() != FORMAT) {
                return null;
            }
            Map<String, byte[]> classes = new LinkedHashMap<>();
            String warnings = new String(bytes(in), StandardCharsets.UTF_8);
            for (int count = in.readInt(); count > 0; count--) {
                String name = in.readUTF();
                classes.put(name, bytes(in));
            }
            return new SourceCompiler.Compiled(classes, warnings);
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("cut off");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    static void write(Path file, SourceCompiler.Compiled compiled) {
        try {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(all);
            out.writeInt(FORMAT);
            byte[] warnings = compiled.warnings.getBytes(StandardCharsets.UTF_8);
            out.writeInt(warnings.length);
            out.write(warnings);
            out.writeInt(compiled.classes.size());
            for (Map.Entry<String, byte[]> each : compiled.classes.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeInt(each.getValue().length);
                out.write(each.getValue());
            }
            CRC32 sum = new CRC32();
            sum.update(all.toByteArray());
            out.writeLong(sum.getValue());
            if (all.size() > LARGEST) {
                return;
            }
            makeRoom(file.getParent().toFile());
            Path draft = Files.createTempFile(file.getParent(), PREFIX, ".draft");
            Files.write(draft, all.toByteArray(), StandardOpenOption.TRUNCATE_EXISTING);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            DaemonLog.line(
                    "JSGID0621",
                    "Compiled classes cannot be kept for the next start, which compiles again: " + e.getMessage());
        }
    }

    private static void makeRoom(File folder) {
        File[] kept = folder.listFiles((where, name) -> name.startsWith(PREFIX));
        if (kept == null || kept.length < MOST_FILES) {
            return;
        }
        Arrays.sort(kept, Comparator.comparingLong(File::lastModified));
        for (int i = 0; i <= kept.length - MOST_FILES; i++) {
            if (!kept[i].delete()) {
                return;
            }
        }
    }
}
