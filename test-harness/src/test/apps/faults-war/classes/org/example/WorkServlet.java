package org.example;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import NAMESPACE.servlet.ServletException;
import NAMESPACE.servlet.http.HttpServlet;
import NAMESPACE.servlet.http.HttpServletRequest;
import NAMESPACE.servlet.http.HttpServletResponse;

/** The same work as {@code faults/Work.java}, as a servlet. */
public class WorkServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private String version;

    @Override
    public void init() throws ServletException {
        try (InputStream in = getServletContext().getResourceAsStream("/version.txt")) {
            byte[] text = new byte[20];
            version = new String(text, 0, in.read(text), StandardCharsets.UTF_8).trim();
        } catch (IOException e) {
            throw new ServletException(e);
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        String id = request.getParameter("id");
        String kind = request.getParameter("kind");
        String pid = Paths.get("/proc/self").toRealPath().getFileName().toString();
        Path marks = Paths.get(System.getenv("FAULTS_MARKS"), pid);
        mark(marks, "begin", id);
        response.setContentType("text/plain");
        response.setHeader("X-Daemon", pid);
        response.setHeader("X-Version", version);
        OutputStream out = response.getOutputStream();
        String last = id;
        switch (kind) {
            case "get":
                break;
            case "post":
                last = id + " " + sum(request.getInputStream());
                break;
            case "slow":
                pause(Long.parseLong(request.getParameter("millis")));
                break;
            case "stream":
                int lines = Integer.parseInt(request.getParameter("lines"));
                for (int i = 1; i < lines; i++) {
                    out.write((id + " " + i + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    pause(100);
                }
                last = id + " " + lines;
                break;
            default:
                response.setStatus(400);
                return;
        }
        out.write((last + "\n").getBytes(StandardCharsets.UTF_8));
        mark(marks, "end", id);
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void mark(Path marks, String what, String id) throws IOException {
        Files.write(
                marks,
                (what + " " + id + "\n").getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static String sum(InputStream body) throws IOException {
        CRC32 sum = new CRC32();
        byte[] piece = new byte[8192];
        long length = 0;
        for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
            sum.update(piece, 0, count);
            length += count;
        }
        return length + " " + Long.toHexString(sum.getValue());
    }
}
