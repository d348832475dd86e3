package dev.steelyard.dataplane.http1.head;

/** A message that is refused. Carries no stack trace: it is the sender's fault, and may be sent a million times. */
public final class MalformedMessage extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    private MalformedMessage(int status, String reason) {
        super(reason, null, false, false);
        this.status = status;
    }

    /** The message breaks the syntax, or could be read in two ways: 400. */
    public static MalformedMessage bad(String reason) {
        return new MalformedMessage(400, reason);
    }

    /** The message is well-formed but not served, with the status that says why. */
    static MalformedMessage refused(int status, String reason) {
        return new MalformedMessage(status, reason);
    }

    /** The request is well-formed, but of a kind that is not served: 501. */
    public static MalformedMessage notServed(String reason) {
        return new MalformedMessage(501, reason);
    }

    /** The fields are larger than allowed: 431. */
    public static MalformedMessage fieldsTooLarge() {
        return new MalformedMessage(431, "the fields are too large");
    }

    /** The status to answer if this was a request. */
    public int status() {
        return status;
    }

    /** A short sentence for the sender; holds nothing of what it sent. */
    public String reason() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
