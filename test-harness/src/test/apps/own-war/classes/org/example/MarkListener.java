package org.example;

import NAMESPACE.servlet.ServletContextEvent;
import NAMESPACE.servlet.ServletContextListener;
import NAMESPACE.servlet.annotation.WebListener;

/** Found by its annotation: leaves a mark in the context. */
@WebListener
public class MarkListener implements ServletContextListener {

    @Override
    public void contextInitialized(ServletContextEvent event) {
        event.getServletContext().setAttribute("listener", "heard");
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {}
}
