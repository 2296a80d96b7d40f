package org.jsgid.supervisor.ctl;

/** Every error that {@code jsgid-ctl} itself reports: its id, how the command ends, and the sentence. */
enum CtlMessage {
    /** Nothing there, or nobody answers. */
    NO_SERVER(
            "JSGID0801",
            CtlExit.NO_SERVER,
            "there is no jsgid server at %s: %s. Name the run folder of a running one (JsgiRunDir) with --run-dir"),
    /** The operating system does not let the caller read or write. */
    NO_ACCESS("JSGID0802", CtlExit.NOT_PERMITTED, "%s: the permission is missing. Run the command as root"),
    /** All monitors refused. */
    NOT_YOURS(
            "JSGID0803",
            CtlExit.NOT_PERMITTED,
            "the server at %s shows you nothing: you are neither root nor the owner of the run folder nor a group's user"
                    + " (Apache's does not count as one)"),
    /** A group that no monitor knows. */
    NO_SUCH_GROUP("JSGID0804", CtlExit.FAILED, "there is no group %s at %s; there %s"),
    /** The same, but some monitors did not say what they have. */
    NO_SUCH_GROUP_FOR_YOU(
            "JSGID0805",
            CtlExit.NOT_PERMITTED,
            "there is no group %s at %s that you may see; there %s. Root and the user that a group runs as may see it"),
    /** A group that cannot be started because its JDK is absent. */
    NO_RUNTIME("JSGID0806", CtlExit.FAILED, "the group %s has no runtime: %s"),
    /** A monitor that is down or hangs. */
    NO_ANSWER("JSGID0807", CtlExit.FAILED, "%s gave no answer: %s"),
    /** A folder that cannot be registered. */
    NOT_A_JDK("JSGID0810", CtlExit.FAILED, "%s cannot be registered as a JDK: %s"),
    /** A name that no profile may have. */
    BAD_NAME(
            "JSGID0811",
            CtlExit.USAGE,
            "\"%s\" cannot be the name of a profile: 1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter"),
    /** The name belongs to another JDK. */
    NAME_TAKEN(
            "JSGID0812",
            CtlExit.FAILED,
            "%s is registered as %s already, by %s. Give this one another name with --name"),
    /** No profile of this name. */
    NO_SUCH_PROFILE("JSGID0813", CtlExit.FAILED, "%s"),
    /** Not the administrator's. */
    NOT_REGISTERED_HERE(
            "JSGID0814",
            CtlExit.FAILED,
            "%s is not registered in %s but in %s, where it would come back. To hide it: jsgid-ctl jdk mask %s"),
    /** A default that selects nothing. */
    BAD_DEFAULT("JSGID0815", CtlExit.FAILED, "%s cannot be the default: %s"),
    /** Reading or writing failed for another reason than permissions. */
    FILE_FAILED("JSGID0816", CtlExit.FAILED, "%s: %s"),
    /** A profile that a mask hides. */
    MASKED(
            "JSGID0872",
            CtlExit.FAILED,
            "%s is masked by %s, so that there is nothing to %s. First: jsgid-ctl jdk unmask %s"),
    /** The administrator's own profile would be lost. */
    NOT_MASKED(
            "JSGID0873",
            CtlExit.FAILED,
            "%s is registered by %s, which a mask would replace. Turn it off with jsgid-ctl jdk disable, or remove it with "
                    + "jsgid-ctl jdk unregister first"),
    /** A profile whose file cannot be turned off or on. */
    NOT_SWITCHED(
            "JSGID0874", CtlExit.FAILED, "%s cannot be %s, since %s names no home. Hide it: jsgid-ctl jdk mask %s"),
    /** A process did not do what was asked. */
    NOT_DIAGNOSED("JSGID0870", CtlExit.FAILED, "group %s, process %s (pid %s): %s"),
    /** A file that cannot be made. */
    NO_OUTPUT("JSGID0871", CtlExit.FAILED, "%s cannot be written: %s");

    private final String id;
    private final CtlExit exit;
    private final String sentence;

    CtlMessage(String id, CtlExit exit, String sentence) {
        this.id = id;
        this.exit = exit;
        this.sentence = sentence;
    }

    /** The sentence with places for what it is about. */
    String sentence() {
        return sentence;
    }

    String id() {
        return id;
    }

    CtlExit exit() {
        return exit;
    }

    /** The sentence with its places filled, as an exception that ends the command. */
    CtlException with(Object... values) {
        return new CtlException(exit, id, String.format(sentence, values));
    }
}
