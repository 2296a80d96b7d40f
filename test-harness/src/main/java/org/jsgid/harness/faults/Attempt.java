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

    /** Whether an interval of the journal and this attempt have a moment in common, give or take. */
    boolean overlaps(long from, long to) {
        return begin <= to + SLACK_MILLIS && end >= from - SLACK_MILLIS;
    }

    /** What clocks that are read one after the other, and a busy machine, make two moments differ by. */
    static final long SLACK_MILLIS = 300;
}
