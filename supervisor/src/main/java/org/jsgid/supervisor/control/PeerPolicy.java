package org.jsgid.supervisor.control;

import java.util.OptionalLong;

/**
 * Who may ask what. Root and the owner of the run folder may do everything; the user a group runs as may see, restart,
 * start and stop that group, unless it is Apache's: who breaks into a child of Apache, which all clients talk to, is to
 * stop nothing. Pure.
 */
public final class PeerPolicy {

    private final long ownerUid;
    private final long apacheUid;

    /** With the owner of the run folder, and the user of Apache's children. */
    public PeerPolicy(long ownerUid, long apacheUid) {
        this.ownerUid = ownerUid;
        this.apacheUid = apacheUid;
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
        boolean isGroups = groupUid.isPresent() && groupUid.getAsLong() == peer.uid();
        return maySeeAll(peer) || (isGroups && peer.uid() != apacheUid);
    }
}
