package app;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/** Throws what the test looks for. */
@WebListener
public class FailingListener implements ServletContextListener {

    @Override
    public void contextInitialized(ServletContextEvent event) {
        throw new IllegalStateException("cannot start", new java.io.IOException("the database is not there"));
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {}
}
