import NAMESPACE.servlet.annotation.WebServlet;
import NAMESPACE.servlet.http.HttpServlet;
import NAMESPACE.servlet.http.HttpServletRequest;
import NAMESPACE.servlet.http.HttpServletResponse;
import java.io.IOException;

/** How many sessions are open, how the last one was closed, and which container this is. */
@WebServlet("/facts")
public class Facts extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        response.getWriter()
                .print(Echo.OPEN.get() + " " + Echo.lastClose + " " + getServletContext().getServerInfo());
    }
}
