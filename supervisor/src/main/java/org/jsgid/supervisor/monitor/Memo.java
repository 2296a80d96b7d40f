package org.jsgid.supervisor.monitor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jsgid.supervisor.management.ApplicationKey;
import org.jsgid.supervisor.management.KeeperCodec;
import org.jsgid.supervisor.process.GroupDefinition;

/**
 * What a monitor writes down about a daemon for the monitor after it, and gives to the daemon's keeper: a file like
 * {@code PROFILE.conf} with the one group that the daemon was started for, and some more keys at its head.
 *
 * @param instance which Apache it was started for
 * @param definition of its group, as it was then; a part of it when it was too long
 * @param digest of the whole definition, which tells a definition that is the same from others
 * @param generation its generation's number
 * @param number its own among the processes of the group; 0: not known
 * @param startedAt when its start was asked for
 * @param jdkBuild which build of its JDK it was started from; empty: not known
 * @param handedOn applications that it loads although its definition does not name them
 */
record Memo(
        String instance,
        GroupDefinition definition,
        String digest,
        int generation,
        int number,
        Instant startedAt,
        String jdkBuild,
        List<ApplicationKey> handedOn) {

    Memo {
        handedOn = List.copyOf(handedOn);
    }

    /** A daemon that loads those applications. */
    static Memo of(
            String instance,
            GroupDefinition definition,
            int generation,
            int number,
            Instant startedAt,
            String jdkBuild,
            List<ApplicationKey> applications) {
        List<ApplicationKey> handedOn = new ArrayList<>(applications);
        handedOn.removeAll(definition.applications());
        return new Memo(instance, definition, digestOf(definition), generation, number, startedAt, jdkBuild, handedOn);
    }

    /**
     * As text of at most {@link KeeperCodec#LONGEST_MEMO} bytes. What can be long is left out when it is: the definition is
     * then another one than was configured, and whoever adopts the daemon has to compare digests.
     */
    String text() {
        String whole = text(definition, handedOn);
        if (fits(whole)) {
            return whole;
        }
        GroupDefinition d = definition;
        GroupDefinition.Jvm shortJvm = new GroupDefinition.Jvm(
                List.of(),
                d.jvm().maxHeapBytes(),
                Map.of(),
                d.jvm().displayName(),
                Map.of(),
                d.jvm().gcLog(),
                d.jvm().heapDump());
        String withoutJvm = text(withParts(d, shortJvm, d.applications()), List.of());
        return fits(withoutJvm) ? withoutJvm : text(withParts(d, shortJvm, List.of()), List.of());
    }

    private static boolean fits(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length <= KeeperCodec.LONGEST_MEMO;
    }

    private static GroupDefinition withParts(
            GroupDefinition d, GroupDefinition.Jvm jvm, List<ApplicationKey> applications) {
        return new GroupDefinition(
                d.name(),
                d.runtime(),
                d.jdk(),
                d.account(),
                d.place(),
                jvm,
                d.processes(),
                d.multiprocess(),
                d.threads(),
                d.listenBacklog(),
                d.queue(),
                d.timeouts(),
                d.limits(),
                d.onDemand(),
                d.threading(),
                d.renewStale(),
                d.scriptUser(),
                d.scriptGroup(),
                applications);
    }

    private String text(GroupDefinition part, List<ApplicationKey> alsoLoaded) {
        ConfigText text = new ConfigText();
        text.add("format", 1);
        text.add("instance", instance);
        text.add("generation", generation);
        text.add("number", number);
        text.add("started-at", startedAt.toString());
        text.add("digest", digest);
        text.add("jdk-build", jdkBuild);
        DefinitionText.addJdk(text, part.jdk());
        alsoLoaded.forEach(application -> {
            text.add("handed-on-file", application.file());
            text.add("handed-on-mount", application.mount());
            text.add("handed-on-group", application.applicationGroup());
        });
        DefinitionText.addGroup(text, part);
        return text.toString();
    }

    /** Equal for equal definitions. */
    static String digestOf(GroupDefinition definition) {
        ConfigText text = new ConfigText();
        DefinitionText.addJdk(text, definition.jdk());
        DefinitionText.addGroup(text, definition);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
