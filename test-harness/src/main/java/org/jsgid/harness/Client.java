package org.jsgid.harness;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * HTTP/1.1 over plain sockets, so that a test sees exactly what was sent: which chunks, which order of headers, and
 * whether a response was complete or broke off.
 */
public final class Client {

    /** Longest time that a read waits; a response that never ends is a failure, not a hanging test. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final int port;

    /** A client of the server at that port of 127.0.0.1. */
    public Client(int port) {
        this.port = port;
    }

    /**
     * A response.
     *
     * @param complete whether the framing says that this is all; false for a transfer that broke off
     * @param brokenBy why it is not complete, else empty
     */
    @SuppressWarnings("ArrayRecordComponent") // responses are looked at, never compared
    public record Response(
            int status, String reason, List<Header> headers, byte[] body, boolean complete, String brokenBy) {

        /** The body as UTF-8. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The first header of that name. */
        public Optional<String> header(String name) {
            return headers(name).stream().findFirst();
        }

        /** All headers of that name, in order. */
        public List<String> headers(String name) {
            return headers.stream()
                    .filter(header -> header.name().equalsIgnoreCase(name))
                    .map(Header::value)
                    .toList();
        }

        @Override
        public String toString() {
            String shown = text();
            return status + " " + reason + " " + headers + (complete ? "" : " (broken: " + brokenBy + ")") + " "
                    + (shown.length() > 500 ? shown.substring(0, 500) + "… (" + body.length + " bytes)" : shown);
        }
    }

    /** A header as sent. */
    public record Header(String name, String value) {}

    /** GET on a connection of its own. */
    public Response get(String path, String... headers) throws IOException {
        return send("GET", path, null, headers);
    }

    /** A request on a connection of its own, with a body of announced length unless it is null. */
    public Response send(String method, String path, byte[] body, String... headers) throws IOException {
        try (Connection connection = open()) {
            List<String> lines = new ArrayList<>(List.of(headers));
            lines.add("Connection: close");
            if (body != null) {
                lines.add("Content-Length: " + body.length);
            }
            connection.sendHead(method, path, lines);
            if (body != null) {
                connection.send(body);
            }
            return connection.readResponse(method);
        }
    }

    /** A new connection. */
    public Connection open() throws IOException {
        return new Connection(port);
    }

    /** One connection; used by one thread for writing and one for reading. */
    public static final class Connection implements Closeable {

        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        private Connection(int port) throws IOException {
            this(connected(port));
        }

        private static Socket connected(int port) throws IOException {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
            return socket;
        }

        /** Over a socket that is connected, such as one with TLS. */
        public Connection(Socket connected) throws IOException {
            socket = connected;
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Await.scaled(PATIENCE).toMillis());
            in = new BufferedInputStream(socket.getInputStream(), 16384);
            out = socket.getOutputStream();
        }

        /** Sends request line and headers; {@code Host} is added. */
        public void sendHead(String method, String path, List<String> headers) throws IOException {
            StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
            if (headers.stream().noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("host:"))) {
                head.append("Host: localhost:" + socket.getPort() + "\r\n");
            }
            headers.forEach(line -> head.append(line).append("\r\n"));
            send(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        }

        /** Sends bytes as they are. */
        public void send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        /** Sends one chunk of a chunked body; an empty one is the last. */
        public void sendChunk(byte[] bytes) throws IOException {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream();
            chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            chunk.writeBytes(bytes);
            chunk.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            send(chunk.toByteArray());
        }

        /** So many bytes that come now, as ASCII, or fewer at the end of the connection. */
        public String readBytes(int count) throws IOException {
            return new String(in.readNBytes(count), StandardCharsets.US_ASCII);
        }

        /** Sends nothing more, and goes on reading. */
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        /** Closes it with a reset, as a client that crashes does. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Reads status line and headers; the body stays to be read. */
        public Response readHead() throws IOException {
            String statusLine = readLine();
            String[] parts = statusLine.split(" ", 3);
            if (parts.length < 2 || !parts[0].startsWith("HTTP/1.")) {
                throw new IOException("not a status line: " + statusLine);
            }
            List<Header> headers = new ArrayList<>();
            for (String line = readLine(); !line.isEmpty(); line = readLine()) {
                int colon = line.indexOf(':');
                headers.add(new Header(
                        line.substring(0, colon), line.substring(colon + 1).strip()));
            }
            return new Response(
                    Integer.parseInt(parts[1]), parts.length > 2 ? parts[2] : "", headers, new byte[0], true, "");
        }

        /** Reads a whole response to a request with that method, passing over 1xx ones. */
        public Response readResponse(String method) throws IOException {
            Response head = readHead();
            while (head.status() >= 100 && head.status() < 200) {
                head = readHead();
            }
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            String broken = "";
            if (!method.equals("HEAD") && head.status() != 204 && head.status() != 304) {
                try {
                    readBody(head, body);
                } catch (IOException e) {
                    broken = e.toString();
                }
            }
            return new Response(
                    head.status(), head.reason(), head.headers(), body.toByteArray(), broken.isEmpty(), broken);
        }

        /**
         * Reads one chunk of a chunked body.
         *
         * @return its bytes, none for the last chunk
         * @throws EOFException when the connection ends before the last chunk
         */
        public byte[] readChunk() throws IOException {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream();
            readChunk(chunk);
            return chunk.toByteArray();
        }

        /** As {@link #readChunk()}; what there is of a chunk that breaks off is kept. */
        private int readChunk(ByteArrayOutputStream body) throws IOException {
            int length = Integer.parseInt(readLine().split(";", 2)[0].strip(), 16);
            byte[] chunk = in.readNBytes(length);
            body.writeBytes(chunk);
            if (chunk.length < length) {
                throw new EOFException("closed " + (length - chunk.length) + " bytes before the end of a chunk");
            }
            String end = readLine();
            if (!end.isEmpty()) {
                throw new IOException("a chunk is followed by \"" + end + "\"");
            }
            return length;
        }

        /** Whether the server has closed the connection; waits for it to do so or to send something. */
        public boolean isClosedByServer() throws IOException {
            in.mark(1);
            int next = in.read();
            in.reset();
            return next < 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        private void readBody(Response head, ByteArrayOutputStream body) throws IOException {
            if (head.header("Transfer-Encoding").orElse("").equalsIgnoreCase("chunked")) {
                while (readChunk(body) > 0) {
                    // The last chunk is empty.
                }
                return;
            }
            Optional<String> length = head.header("Content-Length");
            if (length.isPresent()) {
                long left = Long.parseLong(length.get());
                byte[] buffer = new byte[65536];
                while (left > 0) {
                    int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                    if (count < 0) {
                        throw new EOFException("closed " + left + " bytes before the end");
                    }
                    body.write(buffer, 0, count);
                    left -= count;
                }
                return;
            }
            body.writeBytes(in.readAllBytes());
        }

        private String readLine() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("closed after \"" + line.toString(StandardCharsets.UTF_8) + "\"");
                }
                line.write(next);
            }
            String text = line.toString(StandardCharsets.UTF_8);
            return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        }
    }
}
