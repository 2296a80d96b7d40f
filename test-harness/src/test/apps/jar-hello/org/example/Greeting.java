package org.example;

/** The words of {@link JarHello}. */
final class Greeting {

    private final String group;

    Greeting(String group) {
        this.group = group;
    }

    String text() {
        return "a jar in group " + group;
    }
}
