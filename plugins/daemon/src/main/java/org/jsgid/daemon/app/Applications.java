package org.jsgid.daemon.app;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jsgid.daemon.DaemonLog;
import org.jsgid.daemon.ErrorPage;
import org.jsgid.daemon.fcgi.RequestExchange;

/** The applications of a daemon: loaded before it is ready when they are mounted, with the first request otherwise. */
public final class Applications {

    private final ConcurrentHashMap<ApplicationKey, Deployment> deployments = new ConcurrentHashMap<>();
    private final Loader loader;
    private final ApplicationReports reports;
    private final OwnerCheck check;

    /** Loads with that loader what that check does not object to. */
    public Applications(Loader loader, ApplicationReports reports, OwnerCheck check) {
        this.loader = loader;
        this.reports = reports;
        this.check = check;
    }

    /** Loads applications, each in its own thread, and waits for all: loaded, missing or rejected. */
    public void preload(List<ApplicationKey> keys) throws InterruptedException {
        List<Deployment> fresh = new ArrayList<>();
        for (ApplicationKey key : keys) {
            Deployment deployment = deployments.get(key.ofInstance());
            if (deployment == null) {
                deployment = new Deployment(key.ofInstance());
                deployments.put(key.ofInstance(), deployment);
                fresh.add(deployment);
            }
            deployment.addMount(key);
        }
        for (Deployment deployment : fresh) {
            start(deployment);
        }
        for (Deployment deployment : fresh) {
            deployment.await();
        }
    }

    private void start(Deployment deployment) {
        Thread thread = new Thread(new Load(deployment), "jsgid-load " + deployment.key.file());
        thread.setDaemon(true);
        thread.start();
    }

    private final class Load implements Runnable {
        private final Deployment deployment;

        Load(Deployment deployment) {
            this.deployment = deployment;
        }

        @Override
        public void run() {
            deployment.load(loader, reports, check);
            log(deployment);
        }
    }

    private static void log(Deployment deployment) {
        if (deployment.state() == Deployment.State.REJECTED) {
            RejectedException reason = deployment.rejection();
            if (reason.isRefused()) {
                DaemonLog.line(
                        "JSGID0606",
                        "Loading " + deployment.key + " was refused: " + reason.getMessage()
                                + ". Its requests get 403.");
                return;
            }
            DaemonLog.line(
                    "JSGID0601",
                    "Loading " + deployment.key + " failed: " + reason.getMessage()
                            + (reason.details().isEmpty()
                                    ? ""
                                    : "\n" + reason.details().trim()));
        } else if (deployment.state() == Deployment.State.MISSING) {
            DaemonLog.line(
                    "JSGID0602",
                    "Loading " + deployment.key + " failed: there is no such file. It is loaded when it appears.");
        }
    }

    /**
     * Answers a request with the application that its parameters name.
     *
     * @throws IOException when the connection is not usable any more
     */
    public void service(RequestExchange exchange) throws IOException {
        String file = exchange.parameter("SCRIPT_FILENAME");
        if (file == null || file.isEmpty() || file.charAt(0) != '/') {
            exchange.log("JSGID0603: A request names no application: SCRIPT_FILENAME is "
                    + (file == null ? "absent" : file) + "; it must be an absolute path.");
            ErrorPage.send(exchange, 500, "Internal Server Error", "The request names no application.", "");
            return;
        }
        String mount = exchange.parameter("SCRIPT_NAME");
        String group = exchange.parameter("JSGI_APPLICATION_GROUP");
        ApplicationKey key =
                new ApplicationKey(file, mount == null ? "" : mount, group == null ? "" : group).ofInstance();
        Deployment deployment = deployments.get(key);
        if (deployment == null) {
            deployment = loadOnRequest(key);
        }
        if (deployment == null) {
            missing(exchange, file);
            return;
        }
        serve(deployment, exchange, file);
    }

    private void serve(Deployment deployment, RequestExchange exchange, String file) throws IOException {
        Deployment.State state;
        try {
            state = deployment.await();
        } catch (InterruptedException e) {
            exchange.overloaded();
            return;
        }
        if (state == Deployment.State.LOADED) {
            deployment.application().service(exchange);
        } else if (state == Deployment.State.MISSING) {
            missing(exchange, file);
        } else {
            rejected(exchange, file, deployment.rejection());
        }
    }

    /** A file that is not there is not remembered: anybody could fill the memory with names. */
    private Deployment loadOnRequest(ApplicationKey key) {
        if (!new File(key.file()).exists() && Reach.obstacle(key.file()) == null) {
            return null;
        }
        Deployment fresh = new Deployment(key);
        fresh.addMount(key);
        Deployment other = deployments.putIfAbsent(key, fresh);
        if (other != null) {
            return other;
        }
        start(fresh);
        return fresh;
    }

    private static void missing(RequestExchange exchange, String file) throws IOException {
        exchange.log("JSGID0604: There is no application file " + file + ".");
        ErrorPage.send(
                exchange,
                404,
                "Not Found",
                "There is no such application on this server.",
                "No file " + file + ". It is served when it appears.");
    }

    private static void rejected(RequestExchange exchange, String file, RejectedException reason) throws IOException {
        if (reason.isRefused()) {
            exchange.log("JSGID0608: The application " + file + " was refused: " + reason.getMessage()
                    + "; the client gets 403.");
            ErrorPage.send(
                    exchange,
                    403,
                    "Forbidden",
                    "The application's files are not owned as the server asks. The server's error log has the reason.",
                    file + ": " + reason.getMessage());
            return;
        }
        String details = file + ": " + reason.getMessage()
                + (reason.details().isEmpty() ? "" : "\n\n" + reason.details().trim());
        exchange.log("JSGID0605: The application could not be loaded: " + details);
        ErrorPage.send(
                exchange,
                500,
                "Internal Server Error",
                "The application could not be loaded. The server's error log has the reason.",
                details);
    }

    OwnerCheck check() {
        return check;
    }

    /** What has been deployed so far. */
    List<Deployment> deployments() {
        return new ArrayList<>(deployments.values());
    }

    /** Tells all applications that the process drains. */
    public void drain() {
        for (Deployment deployment : deployments()) {
            if (deployment.state() == Deployment.State.LOADED) {
                deployment.application().drain();
            }
        }
    }

    /** Stops all applications. No request runs any more. */
    public void stop() {
        for (Deployment deployment : deployments()) {
            if (deployment.state() == Deployment.State.LOADED) {
                deployment.application().stop();
            }
        }
    }
}
