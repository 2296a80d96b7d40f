package org.jsgid.it.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.junit.RequiresJdk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The transport of daemons on JDK 8 and 11, which know no unix sockets: a listening one that they inherit. Decided by {@code
 * test-harness/transport}, of which this is a small run.
 */
@Tag("A3")
@RequiresJdk({8, 11})
class TransportIT {

    @Test
    void anInheritedUnixSocketServesOnJdk8And11AndLeavesNoDescriptorWhateverClientsDo() {
        String script = Path.of(System.getProperty("jsgid.tree"), "test-harness/transport/transport.sh")
                .toString();

        String output = RunningProcess.run(
                        List.of(script, "--image", System.getProperty("jsgid.image"), "--requests", "20000", "8", "11"))
                .expectSuccess()
                .output();

        output.lines().forEach(line -> System.out.println("measured: " + line));
        assertThat(output.lines()).hasSize(4).allMatch(line -> line.contains("wrong or missing 0;"));
    }
}
