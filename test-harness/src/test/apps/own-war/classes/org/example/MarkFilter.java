package org.example;

import java.io.IOException;
import NAMESPACE.servlet.Filter;
import NAMESPACE.servlet.FilterChain;
import NAMESPACE.servlet.FilterConfig;
import NAMESPACE.servlet.ServletException;
import NAMESPACE.servlet.ServletRequest;
import NAMESPACE.servlet.ServletResponse;

/** Marks every request that passes it. */
public class MarkFilter implements Filter {

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
}
