package org.jsgid.daemon.servlet;

/** One setting of a servlet container, and who gave it. */
public final class ServletOption {

    private final String name;
    private final String value;
    private final String place;

    ServletOption(String name, String value, String place) {
        this.name = name;
        this.value = value;
        this.place = place;
    }

    /** What is set: {@code connector.maxPostSize}. */
    public String name() {
        return name;
    }

    /** What it is set to, as written. */
    public String value() {
        return value;
    }

    /**
     * Says that this is a mistake, where it stands and what would be right.
     *
     * @param wrong what is wrong, beginning with a verb: {@code is no number}
     * @param right a sentence that says what to write, without its full stop
     */
    public IllegalArgumentException mistake(String wrong, String right) {
        return new IllegalArgumentException(place + ": " + name + " = " + value + " " + wrong + ". " + right);
    }

    @Override
    public String toString() {
        return name + " = " + value + " (" + place + ")";
    }
}
