package org.jsgid.supervisor.management;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Lines of UTF-8 ended by LF, none longer than a limit: the other side is not trusted to end its lines. */
public final class LineReader {

    private final InputStream input;
    private final int longest;
    private byte[] buffer = new byte[512];
    private int start;
    private int end;

    /** Reads a stream whose lines have at most that many bytes without LF. */
    public LineReader(InputStream input, int longest) {
        this.input = input;
        this.longest = longest;
    }

    /**
     * The next line without its LF.
     *
     * @return null at the end of the stream; an unfinished last line is dropped, since what it says is unknown
     * @throws MalformedLineException when a line is too long or not UTF-8
     */
    public String readLine() throws IOException {
        int looked = start;
        while (true) {
            for (int i = looked; i < end; i++) {
                if (buffer[i] == '\n') {
                    int from = start;
                    start = i + 1;
                    return decode(from, i);
                }
            }
            looked = makeRoom();
            int count = input.read(buffer, end, buffer.length - end);
            if (count < 0) {
                return null;
            }
            end += count;
        }
    }

    /** Makes room for at least one byte more; returns the end of what has been looked at. */
    private int makeRoom() throws MalformedLineException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end > longest) {
            throw new MalformedLineException("a line of more than " + longest + " bytes");
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.min(buffer.length * 2, longest + 1));
        }
        return end;
    }

    private String decode(int from, int to) throws MalformedLineException {
        if (to - from > longest) {
            throw new MalformedLineException("a line of more than " + longest + " bytes");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(buffer, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedLineException("a line that is not UTF-8");
        }
    }
}
