import NAMESPACE.servlet.ServletContextEvent;
import NAMESPACE.servlet.ServletContextListener;
import NAMESPACE.servlet.annotation.WebListener;
import NAMESPACE.websocket.DeploymentException;
import NAMESPACE.websocket.Endpoint;
import NAMESPACE.websocket.EndpointConfig;
import NAMESPACE.websocket.MessageHandler;
import NAMESPACE.websocket.Session;
import NAMESPACE.websocket.server.ServerContainer;
import NAMESPACE.websocket.server.ServerEndpointConfig;

/** Registers an endpoint without annotations, that greets first and then sends back what comes in capitals. */
@WebListener
public class Programmed implements ServletContextListener {

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServerContainer container =
                (ServerContainer) event.getServletContext().getAttribute(ServerContainer.class.getName());
        try {
            container.addEndpoint(
                    ServerEndpointConfig.Builder.create(Capitals.class, "/capitals").build());
        } catch (DeploymentException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {}

    public static class Capitals extends Endpoint {
        @Override
        public void onOpen(Session session, EndpointConfig config) {
            session.addMessageHandler(new MessageHandler.Whole<String>() {
                @Override
                public void onMessage(String text) {
                    send(session, text.toUpperCase(java.util.Locale.ROOT));
                }
            });
            send(session, "hello");
        }

        /** Waits for its end: a client may answer before a sending that does not wait counts as done. */
        private static void send(Session session, String text) {
            try {
                session.getBasicRemote().sendText(text);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
