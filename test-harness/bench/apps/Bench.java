import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jsgi.Application;
import org.jsgi.Body;
import org.jsgi.Request;
import org.jsgi.Response;

/** The workloads of the benchmark; the other applications of this folder answer the same. */
public class Bench implements Application {

    private static final byte[] BLOCK = new byte[65536];
    private static final int DOWNLOAD_BLOCKS = 4096;

    static {
        for (int i = 0; i < BLOCK.length; i++) {
            BLOCK[i] = (byte) (i * 31 + (i >> 8) * 17);
        }
    }

    private static final byte[] PAGE = Arrays.copyOf(BLOCK, 2048);

    @Override
    public Response handle(Request request) throws Exception {
        switch (request.pathInfo()) {
            case "/plain":
                return Response.text("Hello, world!");
            case "/large":
                return bytes(BLOCK);
            case "/echo":
                return bytes(readAll(request));
            case "/rich":
                return rich(request);
            case "/download":
                return Response.of(200).header("Content-Type", "application/octet-stream").body(new Download());
            case "/upload":
                return upload(request);
            default:
                return Response.text("no such workload").status(404);
        }
    }

    private static Response bytes(byte[] body) {
        return Response.of(200).header("Content-Type", "application/octet-stream").body(body);
    }

    private static byte[] readAll(Request request) throws IOException {
        byte[] body = new byte[(int) request.contentLength()];
        InputStream in = request.body();
        int length = 0;
        while (length < body.length) {
            int n = in.read(body, length, body.length - length);
            if (n < 0) {
                throw new IOException("the body ends after " + length + " bytes");
            }
            length += n;
        }
        return body;
    }

    private static Response rich(Request request) {
        Response response = Response.of(200).header("Content-Type", "text/html; charset=utf-8");
        for (int i = 0; i < 8; i++) {
            response = response.header("X-Bench-" + i, "value of header number " + i);
        }
        return response.header("X-Session", session(request.header("Cookie"))).body(PAGE);
    }

    private static String session(String cookies) {
        int at = cookies == null ? -1 : cookies.indexOf("session=");
        if (at < 0) {
            return "";
        }
        int end = cookies.indexOf(';', at);
        return cookies.substring(at + 8, end < 0 ? cookies.length() : end);
    }

    private static Response upload(Request request) throws Exception {
        MessageDigest digest = request.header("X-Bench-Hash") == null ? null : MessageDigest.getInstance("SHA-1");
        byte[] buffer = new byte[65536];
        InputStream in = request.body();
        long length = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            length += n;
            if (digest != null) {
                digest.update(buffer, 0, n);
            }
        }
        StringBuilder text = new StringBuilder(Long.toString(length));
        if (digest != null) {
            text.append(' ');
            for (byte b : digest.digest()) {
                text.append(String.format("%02x", b));
            }
        }
        return Response.text(text.toString());
    }

    private static final class Download implements Body {

        @Override
        public long length() {
            return (long) DOWNLOAD_BLOCKS * BLOCK.length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            for (int i = 0; i < DOWNLOAD_BLOCKS; i++) {
                out.write(BLOCK);
            }
        }
    }
}
