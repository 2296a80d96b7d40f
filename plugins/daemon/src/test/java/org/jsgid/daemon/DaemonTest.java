package org.jsgid.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.ToolProvider;
import org.jsgi.Application;
import org.jsgid.daemon.app.ApplicationKey;
import org.jsgid.daemon.fcgi.TestingClient;
import org.jsgid.daemon.fcgi.TestingClient.Answer;
import org.jsgid.daemon.fcgi.TestingRecords;
import org.jsgid.daemon.manage.ManagementLine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon from its start to its end, in this process, with applications that are written here. */
@Timeout(120)
class DaemonTest {

    @TempDir
    Path folder;

    private TestingMonitor monitor;

    @AfterEach
    void stop() throws IOException {
        if (monitor != null) {
            monitor.close();
        }
    }

    private static String app(String body) {
        return "import org.jsgi.*;\npublic class App implements Application {\n"
                + "  public Response handle(Request request) throws Exception {\n" + body + "\n  }\n}\n";
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static ApplicationKey key(Path file) {
        return new ApplicationKey(file.toString(), "", "");
    }

    private TestingMonitor start(String settings, ApplicationKey... preloaded) throws Exception {
        monitor = new TestingMonitor(folder, settings, preloaded);
        return monitor;
    }

    private Answer get(Path file, String... parameters) throws IOException {
        try (TestingClient client = monitor.connect()) {
            return client.get(file.toString(), parameters);
        }
    }

    @Test
    void loadsMountedApplicationsBeforeItIsReady() throws Exception {
        Path file = write("hello.java", app("return Response.text(\"hello\");"));
        start("", key(file));

        ManagementLine loaded = monitor.report("loaded");
        assertThat(loaded.field("file")).isEqualTo(file.toString());
        assertThat(loaded.field("kind")).isEqualTo("java");
        monitor.report("ready");
        assertThat(monitor.words()).containsExactly("loading", "loaded", "ready");
        Answer answer = get(file);
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.head()).contains("Content-Length: 5");
    }

    @Test
    void answersAreMarkedWithTheProcessForClientsThatUnderstand() throws Exception {
        Path file = write("hello.java", app("return Response.text(\"process \" + request.variable(\"jsgi.process\"));"));
        start("number=3", key(file));

        Answer answer = get(file, "JSGI_EXTENSIONS", "going-away process");
        assertThat(answer.text()).isEqualTo("process 3");
        assertThat(answer.process()).isEqualTo(3);
        assertThat(answer.load()).isZero();
        assertThat(get(file).process()).isZero();
    }

    @Test
    void aRequestForAnotherProcessIsNotBegunAndTheConnectionServesOn() throws Exception {
        Path file = write("hello.java", app("return Response.text(\"hello\");"));
        start("number=3", key(file));

        try (TestingClient client = monitor.connect()) {
            for (String other : new String[] {"2", "255", "-1", "x"}) {
                Answer wrong = client.request(
                        TestingClient.params(
                                file.toString(), "JSGI_EXTENSIONS", "going-away process", "JSGI_PROCESS", other),
                        "a body");
                assertThat(wrong.protocolStatus()).isEqualTo(4);
                assertThat(wrong.process()).isEqualTo(3);
                assertThat(wrong.head()).isEmpty();
            }
            Answer right = client.get(
                    file.toString(), "JSGI_EXTENSIONS", "going-away process", "JSGI_PROCESS", "3");
            assertThat(right.protocolStatus()).isZero();
            assertThat(right.text()).isEqualTo("hello");
            assertThat(client.get(file.toString(), "JSGI_PROCESS", "2").text())
                    .as("a client that does not offer the extension knows nothing of processes")
                    .isEqualTo("hello");
        }
        assertThat(monitor.daemon().counters().field("requests")).isEqualTo("2");
    }

    @Test
    void theLoadThatIsToldCountsOtherRequestsThatRunOrWait() throws Exception {
        Path file = write(
                "wait.java",
                "import org.jsgi.*;\npublic class App implements Application {\n"
                        + "  static final java.util.concurrent.CountDownLatch LATCH"
                        + " = new java.util.concurrent.CountDownLatch(1);\n"
                        + "  public Response handle(Request request) throws Exception {\n"
                        + "    if (request.queryParameter(\"wait\") != null) { LATCH.await(); }\n"
                        + "    if (request.queryParameter(\"end\") != null) { LATCH.countDown(); }\n"
                        + "    return Response.text(\"ok\");\n  }\n}\n");
        start("number=1 threads=3", key(file));

        CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> waiting(file));
        CompletableFuture<Answer> second = CompletableFuture.supplyAsync(() -> waiting(file));
        monitor.report("counters", line -> line.number("active", 0) == 2);
        assertThat(get(file, "JSGI_EXTENSIONS", "process").load()).isEqualTo(2);
        assertThat(get(file, "JSGI_EXTENSIONS", "process", "JSGI_PROCESS", "9").load())
                .as("the former request may not have left yet")
                .isBetween(2, 3);
        get(file, "QUERY_STRING", "end=1");
        assertThat(first.get(30, TimeUnit.SECONDS).text()).isEqualTo("ok");
        assertThat(second.get(30, TimeUnit.SECONDS).text()).isEqualTo("ok");
    }

    private Answer waiting(Path file) {
        try {
            return get(file, "QUERY_STRING", "wait=1", "JSGI_EXTENSIONS", "process");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void countersComeWhileAnApplicationStillLoads() throws Exception {
        String waiting = """
                public void init(Context context) throws Exception {
                    long deadline = System.nanoTime() + 10_000_000_000L;
                    while (Thread.getAllStackTraces().keySet().stream().noneMatch(thread ->
                        thread.getName().equals("jsgid-counters") && thread.getState() == Thread.State.TIMED_WAITING)) {
                      if (System.nanoTime() > deadline) throw new IllegalStateException("no counters");
                      Thread.onSpinWait();
                    }
                  }
                  public Response handle""";
        Path file = write("slow.java", app("return Response.text(\"x\");").replace("public Response handle", waiting));
        start("", key(file));

        monitor.report("counters");
        monitor.report("loaded");
    }

    @Test
    void loadsOthersWithTheirFirstRequest() throws Exception {
        start("");
        Path file = write("hello.java", app("return Response.text(\"later\");"));

        assertThat(get(file).text()).isEqualTo("later");
        assertThat(monitor.report("loaded").field("file")).isEqualTo(file.toString());
    }

    @Test
    void aMissingApplicationIs404UntilItAppearsAndIsThenReportedAsChanged() throws Exception {
        Path file = folder.resolve("late.java");
        start("", key(file));

        assertThat(monitor.report("missing").field("file")).isEqualTo(file.toString());
        Answer answer = get(file);
        assertThat(answer.head()).startsWith("Status: 404");
        assertThat(answer.errors()).contains("JSGID0604").contains(file.toString());
        assertThat(answer.text()).doesNotContain(file.toString());
        write("late.java", app("return Response.text(\"x\");"));
        assertThat(monitor.report("changed").field("file")).isEqualTo(file.toString());
        assertThat(get(file).head()).as("nothing is loaded in place").startsWith("Status: 404");
    }

    @Test
    void aChangedFileIsReportedAndTheLoadedOneServesOn() throws Exception {
        Path file = write("hello.java", app("return Response.text(\"old\");"));
        start("", key(file));
        write("hello.java", app("return Response.text(\"newer\");"));

        monitor.report("changed");
        assertThat(get(file).text()).isEqualTo("old");
    }

    @Test
    void theCompilersMessagesGoToTheLogAndToClientsOnThisMachineOnly() throws Exception {
        Path file = write("bad.java", app("return <nothing>;"));
        start("", key(file));

        assertThat(monitor.report("rejected").field("reason")).contains("does not compile");
        Answer remote = get(file);
        assertThat(remote.head()).startsWith("Status: 500");
        assertThat(remote.errors()).contains("bad.java:4").contains("illegal start of");
        assertThat(remote.text()).doesNotContain("illegal");
        Answer local = get(file, "REMOTE_ADDR", "127.0.0.1");
        assertThat(local.text()).contains("bad.java:4: error:").doesNotContain("<nothing>");
        Answer proxied = get(file, "REMOTE_ADDR", "127.0.0.1", "HTTP_X_FORWARDED_FOR", "192.0.2.7");
        assertThat(proxied.text()).doesNotContain("illegal");
    }

    @Test
    void anExceptionIs500WithItsTraceInTheLog() throws Exception {
        Path file = write("fails.java", app("throw new IllegalStateException(\"out of <tea>\");"));
        start("");

        Answer answer = get(file);
        assertThat(answer.head()).startsWith("Status: 500");
        assertThat(answer.errors())
                .contains("JSGID0610", "GET /x", "IllegalStateException: out of <tea>", "at App.handle(fails.java:4)");
        assertThat(answer.text()).doesNotContain("tea");
        assertThat(get(file, "REMOTE_ADDR", "::1").text()).contains("out of &lt;tea&gt;");
    }

    @Test
    void anExceptionFromABodyThatHasBegunBreaksTheResponseOff() throws Exception {
        Path file = write(
                "breaks.java",
                app("return Response.of(200).body(out -> { out.write('x'); out.flush(); throw new Exception(\"no\"); });"));
        start("");

        Answer answer = get(file);
        assertThat(answer.appStatus()).isEqualTo(1);
        assertThat(answer.text()).isEqualTo("x");
        assertThat(answer.errors()).contains("breaks off");
    }

    @Test
    void anExceptionFromABodyOfWhichNothingIsSentIs500() throws Exception {
        Path file = write(
                "breaks.java",
                app("return Response.of(200).body(out -> { out.write('x'); throw new Exception(\"no\"); });"));
        start("");

        assertThat(get(file).head()).startsWith("Status: 500");
    }

    @Test
    void nullIsNotAResponse() throws Exception {
        Path file = write("null.java", app("return null;"));
        start("");

        assertThat(get(file).errors()).contains("App.handle returned null");
    }

    @Test
    void aHeadRequestHasTheLengthAndNoBody() throws Exception {
        Path file = write("hello.java", app("return Response.text(\"hello\");"));
        start("");

        Answer answer = get(file, "REQUEST_METHOD", "HEAD");
        assertThat(answer.head()).contains("Content-Length: 5");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void anApplicationKnowsItsSurroundings() throws Exception {
        Path file = write(
                "knows.java",
                app("return Response.text(request.environment().get(\"jsgi.group\") + \" \" + request.environment().get(\"jsgi.multithread\")"
                        + " + \" \" + request.variable(\"jsgi.multiprocess\") + \" \" + request.mount() + \" \" + request.queryParameter(\"q\")"
                        + " + \" \" + request.header(\"Accept-Language\") + \" \" + request.headers().first(\"accept-language\")"
                        + " + \" \" + request.remoteUser() + \" \" + request.scheme() + \" \" + request.header(\"content-type\"));"));
        start("threads=2");

        assertThat(get(
                                file,
                                "SCRIPT_NAME",
                                "/m",
                                "QUERY_STRING",
                                "a=b&q=%C3%BC+x",
                                "HTTP_ACCEPT_LANGUAGE",
                                "de",
                                "HTTPS",
                                "on",
                                "REMOTE_USER",
                                "ann")
                        .text())
                .isEqualTo("shop true false /m ü x de de ann https null");
    }

    @Test
    void aBodyStreamsBothWays() throws Exception {
        Path file = write(
                "echo.java",
                app("return Response.of(200).body(out -> { byte[] b = new byte[100];"
                        + " for (int n; (n = request.body().read(b)) >= 0; ) { out.write(b, 0, n); } });"));
        start("");
        try (TestingClient client = monitor.connect()) {
            assertThat(client.request(TestingClient.params(file.toString()), "x".repeat(50_000)).text())
                    .isEqualTo("x".repeat(50_000));
        }
    }

    @Test
    void initComesBeforeRequestsAndDestroyAfterTheLast() throws Exception {
        Path file = write(
                "life.java",
                "import org.jsgi.*;\npublic class Life implements Application {\n  Context context;\n"
                        + "  public void init(Context c) { context = c; }\n"
                        + "  public Response handle(Request r) { return Response.text(context.group() + context.file().getName()); }\n"
                        + "  public void destroy() throws Exception { java.nio.file.Files.createFile("
                        + "java.nio.file.Paths.get(\"" + folder + "/destroyed\")); }\n}\n");
        start("");
        assertThat(get(file).text()).isEqualTo("shoplife.java");
        assertThat(folder.resolve("destroyed")).doesNotExist();

        assertThat(monitor.daemon().drain(5, true)).isZero();
        assertThat(folder.resolve("destroyed")).exists();
        monitor.report("drained");
    }

    @Test
    void anApplicationWhoseInitFailsIsRejectedWithTheReason() throws Exception {
        Path file = write("init.java", """
                import org.jsgi.*;
                class Only implements Application {
                  public void init(Context c) { throw new IllegalStateException("no database"); }
                  public Response handle(Request r) { return null; }
                }
                """);
        start("", key(file));

        assertThat(monitor.report("rejected").field("reason")).contains("init failed").contains("no database");
    }

    @Test
    void aFileWithoutOrWithSeveralApplicationsIsRejected() throws Exception {
        Path none = write("none.java", "class None {}");
        Path two = write("two.java", """
                import org.jsgi.*;
                class A implements Application { public Response handle(Request r) { return null; } }
                class B implements Application { public Response handle(Request r) { return null; } }
                """);
        start("", key(none), key(two));

        assertThat(rejection(none)).contains("no top-level class").contains("None");
        assertThat(rejection(two)).contains("several classes");
    }

    private String rejection(Path file) throws InterruptedException {
        return monitor.report("rejected", line -> line.field("file").equals(file.toString()))
                .field("reason");
    }

    @Test
    void anApplicationSeesNothingOfTheDaemon() throws Exception {
        Path file = write(
                "curious.java",
                app("try { Class.forName(\"org.jsgid.daemon.DaemonMain\"); return Response.text(\"seen\"); }"
                        + " catch (ClassNotFoundException e) { return Response.text(\"not seen\"); }"));
        start("");

        assertThat(get(file).text()).isEqualTo("not seen");
    }

    @Test
    void applicationsOfOneNamedGroupShareTheirClassesAndOthersDoNot() throws Exception {
        Path counter = write("counter.java", """
                import org.jsgi.*;
                class Shared { static int count; }
                public class Counter implements Application {
                  public Response handle(Request r) { return Response.text("" + ++Shared.count); }
                }
                """);
        Path reader = write("reader.java", app("return Response.text(Class.forName(\"Shared\").getDeclaredField(\"count\").get(null).toString());"));
        start("");

        assertThat(get(counter, "JSGI_APPLICATION_GROUP", "g").text()).isEqualTo("1");
        assertThat(get(counter, "JSGI_APPLICATION_GROUP", "g").text()).isEqualTo("2");
        assertThat(get(counter).text()).isEqualTo("1");
        assertThat(get(reader).errors()).contains("ClassNotFoundException: Shared");
        assertThat(get(reader, "JSGI_APPLICATION_GROUP", "g").text()).isEqualTo("2");
    }

    @Test
    void aJarNamesItsApplicationAndItsClassPath() throws Exception {
        Path jar = jar("app.jar", "jar.App", "lib/dep.jar", "package jar; import org.jsgi.*; public class App implements Application {"
                + " public Response handle(Request r) { return Response.text(dep.Dep.TEXT.toString()); } }");
        start("", key(jar));

        assertThat(monitor.report("loaded").field("kind")).isEqualTo("jar");
        assertThat(get(jar).text()).isEqualTo("from the class path");
    }

    @Test
    void jarsThatNameNoApplicationAreRejectedWithAdvice() throws Exception {
        Path nameless = jar("nameless.jar", null, "", "public class X {}");
        Path wrong = jar("wrong.jar", "not.There", "", "public class X {}");
        Path other = jar("other.jar", "X", "", "public class X {}");
        Path broken = write("broken.jar", "not a jar");
        start("", key(nameless), key(wrong), key(other), key(broken));

        assertThat(rejection(nameless)).contains("Jsgi-Application: ");
        assertThat(rejection(wrong)).contains("not.There");
        assertThat(rejection(other)).contains("does not implement org.jsgi.Application");
        assertThat(rejection(broken)).contains("not a jar");
    }

    /** Compiles a class, and one it may use into a jar beside it. */
    private Path jar(String name, String application, String classPath, String source) throws Exception {
        Path dep = Files.createDirectories(folder.resolve("src/dep")).resolve("Dep.java");
        Files.writeString(dep, "package dep; public class Dep { public static final Object TEXT = \"from the class path\"; }");
        String type = source.contains("class App") ? "App" : "X";
        Path file = Files.writeString(folder.resolve("src").resolve(type + ".java"), source);
        Path classes = Files.createDirectories(folder.resolve("classes-" + name));
        String api = Path.of(Application.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", api, "-d", classes.toString(), file.toString(), dep.toString());
        assertThat(status).isZero();
        Files.createDirectories(folder.resolve("lib"));
        pack(folder.resolve("lib/dep.jar"), new Manifest(), classes, "dep/Dep.class");
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (application != null) {
            main.putValue("Jsgi-Application", application);
        }
        main.put(Attributes.Name.CLASS_PATH, classPath);
        return pack(folder.resolve(name), manifest, classes, type.equals("App") ? "jar/App.class" : "X.class");
    }

    private static Path pack(Path jar, Manifest manifest, Path classes, String entry) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out, manifest)) {
            packed.putNextEntry(new JarEntry(entry));
            Files.copy(classes.resolve(entry), packed);
        }
        return jar;
    }

    @Test
    void whatIsNoApplicationIsRejected() throws Exception {
        Path text = write("app.txt", "hello");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        start("", key(text), key(empty));

        assertThat(rejection(text)).contains(".war");
        assertThat(rejection(empty)).contains("WEB-INF");
    }

    @Test
    void aWebApplicationWithoutItsContainerIsRejectedWithTheReason() throws Exception {
        Path exploded = Files.createDirectories(folder.resolve("shop.war/WEB-INF")).getParent();
        start("", key(exploded));

        assertThat(rejection(exploded)).contains("tomcat10").contains("lib/containers");
    }

    @Test
    void requestsBeyondTheThreadsWaitAndThoseBeyondTheQueueAreRefusedAtOnce() throws Exception {
        Path gate = folder.resolve("gate");
        Path file = write(
                "slow.java",
                app("java.nio.file.Path gate = java.nio.file.Paths.get(\"" + gate + "\");\n"
                        + "java.nio.file.Files.createFile(gate.resolveSibling(\"in-\" + request.variable(\"N\")));\n"
                        + "while (!java.nio.file.Files.exists(gate)) { Thread.sleep(5); }\n"
                        + "return Response.text(request.variable(\"N\"));"));
        start("threads=1 queue-limit=1", key(file));

        CompletableFuture<Answer> first = async(file, "1");
        until(() -> Files.exists(folder.resolve("in-1")));
        CompletableFuture<Answer> second = async(file, "2");
        until(() -> monitor.daemon().counters().field("waiting").equals("1"));
        Answer third = get(file, "N", "3");
        assertThat(third.protocolStatus()).isEqualTo(2);
        assertThat(third.errors()).contains("JSGID0530");
        assertThat(folder.resolve("in-2")).doesNotExist();
        Files.createFile(gate);
        assertThat(first.get(30, TimeUnit.SECONDS).text()).isEqualTo("1");
        assertThat(second.get(30, TimeUnit.SECONDS).text()).isEqualTo("2");
    }

    @Test
    void aRequestWhoseClientWentWhileItWaitedIsNotBegun() throws Exception {
        Path gate = folder.resolve("gate");
        Path file = write(
                "slow.java",
                app("java.nio.file.Path gate = java.nio.file.Paths.get(\"" + gate + "\");\n"
                        + "java.nio.file.Files.createFile(gate.resolveSibling(\"in-\" + request.variable(\"N\")));\n"
                        + "while (!java.nio.file.Files.exists(gate)) { Thread.sleep(5); }\n"
                        + "return Response.text(request.variable(\"N\"));"));
        start("threads=1", key(file));
        CompletableFuture<Answer> first = async(file, "1");
        until(() -> Files.exists(folder.resolve("in-1")));
        try (TestingClient client = monitor.connect()) {
            client.send(new TestingRecords()
                    .begin(1, true)
                    .params(1, TestingClient.params(file.toString(), "N", "2"))
                    .stdinEnd(1)
                    .bytes());
            until(() -> monitor.daemon().counters().field("waiting").equals("1"));
        }
        CompletableFuture<Answer> third = async(file, "3");
        until(() -> monitor.daemon().counters().field("waiting").equals("2"));

        Files.createFile(gate);
        assertThat(first.get(30, TimeUnit.SECONDS).text()).isEqualTo("1");
        assertThat(third.get(30, TimeUnit.SECONDS).text()).isEqualTo("3");
        assertThat(folder.resolve("in-2")).doesNotExist();
    }

    private CompletableFuture<Answer> async(Path file, String number) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return get(file, "N", number);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void until(Condition condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Integer.getInteger("jsgid.test.patience", 30));
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    @Test
    void drainingFinishesWhatRunsAndThenEnds() throws Exception {
        Path gate = folder.resolve("gate");
        Path file = write(
                "slow.java",
                app("java.nio.file.Path gate = java.nio.file.Paths.get(\"" + gate + "\");\n"
                        + "java.nio.file.Files.createFile(gate.resolveSibling(\"in-1\"));\n"
                        + "while (!java.nio.file.Files.exists(gate)) { Thread.sleep(5); }\n"
                        + "return Response.text(\"finished\");"));
        start("", key(file));
        CompletableFuture<Answer> running = async(file, "1");
        until(() -> Files.exists(folder.resolve("in-1")));

        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> {
            try {
                return monitor.daemon().drain(30, false);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        monitor.report("draining");
        assertThat(running).isNotDone();
        Files.createFile(gate);
        assertThat(running.get(30, TimeUnit.SECONDS).text()).isEqualTo("finished");
        assertThat(status.get(30, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void drainingGivesUpOnRequestsThatDoNotEnd() throws Exception {
        Path file = write(
                "endless.java",
                app("java.nio.file.Files.createFile(java.nio.file.Paths.get(\"" + folder + "/in-1\"));\n"
                        + "new java.util.concurrent.CountDownLatch(1).await(); return null;"));
        start("", key(file));
        CompletableFuture<Answer> endless = async(file, "1");
        until(() -> Files.exists(folder.resolve("in-1")));

        assertThat(endless).isNotDone();
        assertThat(monitor.daemon().drain(1, false)).isEqualTo(75);
    }

    @Test
    void aRequestThatRunsForTooLongIsInterrupted() throws Exception {
        Path file = write(
                "long.java",
                app("try { new java.util.concurrent.CountDownLatch(1).await(); return null; }"
                        + " catch (InterruptedException e) { return Response.text(\"interrupted\"); }"));
        start("request-timeout=1", key(file));

        assertThat(get(file).text()).isEqualTo("interrupted");
    }

    @Test
    void aFileThatOthersMayWriteIsRefusedWith403AndIsNewsWhenItIsRight() throws Exception {
        Path file = write("mine.java", app("return Response.text(\"mine\");"));
        Object uid = Files.getAttribute(file, "unix:uid");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        start("script-user=" + uid, key(file));

        assertThat(rejection(file)).contains("the file " + file).contains("mode 0666");
        Answer refused = get(file);
        assertThat(refused.head()).startsWith("Status: 403");
        assertThat(refused.errors()).contains("JSGID0608").contains("mode 0666");
        assertThat(refused.text()).as("not for everybody").doesNotContain("mode");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(monitor.report("changed").field("file")).isEqualTo(file.toString());
    }

    @Test
    void aNewVersionThatOthersMayWriteIsNoNews() throws Exception {
        Path file = write("mine.java", app("return Response.text(\"mine\");"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        start("script-user=" + Files.getAttribute(file, "unix:uid"), key(file));
        monitor.report("loaded");

        Path next = write("next.java", app("return Response.text(\"somebody's\");"));
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        int seconds = monitor.count("counters");
        // The watch looks twice a second, and reports what it has seen twice.
        until(() -> monitor.count("counters") >= seconds + 3);
        assertThat(monitor.words()).doesNotContain("changed");
        assertThat(get(file).text()).isEqualTo("mine");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        monitor.report("changed");
    }

    @Test
    void runsApplicationsOnVirtualThreadsWhereTheJdkHasThem() throws Exception {
        Path file = write("thread.java", app("return Response.text(Thread.currentThread().toString());"));
        start("threading=virtual", key(file));

        String thread = get(file).text();
        assertThat(thread.startsWith("VirtualThread[")).isEqualTo(Runtime.version().feature() >= 21);
    }

    @Test
    void reportsCountersEachSecond() throws Exception {
        Path file = write("hello.java", app("return Response.text(\"x\");"));
        start("", key(file));
        get(file);
        get(file);

        ManagementLine counters = monitor.report("counters", line -> line.field("requests").equals("2"));
        assertThat(counters.number("active", -1)).isZero();
        assertThat(counters.number("threads", 0)).isPositive();
        assertThat(Long.parseLong(counters.field("heap-used"))).isPositive();
    }
}
