package org.jsgid.daemon.fcgi;

/** Takes the parameters of a request one after another. */
@FunctionalInterface
public interface ParameterReader {

    /** One parameter, as {@link Exchange#parameters()} has it. */
    void parameter(String name, String value);
}
