package org.jsgid.supervisor.ctl;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about JDKs. They read and write files only and need no running server. */
@Command(name = "jdk", description = "Shows and registers JDKs. Needs no running server.")
final class JdkCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    static CommandLine commandLine(CtlContext context) {
        return new CommandLine(new JdkCommand())
                .addSubcommand(new JdkListCommand(context))
                .addSubcommand(new JdkShowCommand(context))
                .addSubcommand(new JdkScanCommand(context))
                .addSubcommand(new JdkRegisterCommand(context))
                .addSubcommand(new JdkUnregisterCommand(context))
                .addSubcommand(new JdkEnableCommand(context))
                .addSubcommand(new JdkDisableCommand(context))
                .addSubcommand(new JdkMaskCommand(context))
                .addSubcommand(new JdkUnmaskCommand(context))
                .addSubcommand(new JdkDefaultCommand(context))
                .addSubcommand(new JdkVerifyCommand(context));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
