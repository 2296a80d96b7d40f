package app;

import jakarta.servlet.http.HttpSessionActivationListener;
import jakarta.servlet.http.HttpSessionEvent;
import java.io.Serializable;

/** An attribute that counts what it is told. */
public class Witness implements HttpSessionActivationListener, Serializable {

    private static final long serialVersionUID = 1L;

    private int passivated;
    private int activated;

    @Override
    public void sessionWillPassivate(HttpSessionEvent event) {
        passivated++;
    }

    @Override
    public void sessionDidActivate(HttpSessionEvent event) {
        activated++;
    }

    @Override
    public String toString() {
        return "passivated=" + passivated + " activated=" + activated;
    }
}
