package app;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;

/** Counts the requests of a session; knows what of it has come along. */
public class Counter extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpSession session = request.getSession();
        Integer before = (Integer) session.getAttribute("counter");
        int count = before == null ? 1 : before + 1;
        if (before == null) {
            session.setAttribute("plain", new Object());
            session.setAttribute("dropped", "the filter of the manager does not let it through");
            session.setAttribute("witness", new Witness());
        }
        if (request.getParameter("short") != null) {
            session.setMaxInactiveInterval(1);
        }
        if (request.getParameter("change") != null) {
            request.changeSessionId();
        }
        String until = request.getParameter("until");
        if (until != null) {
            Files.write(new File(until + ".begun").toPath(), new byte[0]);
            while (!new File(until).exists()) {
                try {
                    TimeUnit.MILLISECONDS.sleep(5);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
        session.setAttribute("counter", count);
        response.getWriter()
                .print(count + " " + session.getId() + " plain=" + (session.getAttribute("plain") != null)
                        + " dropped=" + (session.getAttribute("dropped") != null) + " " + session.getAttribute("witness"));
    }
}
