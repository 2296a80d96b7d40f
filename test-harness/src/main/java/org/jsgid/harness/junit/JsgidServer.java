package org.jsgid.harness.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jsgid.harness.Httpd;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The server of a test class: prepared and started before its first test, stopped after its last. After every test
 * the server comes to rest and the error log is judged; when a test fails, its part of the log is printed.
 */
public final class JsgidServer implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private final String name;
    private final Consumer<Httpd> preparation;
    private final boolean started;
    private Httpd httpd;
    private int mark;

    private JsgidServer(String name, Consumer<Httpd> preparation, boolean started) {
        this.name = name;
        this.preparation = preparation;
        this.started = started;
    }

    /**
     * A server that is started.
     *
     * @param name short; part of its folder's name
     * @param preparation writes profiles, applications and configuration
     */
    public static JsgidServer started(String name, Consumer<Httpd> preparation) {
        return new JsgidServer(name, preparation, true);
    }

    /** A server that is prepared only. */
    public static JsgidServer prepared(String name, Consumer<Httpd> preparation) {
        return new JsgidServer(name, preparation, false);
    }

    /** The server. */
    public Httpd httpd() {
        return httpd;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        httpd = new Httpd(name);
        try {
            preparation.accept(httpd);
            if (started) {
                httpd.start();
            }
        } catch (RuntimeException | Error e) {
            closeAfter(e);
            throw e;
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        mark = httpd.errorLog().mark();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        // A consequence of this test must not be laid at the next one's door.
        httpd.awaitQuiet();
        if (context.getExecutionException().isPresent()) {
            List<String> lines = httpd.errorLog().linesSince(mark, "");
            System.out.println("error log during " + context.getDisplayName() + ":\n" + String.join("\n", lines));
        }
        httpd.errorLog().assertNothingUnannounced();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (httpd == null) {
            return;
        }
        int last = httpd.errorLog().mark();
        // The folder goes with close(); what is written while stopping is judged before.
        try {
            if (httpd.isRunning()) {
                httpd.stop("stop");
            }
            httpd.errorLog().assertNothingUnannounced();
        } catch (AssertionError e) {
            System.out.println("error log at the end:\n"
                    + String.join("\n", httpd.errorLog().linesSince(last, "")));
            throw e;
        } finally {
            note(context.getRequiredTestClass().getName(), httpd.features());
            httpd.close();
        }
    }

    /** For the table at the end of {@code test.sh}: a file for each class, with the JDKs on which its servers served. */
    private static void note(String test, Collection<Integer> features) {
        String folder = System.getProperty("jsgid.test.served");
        if (folder == null) {
            return;
        }
        String line = features.stream().map(feature -> feature + "\n").collect(Collectors.joining());
        try {
            Files.createDirectories(Path.of(folder));
            Files.writeString(Path.of(folder, test), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void closeAfter(Throwable cause) {
        System.out.println("error log:\n" + String.join("\n", httpd.errorLog().lines()));
        try {
            httpd.close();
        } catch (RuntimeException | AssertionError e) {
            cause.addSuppressed(e);
        }
        httpd = null;
    }
}
