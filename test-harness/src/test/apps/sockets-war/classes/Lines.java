import NAMESPACE.servlet.ReadListener;
import NAMESPACE.servlet.ServletException;
import NAMESPACE.servlet.ServletInputStream;
import NAMESPACE.servlet.ServletOutputStream;
import NAMESPACE.servlet.annotation.WebServlet;
import NAMESPACE.servlet.http.HttpServlet;
import NAMESPACE.servlet.http.HttpServletRequest;
import NAMESPACE.servlet.http.HttpServletResponse;
import NAMESPACE.servlet.http.HttpUpgradeHandler;
import NAMESPACE.servlet.http.WebConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A protocol of its own, by HttpUpgradeHandler: has the first word, and sends back what comes when it comes. */
@WebServlet("/lines")
public class Lines extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        response.setHeader("Upgrade", "lines");
        request.upgrade(Handler.class);
    }

    public static class Handler implements HttpUpgradeHandler {

        @Override
        public void init(WebConnection connection) {
            try {
                ServletInputStream input = connection.getInputStream();
                ServletOutputStream output = connection.getOutputStream();
                output.write("welcome\n".getBytes(StandardCharsets.US_ASCII));
                output.flush();
                input.setReadListener(new Listener(connection, input, output));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void destroy() {}
    }

    static class Listener implements ReadListener {
        private final WebConnection connection;
        private final ServletInputStream input;
        private final ServletOutputStream output;

        Listener(WebConnection connection, ServletInputStream input, ServletOutputStream output) {
            this.connection = connection;
            this.input = input;
            this.output = output;
        }

        @Override
        public void onDataAvailable() throws IOException {
            byte[] piece = new byte[1000];
            while (input.isReady()) {
                int n = input.read(piece);
                if (n < 0) {
                    return;
                }
                output.write(piece, 0, n);
                output.flush();
            }
        }

        @Override
        public void onAllDataRead() {
            close();
        }

        @Override
        public void onError(Throwable cause) {
            close();
        }

        private void close() {
            try {
                connection.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
