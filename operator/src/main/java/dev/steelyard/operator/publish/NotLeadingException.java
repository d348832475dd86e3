package dev.steelyard.operator.publish;

/** This replica does not lead any more, or never did; it must not write. */
public final class NotLeadingException extends Exception {

    private static final long serialVersionUID = 1;

    public NotLeadingException(String message) {
        super(message);
    }
}
