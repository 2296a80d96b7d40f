package org.jsgid.supervisor.diagnostics;

import java.time.Duration;
import java.util.Optional;

/**
 * One diagnostic command, as {@code jcmd PID} takes it: {@code Thread.print -l}.
 *
 * @param command its name and arguments, at most 1023 bytes; {@value #FILE} in it is the path of the file
 * @param limit how long the JVM may take until it has answered, 1 s at least
 * @param file what the JVM writes, when the command has it write a file
 */
public record JvmOrder(String command, Duration limit, Optional<Written> file) {

    /** Stands for the path of the file in a command. */
    public static final String FILE = "{file}";

    /**
     * A file that the JVM writes, in a folder made for it below the group's temporary folder, or else below
     * /var/tmp or /tmp. It is handed on, and removed.
     *
     * @param name without folder
     * @param space bytes that must be free there before the JVM begins; 0: not looked at
     */
    public record Written(String name, long space) {}

    /** Checks what every command must have. */
    public JvmOrder {
        if (command.isBlank() || limit.toSeconds() < 1) {
            throw new IllegalArgumentException("'" + command + "' within " + limit);
        }
    }

    /** A command that prints. */
    public static JvmOrder printing(String command, Duration limit) {
        return new JvmOrder(command, limit, Optional.empty());
    }

    /** A command with {@value #FILE} in it. */
    public static JvmOrder writing(String command, Duration limit, String name, long space) {
        return new JvmOrder(command, limit, Optional.of(new Written(name, space)));
    }
}
