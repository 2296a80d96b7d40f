package org.jsgid.it.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jsgid.harness.Apps;
import org.jsgid.harness.Await;
import org.jsgid.harness.Client;
import org.jsgid.harness.Httpd;
import org.jsgid.harness.HttpdConf;
import org.jsgid.harness.RunningProcess;
import org.jsgid.harness.TestUser;
import org.jsgid.harness.junit.JsgidServer;
import org.jsgid.harness.junit.RequiresRoot;
import org.jsgid.harness.junit.RunsOn;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Other FastCGI clients use a group's socket, and its TCP address, as they are, and get the answers that Apache gets. */
@Tag("B10")
@RequiresRoot
@RunsOn(21)
class InteroperationIT {

    private static final int TCP = Httpd.freePort();
    private static final int PROXY_UNIX = Httpd.freePort();
    private static final int PROXY_TCP = Httpd.freePort();
    private static final int NGINX_UNIX = Httpd.freePort();
    private static final int NGINX_TCP = Httpd.freePort();
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    static final JsgidServer SERVER = JsgidServer.started("interop", InteroperationIT::prepare);

    private static Path application;
    private static RunningProcess nginx;

    private final Httpd httpd = SERVER.httpd();

    /** The servers in front. */
    enum Front {
        MOD_JSGID(0),
        MOD_PROXY_FCGI_UNIX(PROXY_UNIX),
        MOD_PROXY_FCGI_TCP(PROXY_TCP),
        NGINX_OVER_UNIX(NGINX_UNIX),
        NGINX_OVER_TCP(NGINX_TCP);

        private final int port;

        Front(int port) {
            this.port = port;
        }

        Client client(Httpd server) {
            if (name().startsWith("NGINX")) {
                assumeTrue(nginx != null, "needs nginx; test.sh brings it");
            }
            return port == 0 ? server.client() : new Client(port);
        }
    }

    private static void prepare(Httpd server) {
        server.addInstalledProfiles();
        application = Apps.java(server, "interop/Interop.java");
        server.configure(new HttpdConf()
                .module("proxy")
                .module("proxy_fcgi")
                .group("shared", "JsgiListen 127.0.0.1:" + TCP, "JsgiUser games", "JsgiProcesses 2")
                .group("closed", "JsgiListen 127.0.0.1:" + Httpd.freePort() + " from=192.0.2.1")
                .mount("/app", application, "shared")
                .add(proxied(PROXY_UNIX, "unix:ROOT/run/groups/shared.sock|fcgi://shared/"))
                .add(proxied(PROXY_TCP, "fcgi://127.0.0.1:" + TCP + "/")));
    }

    private static String[] proxied(int port, String backend) {
        return new String[] {
            "Listen 127.0.0.1:" + port,
            "<VirtualHost 127.0.0.1:" + port + ">",
            "<Location /app>",
            "    ProxyPass \"" + backend + "\" enablereuse=on",
            "    ProxyFCGISetEnvIf true SCRIPT_FILENAME \"" + application + "\"",
            "    ProxyFCGISetEnvIf true SCRIPT_NAME /app",
            "    ProxyFCGISetEnvIf \"%{REQUEST_URI} =~ m#^/app(.*)$#\" PATH_INFO \"$1\"",
            "</Location>",
            "</VirtualHost>"
        };
    }

    @BeforeAll
    static void startNginx() throws IOException {
        SERVER.httpd().awaitReady("shared", "closed");
        Path program = List.of(
                        Path.of("/usr/sbin/nginx"),
                        Path.of(System.getProperty("jsgid.tree"), "target/tools/nginx/usr/sbin/nginx"))
                .stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        if (program == null) {
            return;
        }
        Path folder = Files.createDirectories(SERVER.httpd().root().resolve("nginx"));
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off;
                worker_processes 1;
                user %s %s;
                pid %s/pid;
                error_log stderr notice;
                events { worker_connections 64; }
                http {
                    access_log off;
                    client_body_temp_path %s/body;
                    fastcgi_temp_path %s/fastcgi;
                    proxy_temp_path %s/proxy;
                    uwsgi_temp_path %s/uwsgi;
                    scgi_temp_path %s/scgi;
                    client_max_body_size 4m;
                    upstream by_unix { server unix:%s; keepalive 4; }
                    upstream by_tcp { server 127.0.0.1:%d; keepalive 4; }
                %s
                %s
                }
                """.formatted(
                        TestUser.APACHE.name(),
                        TestUser.APACHE.group(),
                        folder,
                        folder,
                        folder,
                        folder,
                        folder,
                        folder,
                        SERVER.httpd().runDir().resolve("groups/shared.sock"),
                        TCP,
                        nginxServer(NGINX_UNIX, "by_unix"),
                        nginxServer(NGINX_TCP, "by_tcp")));
        nginx = RunningProcess.start(
                List.of(program.toString(), "-p", folder.toString(), "-c", configuration.toString(), "-e", "stderr"),
                folder,
                RunningProcess.plainEnvironment());
        Await.until("nginx answers", SOON, () -> {
            try {
                return new Client(NGINX_UNIX).get("/app/").status() == 200;
            } catch (IOException | UncheckedIOException notYet) {
                return false;
            }
        });
    }

    private static String nginxServer(int port, String upstream) {
        return """
                    server {
                        listen 127.0.0.1:%d;
                        location /app {
                            fastcgi_split_path_info ^(/app)(.*)$;
                            fastcgi_param SCRIPT_FILENAME %s;
                            fastcgi_param SCRIPT_NAME $fastcgi_script_name;
                            fastcgi_param PATH_INFO $fastcgi_path_info;
                            fastcgi_param QUERY_STRING $query_string;
                            fastcgi_param REQUEST_METHOD $request_method;
                            fastcgi_param REQUEST_URI $request_uri;
                            fastcgi_param CONTENT_TYPE $content_type;
                            fastcgi_param CONTENT_LENGTH $content_length;
                            fastcgi_param SERVER_PROTOCOL $server_protocol;
                            fastcgi_param SERVER_NAME $server_name;
                            fastcgi_param SERVER_PORT $server_port;
                            fastcgi_param REMOTE_ADDR $remote_addr;
                            fastcgi_keep_conn on;
                            fastcgi_pass %s;
                        }
                    }
                """.formatted(port, application, upstream);
    }

    @AfterAll
    static void stopNginx() {
        if (nginx != null) {
            nginx.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Front.class)
    void aRequestArrivesAsItWasSent(Front front) throws IOException {
        Client.Response answer = front.client(httpd).get("/app/a%20b/c?x=1&y=%C3%BC", "X-One: two words");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("GET|/app|/a b/c|x=1&y=%C3%BC|two words|/app/a%20b/c?x=1&y=%C3%BC");
    }

    @ParameterizedTest
    @EnumSource(Front.class)
    void headersAndStatusesReachTheClient(Front front) throws IOException {
        Client client = front.client(httpd);

        Client.Response headers = client.get("/app/headers");
        assertThat(headers.headers("Set-Cookie")).containsExactly("a=1", "b=2");
        assertThat(headers.header("X-Latin")).isPresent();
        Client.Response teapot = client.get("/app/teapot");
        assertThat(teapot.status()).isEqualTo(418);
        assertThat(teapot.text()).isEqualTo("short and stout");
        Client.Response away = client.get("/app/away");
        assertThat(away.status()).isEqualTo(302);
        assertThat(away.header("Location")).contains("https://example.org/");
        assertThat(client.get("/app/nothing").status()).isEqualTo(204);
    }

    @ParameterizedTest
    @EnumSource(Front.class)
    void bodiesArriveWholeInBothDirections(Front front) throws IOException {
        Client client = front.client(httpd);
        byte[] body = new byte[300_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) ((i * 31) >> 3);
        }

        Client.Response echoed = client.send("POST", "/app/echo", body);
        assertThat(echoed.status()).isEqualTo(200);
        assertThat(echoed.body()).isEqualTo(body);
        assertThat(client.get("/app/large").body()).hasSize(1 << 20);
        Client.Response head = client.send("HEAD", "/app/teapot", new byte[0]);
        assertThat(head.status()).isEqualTo(418);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void theCommandLineClientGetsTheResponse() {
        Path program = Path.of("/usr/bin/cgi-fcgi");
        assumeTrue(Files.isExecutable(program), "needs Debian's package libfcgi-bin");
        for (String address :
                List.of(httpd.runDir().resolve("groups/shared.sock").toString(), "127.0.0.1:" + TCP)) {
            Map<String, String> environment = new HashMap<>(RunningProcess.plainEnvironment());
            environment.putAll(Map.of(
                    "SCRIPT_FILENAME", application.toString(),
                    "SCRIPT_NAME", "/app",
                    "PATH_INFO", "/here",
                    "QUERY_STRING", "q",
                    "REQUEST_METHOD", "GET",
                    "REQUEST_URI", "/app/here?q",
                    "HTTP_X_ONE", "1"));
            RunningProcess.Completed answer =
                    RunningProcess.run(List.of(program.toString(), "-bind", "-connect", address), environment);

            assertThat(answer.expectSuccess().output())
                    .contains("Content-Type: text/plain")
                    .endsWith("GET|/app|/here|q|1|/app/here?q")
                    .doesNotContain("Jsgi-");
        }
    }

    @ParameterizedTest
    @EnumSource(Front.class)
    void noRequestFailsWhileTheGroupIsRenewed(Front front) throws Exception {
        Client client = front.client(httpd);
        int generation = httpd.status().group("shared").generation();
        Thread restart = new Thread(() -> httpd.ctl().run("restart", "shared").expectSuccess());
        restart.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        int requests = 0;
        while (restart.isAlive() && System.nanoTime() < end) {
            assertThat(client.get("/app/?n=" + requests).status()).isEqualTo(200);
            requests++;
        }
        restart.join();

        assertThat(requests).isPositive();
        assertThat(httpd.status().group("shared").generation()).isGreaterThan(generation);
        assertThat(client.get("/app/").status()).isEqualTo(200);
    }

    @Test
    void whoMayNotConnectIsNotServed() throws IOException {
        String configuration = Files.readString(httpd.root().resolve("run/monitors/" + profile() + ".conf"));
        String address = configuration
                .lines()
                .filter(line -> line.startsWith("listen = ") && line.endsWith(" 192.0.2.1"))
                .map(line -> line.substring("listen = ".length(), line.lastIndexOf(' ')))
                .findFirst()
                .orElseThrow();
        httpd.errorLog().announce("JSGID0540");
        int mark = httpd.errorLog().mark();
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));

        try (java.net.Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) SOON.toMillis());
            socket.getOutputStream().write("\1\11\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
        httpd.errorLog().awaitLine(mark, "JSGID0540", SOON);
    }

    private String profile() throws IOException {
        return httpd.status().group("closed").profile();
    }
}
