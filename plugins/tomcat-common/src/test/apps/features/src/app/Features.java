package app;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.MultipartConfig;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Collections;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** One path for each behaviour a test asks for. */
@WebServlet(urlPatterns = {"/do/*"}, loadOnStartup = 1)
@MultipartConfig(fileSizeThreshold = 16)
public class Features extends HttpServlet {

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        switch (request.getPathInfo()) {
            case "/describe":
                describe(request, response);
                break;
            case "/count":
                HttpSession session = request.getSession();
                Integer count = (Integer) session.getAttribute("count");
                count = count == null ? 1 : count + 1;
                session.setAttribute("count", count);
                response.setContentType("text/plain");
                response.getWriter().print("count " + count);
                break;
            case "/upload":
                PrintWriter upload = response.getWriter();
                for (Part part : request.getParts()) {
                    upload.println(part.getName() + "=" + part.getSubmittedFileName() + ":" + part.getSize());
                }
                break;
            case "/sum":
                long sum = 0;
                long length = 0;
                byte[] buffer = new byte[5000];
                try (InputStream in = request.getInputStream()) {
                    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                        length += n;
                        for (int i = 0; i < n; i++) {
                            sum += buffer[i] & 0xff;
                        }
                    }
                }
                response.getWriter().print(length + " bytes, sum " + sum);
                break;
            case "/echo":
                response.setContentType(request.getContentType());
                byte[] chunk = new byte[1024];
                for (int n = request.getInputStream().read(chunk); n >= 0; n = request.getInputStream().read(chunk)) {
                    response.getOutputStream().write(chunk, 0, n);
                }
                break;
            case "/form":
                response.setCharacterEncoding("UTF-8");
                response.getWriter().print(request.getParameter("a") + "|" + request.getParameter("b"));
                break;
            case "/location":
                response.setHeader("Location", request.getContextPath() + "/do/describe");
                response.getWriter().print("no redirect");
                break;
            case "/redirect":
                response.sendRedirect(request.getContextPath() + "/do/describe?from=redirect");
                break;
            case "/headers":
                response.addCookie(new Cookie("one", "1"));
                response.addCookie(new Cookie("two", "2"));
                response.addHeader("X-Many", "first");
                response.addHeader("X-Many", "second");
                response.addHeader("X-Split", "a\r\nX-Injected: b");
                response.addHeader("Connection", "close");
                response.addHeader("Status", "204 Lost");
                response.setStatus(202);
                response.getWriter().print("accepted");
                break;
            case "/parameter":
                response.getWriter().print(getServletContext().getInitParameter(request.getParameter("name")));
                break;
            case "/missing":
                response.sendError(404);
                break;
            case "/throw":
                throw new IllegalStateException("thrown on purpose");
            case "/sleep":
                try {
                    Thread.sleep(60_000);
                } catch (InterruptedException e) {
                    throw new ServletException("interrupted", e);
                }
                break;
            case "/process":
                for (String name : new String[] {"jsgi.multithread", "jsgi.multiprocess", "jsgi.group"}) {
                    response.getWriter().println(name + "=" + getServletContext().getAttribute(name));
                }
                break;
            case "/throw-late":
                response.getWriter().print("the beginning");
                response.flushBuffer();
                throw new IllegalStateException("thrown on purpose");
            case "/flush":
                response.getWriter().print("first ");
                response.flushBuffer();
                response.getWriter().print("second");
                break;
            case "/short":
                response.setContentLength(100);
                response.getOutputStream().print("too short");
                break;
            case "/long":
                response.setContentLength(4);
                response.getOutputStream().print("four and more");
                response.flushBuffer();
                break;
            case "/big":
                byte[] block = new byte[8192];
                java.util.Arrays.fill(block, (byte) 'b');
                for (int i = 0; i < 1024; i++) {
                    response.getOutputStream().write(block);
                }
                break;
            case "/nothing":
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
                break;
            case "/odd-status":
                response.setStatus(999);
                break;
            case "/naming":
                try {
                    Object value = new InitialContext().lookup("java:comp/env/greeting");
                    response.getWriter().print("greeting " + value);
                } catch (NamingException e) {
                    throw new ServletException(e);
                }
                break;
            case "/other":
                jakarta.servlet.ServletContext other = getServletContext().getContext(request.getParameter("path"));
                response.getWriter().print(other == null ? "hidden" : "seen " + other.getContextPath());
                break;
            case "/daemon":
                try {
                    Class.forName(request.getParameter("class"));
                    response.getWriter().print("seen");
                } catch (ClassNotFoundException e) {
                    response.getWriter().print("hidden");
                }
                break;
            case "/upgrade":
                request.upgrade(Upgraded.class);
                break;
            case "/files":
                response.getWriter()
                        .println(getServletContext().getRealPath("/index.html"));
                response.getWriter()
                        .println(getServletContext().getAttribute("jakarta.servlet.context.tempdir"));
                break;
            default:
                response.sendError(404);
        }
    }

    private void describe(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        PrintWriter out = response.getWriter();
        out.println("method=" + request.getMethod());
        out.println("uri=" + request.getRequestURI());
        out.println("url=" + request.getRequestURL());
        out.println("context=" + request.getContextPath());
        out.println("servlet=" + request.getServletPath());
        out.println("path=" + request.getPathInfo());
        out.println("query=" + request.getQueryString());
        out.println("protocol=" + request.getProtocol());
        out.println("scheme=" + request.getScheme() + " secure=" + request.isSecure());
        out.println("server=" + request.getServerName() + ":" + request.getServerPort());
        out.println("remote=" + request.getRemoteAddr() + " " + request.getRemoteHost() + ":" + request.getRemotePort());
        out.println("local=" + request.getLocalAddr() + " " + request.getLocalName() + ":" + request.getLocalPort());
        out.println("user=" + request.getRemoteUser() + " auth=" + request.getAuthType() + " principal="
                + request.getUserPrincipal());
        out.println("length=" + request.getContentLengthLong() + " type=" + request.getContentType());
        for (String name : Collections.list(request.getHeaderNames())) {
            out.println("header " + name + "=" + request.getHeader(name));
        }
        for (String name : new String[] {
            "JSGI_REQUEST_ID", "MY_SETTING", "SCRIPT_FILENAME",
            "jakarta.servlet.request.cipher_suite", "jakarta.servlet.request.key_size",
            "jakarta.servlet.request.ssl_session_id"
        }) {
            out.println("attribute " + name + "=" + request.getAttribute(name));
        }
        Object[] chain = (Object[]) request.getAttribute("jakarta.servlet.request.X509Certificate");
        out.println("certificate=" + (chain == null ? null
                : ((java.security.cert.X509Certificate) chain[0]).getSubjectX500Principal().getName()));
        out.println("filter=" + request.getAttribute("filter"));
        out.println("listener=" + getServletContext().getAttribute("listener"));
        out.println("initializer=" + getServletContext().getAttribute("initializer"));
        out.println("parameter=" + getServletContext().getInitParameter("from-context-xml"));
        out.println("name=" + getServletContext().getServletContextName());
    }

    /** Never gets a connection. */
    public static class Upgraded implements jakarta.servlet.http.HttpUpgradeHandler {
        @Override
        public void init(jakarta.servlet.http.WebConnection connection) {}

        @Override
        public void destroy() {}
    }
}
