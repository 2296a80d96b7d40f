package app;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.annotation.WebListener;
import java.io.IOException;

/** A filter and a listener, which leave their marks. */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
@WebListener
public class Marks implements Filter, ServletContextListener {

    @Override
    public void init(FilterConfig config) {}

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        request.setAttribute("filter", "passed");
        chain.doFilter(request, response);
    }

    @Override
    public void destroy() {}

    @Override
    public void contextInitialized(ServletContextEvent event) {
        event.getServletContext().setAttribute("listener", "started");
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        System.setProperty("jsgid.test.destroyed", event.getServletContext().getContextPath());
    }
}
