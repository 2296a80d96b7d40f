package org.jsgid.daemon.manage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jsgid.daemon.app.ApplicationKey;
import org.jsgid.daemon.app.ApplicationReports;
import org.jsgid.daemon.app.RunningApplication;

/**
 * The daemon's end of the management connection. Reports are written by any thread, a line at a time. When the monitor
 * has gone they are dropped; that it has is learnt by reading.
 */
public final class ManagementConnection implements ApplicationReports {

    private final BufferedReader reader;
    private final OutputStream out;
    private boolean isGone;

    /** On those streams. */
    public ManagementConnection(InputStream in, OutputStream out) {
        this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1024);
        this.out = out;
    }

    /** The next line, or null when the monitor has gone. */
    public ManagementLine read() {
        try {
            String text = reader.readLine();
            return text == null ? null : ManagementLine.parse(text);
        } catch (IOException e) {
            return null;
        }
    }

    /** Writes a line. */
    public synchronized void send(ManagementLine line) {
        if (isGone) {
            return;
        }
        try {
            out.write((line.encode() + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            isGone = true;
        }
    }

    private static ManagementLine line(String word, ApplicationKey key) {
        return ManagementLine.of(word)
                .with("file", key.file())
                .with("mount", key.mount())
                .with("application-group", key.applicationGroup());
    }

    @Override
    public void loading(ApplicationKey key) {
        send(line("loading", key));
    }

    @Override
    public void loaded(ApplicationKey key, RunningApplication application, long millis) {
        send(line("loaded", key)
                .with("kind", application.kind())
                .with("container", application.container())
                .with("millis", millis));
    }

    @Override
    public void missing(ApplicationKey key) {
        send(line("missing", key));
    }

    @Override
    public void rejected(ApplicationKey key, String reason) {
        send(line("rejected", key).with("reason", reason));
    }

    @Override
    public void changed(ApplicationKey key) {
        send(line("changed", key));
    }
}
