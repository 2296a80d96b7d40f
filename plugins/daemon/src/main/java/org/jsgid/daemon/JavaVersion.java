package org.jsgid.daemon;

/** The JDK that we run on. */
final class JavaVersion {

    private JavaVersion() {}

    /** Its feature version: 8, 17. */
    static int feature() {
        return feature(System.getProperty("java.specification.version"));
    }

    /** Of a specification version: {@code 1.8} is 8. */
    static int feature(String specification) {
        return Integer.parseInt(specification.startsWith("1.") ? specification.substring(2) : specification);
    }
}
