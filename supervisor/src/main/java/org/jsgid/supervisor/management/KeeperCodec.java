package org.jsgid.supervisor.management;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Lines of the keeper connection. Pure. */
public final class KeeperCodec {

    /** The longest line, without its LF: an escaped memo is three times as long as a plain one. */
    public static final int LONGEST_LINE = 256 * 1024;

    /** The longest memo, in bytes. */
    public static final int LONGEST_MEMO = 32 * 1024;

    private static final int HIGHEST_SIGNAL = 64;

    private KeeperCodec() {}

    /**
     * What a line says.
     *
     * @param line without its LF
     * @return empty when the word is not known, which is no mistake: a newer keeper may say more
     */
    public static Optional<KeeperReport> decode(String line) throws MalformedLineException {
        int space = line.indexOf(' ');
        String word = space < 0 ? line : line.substring(0, space);
        if (word.equals("launch")) {
            // The one line with a bare argument.
            return Optional.of(new KeeperReport.Launch(space < 0 ? "" : line.substring(space + 1)));
        }
        ManagementCodec.Fields fields = new ManagementCodec.Fields(word, space < 0 ? "" : line.substring(space + 1));
        return Optional.ofNullable(
                switch (word) {
                    case "failed" ->
                        new KeeperReport.Failed((int) fields.number("status", 0, 255), fields.text("reason"));
                    case "started" -> new KeeperReport.Started(fields.number("pid", 2, Integer.MAX_VALUE));
                    case "adopt" ->
                        new KeeperReport.Adopt(fields.number("pid", 2, Integer.MAX_VALUE), fields.text("memo"));
                    case "output" -> new KeeperReport.Output(fields.count("lost"), fields.textOr("text", ""));
                    case "exited" -> exited(fields);
                    default -> null;
                });
    }

    private static KeeperReport exited(ManagementCodec.Fields fields) throws MalformedLineException {
        if (fields.has("signal")) {
            return new KeeperReport.Ended(
                    (int) fields.number("signal", 1, HIGHEST_SIGNAL),
                    fields.textOr("core", "no").equals("yes"));
        }
        return new KeeperReport.Exited((int) fields.number("status", 0, 255));
    }

    /**
     * The line that has a keeper send a signal.
     *
     * @param name without {@code SIG}
     * @param all whether everything that descends from the daemon gets it too
     */
    public static String signal(String name, boolean all) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("scope", all ? "all" : "daemon");
        return ManagementCodec.encode("signal", fields);
    }
}
