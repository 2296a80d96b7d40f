package org.jsgid.harness.faults;

/**
 * One time that one request was sent, as the client saw it.
 *
 * @param id in the request's query: in Apache's forensic log and in the applications' marks
 * @param kind of work
 * @param reused whether the connection had served a request before
 * @param begin when it was sent, in milliseconds of the journal
 * @param end when the client knew how it went
 * @param status of the response; 0 when there was none
 * @param complete whether the response came in full
 * @param daemon the process that answered, as it says itself; 0 when unknown
 * @param detail what was wrong with it; empty for a complete and right answer
 */
record Attempt(
        String id,
        Target target,
        String kind,
        boolean reused,
        long begin,
        long end,
        int status,
        boolean complete,
        long daemon,
        String detail) {

    /** Whether not one byte of a response came. */
    boolean silent() {
        return status == 0;
    }

    /** Whether an interval of the journal and this attempt have a moment in common. */
    boolean overlaps(long from, long to) {
        return begin <= to && end >= from;
    }

    /** Whether this attempt was under way in that interval and over soon after it, as when the one ended the other. */
    boolean endedWith(long from, long to) {
        return overlaps(from, to) && end <= to + SOON_MILLIS;
    }

    /** What a machine with much to do may take from the end of a process to the news of it at a client. */
    private static final long SOON_MILLIS = 2000;
}
