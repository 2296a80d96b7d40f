package org.jsgid.tomcat;

import java.io.File;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.JarFile;
import org.apache.catalina.Context;
import org.apache.catalina.Host;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.session.StandardManager;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.ExpandWar;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.util.ContextName;
import org.apache.catalina.util.ServerInfo;
import org.apache.tomcat.util.ExceptionUtils;
import org.apache.tomcat.util.buf.UriUtil;
import org.apache.tomcat.util.scan.StandardJarScanFilter;
import org.jsgid.daemon.servlet.ContainerSettings;
import org.jsgid.daemon.servlet.ServletApplication;
import org.jsgid.daemon.servlet.ServletContainer;
import org.jsgid.daemon.servlet.ServletOptions;

/**
 * One embedded Tomcat: started with the first application, stopped by {@link #close}. Owns everything in a folder of its
 * own below the work folder of the first application's settings.
 *
 * <p>One lock guards the server and its services; requests do not take it.
 */
public final class TomcatContainer implements ServletContainer {

    private static final String CONTEXT_XML = "META-INF/context.xml";

    /** Jars of ours and Tomcat's, in which no application looks for tag libraries or fragments. */
    private static final String NOT_SCANNED = "daemon-*.jar,ecj-*.jar,jsgi-api-*.jar,tomcat-annotations-api-*.jar,"
            + "tomcat-dbcp-*.jar,tomcat-embed-*.jar,tomcat9-*.jar,tomcat10-*.jar,tomcat11-*.jar";

    private final String product = ServerInfo.getServerInfo().replace("Apache ", "");
    private TomcatServer server;
    private boolean closed;

    /** Made by the daemon's service loader. */
    public TomcatContainer() {}

    @Override
    public String name() {
        return product;
    }

    @Override
    public synchronized ServletApplication deploy(File file, String contextPath, ContainerSettings settings)
            throws DeploymentException {
        if (closed) {
            throw new DeploymentException(problem(file, contextPath, "the container is closed"), null);
        }
        check(file, contextPath);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // Tomcat finds parsers, naming factories and expression languages through it.
        thread.setContextClassLoader(TomcatContainer.class.getClassLoader());
        try {
            ContainerLog.route();
            ServletOptions options = ServletOptions.of(file, settings);
            ContextSettings.checkNames(options);
            TomcatService service = serviceFor(file, contextPath, settings);
            JsgidProtocolHandler handler = service.handler(ConnectorSettings.of(options));
            SessionRoute.name(service.host(), settings);
            Context context = start(service.host(), file.getAbsoluteFile(), contextPath, settings, options);
            return new WebApplication(this, handler, context);
        } catch (IllegalArgumentException | IOException e) {
            throw new DeploymentException(problem(file, contextPath, e.getMessage()), e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void check(File file, String contextPath) throws DeploymentException {
        if (!contextPath.isEmpty() && (!contextPath.startsWith("/") || contextPath.endsWith("/"))) {
            throw new DeploymentException(
                    problem(file, contextPath, "a context path is empty, or begins and does not end with a slash"),
                    null);
        }
        if (!file.exists()) {
            throw new DeploymentException(problem(file, contextPath, "there is no such file or folder"), null);
        }
        if (file.isFile() && !file.getName().toLowerCase(Locale.ROOT).endsWith(".war")) {
            throw new DeploymentException(
                    problem(file, contextPath, "a packed web application's name ends in .war"), null);
        }
    }

    private TomcatService serviceFor(File file, String contextPath, ContainerSettings settings)
            throws DeploymentException {
        try {
            if (server == null) {
                server = new TomcatServer(folderName(), settings.workFolder(), settings.threads());
            }
            return server.serviceFor(contextPath);
        } catch (IOException | LifecycleException e) {
            throw new DeploymentException(problem(file, contextPath, "Tomcat itself does not start: " + e), e);
        }
    }

    /** {@code tomcat10} for Tomcat/10.1.55. */
    private String folderName() {
        return product.substring(0, product.indexOf('.')).replace("/", "").toLowerCase(Locale.ROOT);
    }

    private static Context start(
            Host host, File file, String contextPath, ContainerSettings settings, ServletOptions options)
            throws DeploymentException {
        ContextSettings own = new ContextSettings(options);
        StandardContext context = new StandardContext();
        context.setPath(contextPath);
        context.setDocBase(file.getPath());
        // Sessions are kept over a restart where context.xml says so, in every Tomcat; see DECISIONS.md.
        StandardManager sessions = new StandardManager();
        sessions.setPathname(null);
        context.setManager(sessions);
        StandardJarScanFilter filter =
                (StandardJarScanFilter) context.getJarScanner().getJarScanFilter();
        filter.setTldSkip(NOT_SCANNED);
        filter.setPluggabilitySkip(NOT_SCANNED);
        own.applyFilesTo(context);
        if (!own.hasDefaultServlet()) {
            context.addLifecycleListener(new Tomcat.DefaultWebXmlListener());
        }
        ContextConfig config = new ContextConfig();
        config.setDefaultWebXml(own.webXml());
        context.addLifecycleListener(config);
        StockSettings.applyTo(context, own.hasWebXml());
        AtomicReference<IllegalArgumentException> mistake = new AtomicReference<>();
        context.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.AFTER_INIT_EVENT)) {
                try {
                    own.applyTo(context);
                    HandoverManager.takePlace(context, file, settings);
                } catch (IllegalArgumentException e) {
                    mistake.set(e);
                    throw e;
                }
            }
        });
        context.addLifecycleListener(event -> {
            if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
                describeProcess(context, settings);
            }
        });
        Throwable thrown = null;
        ContainerLog.startCollecting();
        try {
            if (hasContextXml(file)) {
                context.setConfigFile(
                        file.isDirectory()
                                ? new File(file, CONTEXT_XML).toURI().toURL()
                                : UriUtil.buildJarUrl(file, CONTEXT_XML));
            }
            host.addChild(context);
        } catch (Throwable t) {
            ExceptionUtils.handleThrowable(t);
            thrown = t;
        }
        StartFailure failure = new StartFailure(thrown, ContainerLog.stopCollecting());
        if (thrown == null && context.getState().isAvailable()) {
            return context;
        }
        remove(host, context);
        if (mistake.get() != null) {
            throw mistake.get();
        }
        throw new DeploymentException(problem(file, contextPath, failure.reason()), failure.cause());
    }

    /** Under the names that JSGI applications know it by, before any code of the application runs. */
    private static void describeProcess(StandardContext context, ContainerSettings settings) {
        context.getServletContext().setAttribute("jsgi.multithread", settings.threads() > 1);
        context.getServletContext().setAttribute("jsgi.multiprocess", settings.isMultiprocess());
        context.getServletContext().setAttribute("jsgi.process", settings.process());
        context.getServletContext().setAttribute("jsgi.group", settings.group());
    }

    private static boolean hasContextXml(File file) throws IOException {
        if (file.isDirectory()) {
            return new File(file, CONTEXT_XML).isFile();
        }
        try (JarFile war = new JarFile(file)) {
            return war.getJarEntry(CONTEXT_XML) != null;
        }
    }

    private static String problem(File file, String contextPath, String reason) {
        return "JSGID0701: starting the web application " + file + " at " + (contextPath.isEmpty() ? "/" : contextPath)
                + ": " + reason;
    }

    synchronized void undeploy(Context context) {
        Host host = (Host) context.getParent();
        if (host != null && !closed) {
            remove(host, context);
        }
    }

    /** Stops and destroys a context and deletes what was unpacked for it; Tomcat deletes what was compiled. */
    private static void remove(Host host, Context context) {
        host.removeChild(context);
        ExpandWar.delete(new File(host.getAppBaseFile(), new ContextName(context.getPath(), "").getBaseName()));
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (server != null) {
            try {
                server.close();
            } catch (LifecycleException e) {
                System.err.println("JSGID0702: stopping " + product + ": " + e);
            }
        }
    }
}
