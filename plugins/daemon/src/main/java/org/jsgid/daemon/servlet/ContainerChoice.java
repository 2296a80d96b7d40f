package org.jsgid.daemon.servlet;

import org.jsgid.daemon.app.RejectedException;
import org.jsgid.daemon.servlet.ServletGeneration.Namespace;

/** Which container serves which Servlet generation, and the JDK it needs. */
public enum ContainerChoice {
    /** javax, Servlet 4.0 and earlier. */
    TOMCAT9("tomcat9", 8),
    /** jakarta, Servlet 5.0 and 6.0, and what does not say. */
    TOMCAT10("tomcat10", 11),
    /** jakarta, Servlet 6.1. */
    TOMCAT11("tomcat11", 17);

    private final String folder;
    private final int lowestFeature;

    ContainerChoice(String folder, int lowestFeature) {
        this.folder = folder;
        this.lowestFeature = lowestFeature;
    }

    /** Its folder below {@code lib/containers}. */
    public String folder() {
        return folder;
    }

    /**
     * The container that somebody asks for.
     *
     * @param wanted its value is the name of the container's folder
     * @param feature the JDK's feature version
     * @throws RejectedException when there is none of that name, or the JDK is too old for it
     */
    static ContainerChoice asWritten(ServletOption wanted, int feature) throws RejectedException {
        for (ContainerChoice choice : values()) {
            if (choice.folder.equals(wanted.value())) {
                if (feature < choice.lowestFeature) {
                    throw new RejectedException(wanted.mistake(
                                    "needs JDK " + choice.lowestFeature + " or later; this group runs on JDK " + feature,
                                    "Set JsgiRuntime " + choice.lowestFeature + " or later")
                            .getMessage());
                }
                return choice;
            }
        }
        throw new RejectedException(wanted.mistake("is no container", "Write tomcat9, tomcat10 or tomcat11")
                .getMessage());
    }

    /**
     * The container for an application on a JDK.
     *
     * @param feature the JDK's feature version
     * @throws RejectedException when the JDK is too old for it
     */
    public static ContainerChoice of(ServletGeneration generation, int feature) throws RejectedException {
        ContainerChoice choice =
                generation.namespace() == Namespace.JAVAX ? TOMCAT9 : generation.isAtLeast61() ? TOMCAT11 : TOMCAT10;
        if (feature < choice.lowestFeature) {
            throw new RejectedException("it was built for "
                    + (choice == TOMCAT11 ? "Servlet " + generation.version() : "jakarta.servlet") + " ("
                    + generation.reason() + "), for which " + choice.folder + " is used, which needs JDK "
                    + choice.lowestFeature + " or later; this group runs on JDK " + feature
                    + ". Set JsgiRuntime " + choice.lowestFeature + " or later");
        }
        return choice;
    }
}
