package org.jsgid.daemon.fcgi;

/** Numbers of FastCGI 1.0 and of its extensions; {@code apache-module/PROTOCOL.md} explains them. */
final class Records {

    static final int HEADER_LENGTH = 8;
    static final int MAX_CONTENT = 65535;
    static final byte VERSION = 1;

    static final int BEGIN_REQUEST = 1;
    static final int ABORT_REQUEST = 2;
    static final int END_REQUEST = 3;
    static final int PARAMS = 4;
    static final int STDIN = 5;
    static final int STDOUT = 6;
    static final int STDERR = 7;
    static final int DATA = 8;
    static final int GET_VALUES = 9;
    static final int GET_VALUES_RESULT = 10;
    static final int UNKNOWN_TYPE = 11;
    static final int GOING_AWAY = 100;
    static final int INTERIM = 101;
    static final int TRAILERS = 102;

    static final int ROLE_RESPONDER = 1;
    static final int KEEP_CONNECTION = 1;

    static final int REQUEST_COMPLETE = 0;
    static final int CANT_MPX_CONN = 1;
    static final int OVERLOADED = 2;
    static final int UNKNOWN_ROLE = 3;
    static final int WRONG_PROCESS = 4;

    private Records() {}
}
