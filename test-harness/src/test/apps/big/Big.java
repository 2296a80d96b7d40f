import org.jsgi.Application;
import org.jsgi.Request;
import org.jsgi.Response;

/** Sends as many bytes as {@code ?bytes=} says and never looks at the request's body. */
public class Big implements Application {

    @Override
    public Response handle(Request request) {
        long bytes = Long.parseLong(request.queryParameter("bytes"));
        return Response.of(200).header("Content-Type", "application/octet-stream").body(out -> {
            byte[] piece = new byte[10_000];
            for (long left = bytes; left > 0; left -= piece.length) {
                for (int i = 0; i < piece.length; i++) {
                    piece[i] = (byte) ('a' + (bytes - left + i) % 26);
                }
                out.write(piece, 0, (int) Math.min(left, piece.length));
            }
        });
    }
}
