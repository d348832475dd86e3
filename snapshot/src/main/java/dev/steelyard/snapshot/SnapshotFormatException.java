package dev.steelyard.snapshot;

/** A snapshot or index that cannot be read; the message tells the user why. */
public final class SnapshotFormatException extends Exception {

    private static final long serialVersionUID = 1;

    public SnapshotFormatException(String message) {
        super(message);
    }

    public SnapshotFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
