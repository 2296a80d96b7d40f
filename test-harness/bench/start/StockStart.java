import java.io.File;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** Tomcat as anybody would start it for one web application: its defaults, one HTTP connector. Ends with its standard input. */
public final class StockStart {

    private StockStart() {}

    /** Arguments: base folder, web application, port. */
    public static void main(String[] arguments) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(arguments[0]);
        new File(arguments[0], "webapps").mkdirs();
        Connector connector = new Connector("HTTP/1.1");
        connector.setPort(Integer.parseInt(arguments[2]));
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        tomcat.addWebapp("/app", new File(arguments[1]).getAbsolutePath());
        tomcat.start();
        while (System.in.read() >= 0) {
            // what comes is not of interest, only its end
        }
        tomcat.stop();
        tomcat.destroy();
    }
}
