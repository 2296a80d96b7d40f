package org.jsgid.it.request;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLSession;

/**
 * HTTP/2 without TLS for requests made for Java's client, which only knows the upgrade to it: curl speaks it from the first
 * byte on. A process for each request.
 */
final class Curl {

    private final Path folder;

    /** With files in that folder. */
    Curl(Path folder) {
        this.folder = folder;
    }

    /** The response to a request, read to its end; an exception when it breaks off. */
    HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        Path head = Files.createTempFile(folder, "head", "");
        Process process = start(request, head);
        byte[] body = process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            throw new IOException("curl ended with status " + process.exitValue() + " after " + body.length + " bytes");
        }
        return new Response(request, Files.readString(head, StandardCharsets.ISO_8859_1), body);
    }

    /** The body of a response as it comes; closing it ends the transfer. */
    InputStream stream(HttpRequest request) throws IOException, InterruptedException {
        Process process = start(request, Files.createTempFile(folder, "head", ""));
        return new java.io.FilterInputStream(process.getInputStream()) {
            @Override
            public void close() throws IOException {
                process.destroy();
                super.close();
            }
        };
    }

    private Process start(HttpRequest request, Path head) throws IOException, InterruptedException {
        Path body = Files.createTempFile(folder, "body", "");
        boolean hasBody = request.bodyPublisher()
                .map(publisher -> publisher.contentLength() != 0)
                .orElse(false);
        List<String> fields = new ArrayList<>();
        request.headers().map().forEach((name, values) -> values.forEach(value -> fields.add(name + ": " + value)));
        if (hasBody) {
            Files.write(body, bytes(request.bodyPublisher().orElseThrow()));
            // Otherwise one that asks for permission first, and for a form.
            fields.add("Expect:");
            fields.add("Content-Type:");
            if (request.bodyPublisher().orElseThrow().contentLength() < 0) {
                fields.add("Content-Length:");
            }
        }
        Path fieldFile = Files.write(Files.createTempFile(folder, "fields", ""), fields);
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "--disable",
                "--silent",
                "--no-buffer",
                "--http2-prior-knowledge",
                "--path-as-is",
                "--max-time",
                "300"));
        command.addAll(List.of("--dump-header", head.toString(), "--header", "@" + fieldFile));
        if (request.method().equals("HEAD")) {
            command.add("--head");
            command.addAll(List.of("--output", "/dev/null"));
        } else {
            command.addAll(List.of("--request", request.method()));
        }
        if (hasBody) {
            command.addAll(List.of("--data-binary", "@" + body));
        }
        command.add(request.uri().toString());
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
    }

    private static byte[] bytes(HttpRequest.BodyPublisher publisher) throws IOException, InterruptedException {
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        publisher.subscribe(new Flow.Subscriber<>() {
            private final ByteArrayOutputStream read = new ByteArrayOutputStream();

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(ByteBuffer buffer) {
                byte[] piece = new byte[buffer.remaining()];
                buffer.get(piece);
                read.writeBytes(piece);
            }

            @Override
            public void onError(Throwable failure) {
                all.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                all.complete(read.toByteArray());
            }
        });
        try {
            return all.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** What curl has written. */
    private static final class Response implements HttpResponse<byte[]> {
        private final HttpRequest request;
        private final byte[] body;
        private final String statusLine;
        private final HttpHeaders headers;

        Response(HttpRequest request, String head, byte[] body) {
            this.request = request;
            this.body = body;
            // The last block that has a status line: informational responses come before, trailers behind it.
            String[] blocks = head.split("\r\n\r\n");
            String block = Arrays.stream(blocks)
                    .filter(each -> each.startsWith("HTTP/"))
                    .reduce((first, second) -> second)
                    .orElseThrow();
            String[] lines = block.split("\r\n");
            this.statusLine = lines[0];
            Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line : Arrays.asList(lines).subList(1, lines.length)) {
                int colon = line.indexOf(':', 1);
                fields.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                        .add(line.substring(colon + 1).strip());
            }
            this.headers = HttpHeaders.of(fields, (name, value) -> true);
        }

        @Override
        public int statusCode() {
            return Integer.parseInt(statusLine.split(" ", -1)[1]);
        }

        @Override
        public HttpRequest request() {
            return request;
        }

        @Override
        public Optional<HttpResponse<byte[]>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return headers;
        }

        @Override
        public byte[] body() {
            return body;
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public HttpClient.Version version() {
            return statusLine.startsWith("HTTP/2 ") ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1;
        }
    }
}
