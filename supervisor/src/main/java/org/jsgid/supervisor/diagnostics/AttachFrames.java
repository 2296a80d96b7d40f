package org.jsgid.supervisor.diagnostics;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Takes what {@code jsgid-attach} prints: frames of a word, a space, a length and a line feed, and so many bytes. The
 * program runs as the group's user, so that nothing it says is believed to be in order. Bounded whatever is said.
 */
final class AttachFrames extends OutputStream {

    /** Bytes of one frame at most. */
    static final int LONGEST = 32 * 1024;

    private static final int LONGEST_HEAD = 64;

    private final JvmListener listener;
    private final Runnable callOff;
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private byte[] body = new byte[0];
    private String word = "";
    private int missing;
    private boolean isInBody;
    private JvmAnswer answer;
    private boolean isClosed;

    /**
     * Frames for a listener.
     *
     * @param callOff ends the program when the listener wants no more, or it breaks the format
     */
    AttachFrames(JvmListener listener, Runnable callOff) {
        this.listener = listener;
        this.callOff = callOff;
    }

    /** How it ended; empty before the last frame. */
    synchronized Optional<JvmAnswer> answer() {
        return Optional.ofNullable(answer);
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (isClosed) {
            return;
        }
        int place = offset;
        int end = offset + length;
        while (place < end && !isClosed) {
            if (isInBody) {
                int count = Math.min(missing, end - place);
                System.arraycopy(bytes, place, body, body.length - missing, count);
                missing -= count;
                place += count;
            } else {
                readHead(bytes[place++]);
            }
            if (isInBody && missing == 0) {
                isInBody = false;
                take();
            }
        }
    }

    private void readHead(byte next) {
        if (next != '\n') {
            if (head.size() == LONGEST_HEAD) {
                close(JvmAnswer.Outcome.FAILED, "jsgid-attach said something without a length");
                return;
            }
            head.write(next);
            return;
        }
        String[] parts = head.toString(StandardCharsets.US_ASCII).split(" ", 2);
        head.reset();
        if (parts.length != 2 || !parts[1].matches("[0-9]{1,5}") || Integer.parseInt(parts[1]) > LONGEST) {
            close(JvmAnswer.Outcome.FAILED, "jsgid-attach said something without a length of at most " + LONGEST);
            return;
        }
        word = parts[0];
        missing = Integer.parseInt(parts[1]);
        body = new byte[missing];
        isInBody = true;
    }

    private void take() {
        boolean isWanted = switch (word) {
            case "output" -> listener.output(body);
            case "file" -> listener.file(body);
            case "progress" -> listener.progress(number());
            case "size" -> listener.size(number());
            default -> {
                end();
                yield true;
            }
        };
        if (!isWanted) {
            close(JvmAnswer.Outcome.CALLED_OFF, "nobody listens any more");
        }
    }

    /** The rest is thrown away: the program must not wait for somebody who reads it. */
    private void close(JvmAnswer.Outcome outcome, String reason) {
        isClosed = true;
        answer = new JvmAnswer(outcome, reason);
        callOff.run();
    }

    private void end() {
        String[] parts = new String(body, StandardCharsets.UTF_8).split(" ", 2);
        answer = word.equals("failed")
                ? new JvmAnswer(JvmAnswer.Outcome.of(parts[0]), parts.length == 2 ? parts[1] : "")
                : new JvmAnswer(JvmAnswer.Outcome.of(word), "");
    }

    /** Zero when it is none: only people look at it. */
    private long number() {
        String text = new String(body, StandardCharsets.US_ASCII);
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
