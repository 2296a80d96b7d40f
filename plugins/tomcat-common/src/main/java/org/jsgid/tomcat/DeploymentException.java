package org.jsgid.tomcat;

/** A web application did not start; the message says why in words for an administrator. */
public final class DeploymentException extends Exception {

    private static final long serialVersionUID = 1L;

    DeploymentException(String message, Throwable cause) {
        super(message, cause);
    }
}
