import java.io.IOException;
import NAMESPACE.servlet.annotation.WebServlet;
import NAMESPACE.servlet.http.HttpServlet;
import NAMESPACE.servlet.http.HttpServletRequest;
import NAMESPACE.servlet.http.HttpServletResponse;
import NAMESPACE.servlet.http.HttpSession;

/** Counts the requests of a session: COUNT PROCESS. */
@WebServlet("/count")
public class Counter extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpSession session = request.getSession();
        Integer before = (Integer) session.getAttribute("count");
        int count = before == null ? 1 : before + 1;
        session.setAttribute("count", count);
        response.getWriter().print(count + " " + getServletContext().getAttribute("jsgi.process"));
    }
}
