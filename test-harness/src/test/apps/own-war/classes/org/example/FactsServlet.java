package org.example;

import java.io.IOException;
import NAMESPACE.servlet.ServletException;
import NAMESPACE.servlet.http.HttpServlet;
import NAMESPACE.servlet.http.HttpServletRequest;
import NAMESPACE.servlet.http.HttpServletResponse;
import NAMESPACE.servlet.http.Part;

/** Session, parameters, parts, errors. */
public class FactsServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getParameter("say") != null) {
            getServletContext().log(request.getParameter("say"));
        }
        if (request.getParameter("throw") != null) {
            throw new IllegalStateException("thrown by the servlet");
        }
        if (request.getParameter("status") != null) {
            response.sendError(Integer.parseInt(request.getParameter("status")), "asked for");
            return;
        }
        Integer count = (Integer) request.getSession().getAttribute("count");
        count = count == null ? 1 : count + 1;
        request.getSession().setAttribute("count", count);
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter().println("java.version=" + System.getProperty("java.version"));
        response.getWriter().println("java.home=" + System.getProperty("java.home"));
        response.getWriter().println("user=" + System.getProperty("user.name"));
        response.getWriter().println("container=" + getServletContext().getServerInfo());
        response.getWriter().println("context=" + request.getContextPath());
        response.getWriter().println("servlet-path=" + request.getServletPath());
        response.getWriter().println("path-info=" + request.getPathInfo());
        response.getWriter().println("query=" + request.getQueryString());
        response.getWriter().println("name=" + request.getParameter("name"));
        response.getWriter().println("count=" + count);
        response.getWriter().println("filter=" + request.getAttribute("filter"));
        response.getWriter().println("listener=" + getServletContext().getAttribute("listener"));
        response.getWriter().println("resource=" + getServletContext().getInitParameter("from-context-xml"));
        response.getWriter().println("url=" + request.getRequestURL());
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        response.setContentType("text/plain;charset=UTF-8");
        if (request.getContentType() != null && request.getContentType().startsWith("multipart/")) {
            for (Part part : request.getParts()) {
                response.getWriter()
                        .println("part " + part.getName() + " " + part.getSubmittedFileName() + " " + part.getSize());
            }
        } else {
            response.getWriter().println("form name=" + request.getParameter("name"));
        }
    }
}
