package org.jsgid.supervisor.control;

import java.util.OptionalLong;

/**
 * Who may ask what. Root and the owner of the run folder may do everything; the user a group runs as may see, restart,
 * start and stop that group. Pure.
 */
public final class PeerPolicy {

    private final long ownerUid;

    /** With the owner of the run folder. */
    public PeerPolicy(long ownerUid) {
        this.ownerUid = ownerUid;
    }

    /** Whether a peer may do everything. */
    public boolean maySeeAll(Peer peer) {
        return peer.uid() == 0 || peer.uid() == ownerUid;
    }

    /**
     * Whether a peer may see and command a group.
     *
     * @param groupUid whom the group runs as; absent: as the monitor, so that only its owner may
     */
    public boolean may(Peer peer, OptionalLong groupUid) {
        return maySeeAll(peer) || (groupUid.isPresent() && groupUid.getAsLong() == peer.uid());
    }
}
