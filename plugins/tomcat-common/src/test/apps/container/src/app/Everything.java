package app;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.MultipartConfig;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.TreeSet;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** One path for each part of a container that a test looks at. */
@WebServlet(name = "everything", urlPatterns = {"/do/*", "/secure/*"}, asyncSupported = true)
@MultipartConfig(maxFileSize = 100, maxRequestSize = 300, fileSizeThreshold = 10)
public class Everything extends HttpServlet {

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        ServletContext context = getServletContext();
        PrintWriter out = response.getWriter();
        boolean isIncluded = request.getDispatcherType() == jakarta.servlet.DispatcherType.INCLUDE;
        Object path = isIncluded ? request.getAttribute(RequestDispatcher.INCLUDE_PATH_INFO) : request.getPathInfo();
        switch ((String) path) {
            case "/who":
                out.print(request.getRemoteUser() + " by " + request.getAuthType() + ", admin "
                        + request.isUserInRole("admin"));
                break;
            case "/login":
                request.login(request.getParameter("name"), request.getParameter("password"));
                out.print("now " + request.getRemoteUser());
                request.logout();
                out.print(", then " + request.getRemoteUser());
                break;
            case "/database":
                database(out);
                break;
            case "/include":
                out.print("before ");
                request.getRequestDispatcher("/do/target?added=1").include(request, response);
                out.print(" after");
                break;
            case "/forward":
                out.print("dropped");
                request.getRequestDispatcher("target?added=2").forward(request, response);
                break;
            case "/named":
                request.setAttribute("named", "yes");
                context.getNamedDispatcher("target").forward(request, response);
                break;
            case "/async":
                request.startAsync().dispatch("/do/target?added=3");
                break;
            case "/target":
                Object from = isIncluded
                        ? request.getAttribute(RequestDispatcher.INCLUDE_PATH_INFO)
                        : request.getAttribute(
                                request.getDispatcherType() == jakarta.servlet.DispatcherType.ASYNC
                                        ? jakarta.servlet.AsyncContext.ASYNC_PATH_INFO
                                        : RequestDispatcher.FORWARD_PATH_INFO);
                out.print("[" + request.getDispatcherType() + " " + request.getParameter("added") + " " + from + "]");
                break;
            case "/error":
                out.print("[ERROR " + request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) + " "
                        + request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) + "]");
                break;
            case "/gone":
                response.sendError(410);
                break;
            case "/upload":
                try {
                    for (Part part : request.getParts()) {
                        out.print(part.getName() + ":" + part.getSize() + " ");
                    }
                } catch (IllegalStateException e) {
                    out.print("too large");
                }
                break;
            case "/session":
                request.getSession();
                out.print(response.encodeURL(request.getContextPath() + "/do/next"));
                break;
            case "/resources":
                out.print(context.getResourcePaths("/texts/") == null
                        ? "none"
                        : new TreeSet<>(context.getResourcePaths("/texts/")));
                out.print(" " + text(context, "/texts/own.txt") + " " + text(context, "/texts/of-jar.txt"));
                out.print(" real path " + (context.getRealPath("/texts/own.txt") != null));
                break;
            case "/fragments":
                out.print(context.getAttribute(ServletContext.ORDERED_LIBS));
                break;
            default:
                response.sendError(404);
        }
    }

    private static String text(ServletContext context, String path) throws IOException {
        try (InputStream in = context.getResourceAsStream(path);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, "UTF-8"))) {
            return reader.readLine();
        }
    }

    private static void database(PrintWriter out) throws ServletException {
        try {
            DataSource source = (DataSource) new InitialContext().lookup("java:comp/env/jdbc/shop");
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE IF NOT EXISTS VISITS (ID INT)");
                statement.execute("INSERT INTO VISITS VALUES (1)");
                try (ResultSet count = statement.executeQuery("SELECT COUNT(*) FROM VISITS")) {
                    count.next();
                    out.print(count.getInt(1) + " visits by " + source.getClass().getName());
                }
            }
        } catch (NamingException | SQLException e) {
            throw new ServletException(e);
        }
    }
}
