package org.jsgid.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;

/** The Apache that {@code server.sh} has started; it serves each of the TCK's applications at the application's name. */
public final class ApacheContainer implements DeployableContainer<ApacheContainer.Settings> {

    /** None: system properties say what there is to say. */
    public static final class Settings implements ContainerConfiguration {
        @Override
        public void validate() {}
    }

    private static final int DEPLOYMENT_SECONDS = 120;

    private final int port = Integer.getInteger("tck.port");
    private final Path wars = Path.of(System.getProperty("tck.wars"));
    private final String server = System.getProperty("tck.server");

    @Override
    public Class<Settings> getConfigurationClass() {
        return Settings.class;
    }

    @Override
    public ProtocolDescription getDefaultProtocol() {
        return new ProtocolDescription("Local");
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
        try {
            archive.as(ZipExporter.class).exportTo(war(archive).toFile(), true);
            tell("deploy", mount(archive), war(archive).toString());
        } catch (IOException e) {
            throw new DeploymentException("cannot deploy " + mount(archive) + ": " + e.getMessage(), e);
        }
        HTTPContext http = new HTTPContext("127.0.0.1", port);
        http.add(new Servlet("default", mount(archive)));
        return new ProtocolMetaData().addContext(http);
    }

    @Override
    public void undeploy(Archive<?> archive) throws DeploymentException {
        try {
            tell("undeploy", mount(archive));
            Files.deleteIfExists(war(archive));
        } catch (IOException e) {
            throw new DeploymentException("cannot undeploy " + mount(archive) + ": " + e.getMessage(), e);
        }
    }

    private Path war(Archive<?> archive) {
        return wars.resolve(archive.getName());
    }

    private static String mount(Archive<?> archive) {
        return "/" + archive.getName().replaceFirst("\\.war$", "");
    }

    private void tell(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(server));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(DEPLOYMENT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("took too long: " + command);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("exit status " + process.exitValue() + ": " + command);
        }
    }
}
