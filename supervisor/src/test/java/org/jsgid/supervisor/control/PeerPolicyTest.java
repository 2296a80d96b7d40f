package org.jsgid.supervisor.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerPolicyTest {

    @ParameterizedTest
    @CsvSource({
        // peer, owner, group's user (-1: none), may see the group, may see all
        "0,    0,   1001, true,  true",
        "0,    500, 1001, true,  true",
        "500,  500, 1001, true,  true",
        "500,  500, -1,   true,  true",
        "1001, 0,   1001, true,  false",
        "1002, 0,   1001, false, false",
        "1002, 0,   -1,   false, false",
        // Apache's user: may do nothing, unless the server is its own
        "33,   0,   1001, false, false",
        "33,   0,   33,   false, false",
        "33,   33,  33,   true,  true",
    })
    void peersMayWhatTheDesignSays(long peer, long owner, long group, boolean mayGroup, boolean mayAll) {
        PeerPolicy policy = new PeerPolicy(owner, 33);
        OptionalLong groupUid = group < 0 ? OptionalLong.empty() : OptionalLong.of(group);

        assertThat(policy.may(new Peer(peer, 1), groupUid)).isEqualTo(mayGroup);
        assertThat(policy.maySeeAll(new Peer(peer, 1))).isEqualTo(mayAll);
    }
}
