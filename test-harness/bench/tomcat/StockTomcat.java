import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.ajp.AbstractAjpProtocol;

/**
 * Tomcat as anybody would run it behind mod_proxy: one web application, an HTTP and an AJP connector with their default
 * settings, no access log. Writes the ports it got into a file, and ends when its standard input does.
 */
public final class StockTomcat {

    private StockTomcat() {}

    /** Arguments: base folder, exploded web application, file for the ports. */
    public static void main(String[] arguments) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(arguments[0]);
        Connector http = onLoopback("HTTP/1.1");
        Connector ajp = onLoopback("AJP/1.3");
        // Only Apache on this machine reaches it.
        ((AbstractAjpProtocol<?>) ajp.getProtocolHandler()).setSecretRequired(false);
        tomcat.setConnector(http);
        tomcat.getService().addConnector(ajp);
        Context context = tomcat.addWebapp("", new File(arguments[1]).getAbsolutePath());
        context.setReloadable(false);
        tomcat.start();
        Path ports = Path.of(arguments[2]);
        Path draft = ports.resolveSibling(ports.getFileName() + ".new");
        Files.writeString(draft, http.getLocalPort() + " " + ajp.getLocalPort() + "\n");
        Files.move(draft, ports);
        while (System.in.read() >= 0) {
            // what comes is not of interest, only its end
        }
        tomcat.stop();
        tomcat.destroy();
    }

    private static Connector onLoopback(String protocol) {
        Connector connector = new Connector(protocol);
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        return connector;
    }
}
