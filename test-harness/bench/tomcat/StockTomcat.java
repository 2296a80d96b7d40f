import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.ajp.AbstractAjpProtocol;
import org.apache.coyote.http11.AbstractHttp11Protocol;

/**
 * Tomcat as anybody would run it behind Apache: one web application, one connector, no access log. The connector's
 * settings are its defaults but for what its documentation says about connections from a proxy: they are not closed
 * after a number of requests. Writes its port into a file when it is ready (-1 for a unix socket), and ends when its
 * standard input does.
 */
public final class StockTomcat {

    private StockTomcat() {}

    /**
     * Arguments: base folder, exploded web application, file for the port, {@code http} or {@code ajp}, path of a unix
     * socket or {@code tcp}, size of an AJP packet or 0 for the default.
     */
    public static void main(String[] arguments) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(arguments[0]);
        Connector connector = connector(arguments[3], arguments[4], Integer.parseInt(arguments[5]));
        tomcat.setConnector(connector);
        Context context = tomcat.addWebapp("", new File(arguments[1]).getAbsolutePath());
        context.setReloadable(false);
        tomcat.start();
        Path port = Path.of(arguments[2]);
        Path draft = port.resolveSibling(port.getFileName() + ".new");
        Files.writeString(draft, connector.getLocalPort() + "\n");
        Files.move(draft, port);
        while (System.in.read() >= 0) {
            // what comes is not of interest, only its end
        }
        tomcat.stop();
        tomcat.destroy();
    }

    private static Connector connector(String protocol, String socket, int packetSize) {
        Connector connector = new Connector(protocol.equals("ajp") ? "AJP/1.3" : "HTTP/1.1");
        if (socket.equals("tcp")) {
            connector.setPort(0);
            connector.setProperty("address", "127.0.0.1");
        } else {
            connector.setProperty("unixDomainSocketPath", socket);
            connector.setProperty("unixDomainSocketPathPermissions", "rw-rw-rw-");
        }
        if (protocol.equals("ajp")) {
            // Only Apache on this machine reaches it.
            ((AbstractAjpProtocol<?>) connector.getProtocolHandler()).setSecretRequired(false);
            if (packetSize > 0) {
                ((AbstractAjpProtocol<?>) connector.getProtocolHandler()).setPacketSize(packetSize);
            }
        } else {
            AbstractHttp11Protocol<?> http = (AbstractHttp11Protocol<?>) connector.getProtocolHandler();
            http.setMaxKeepAliveRequests(-1);
            http.setKeepAliveTimeout(600_000);
        }
        return connector;
    }
}
