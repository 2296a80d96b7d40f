package org.jsgid.supervisor.management;

/** What a launcher, or the keeper that it becomes, said. Meanings and units are those of {@code CONTROL.md}. */
public sealed interface KeeperReport {

    /** First line, from the launcher. */
    record Launch(String token) implements KeeperReport {}

    /** Nothing was forked; the launcher exits with that status. */
    record Failed(int status, String reason) implements KeeperReport {}

    /** The daemon has been forked; management connection and output are attached. */
    record Started(long pid) implements KeeperReport {}

    /** First line to a monitor that replaces another; management connection, output and listening socket are attached. */
    record Adopt(long pid, String memo) implements KeeperReport {}

    /** What the daemon printed while there was no monitor, after that many bytes that were dropped. */
    record Output(long lost, String text) implements KeeperReport {}

    /** The daemon has exited by itself. */
    record Exited(int status) implements KeeperReport {}

    /** The daemon was ended by a signal. */
    record Ended(int signal, boolean core) implements KeeperReport {}
}
