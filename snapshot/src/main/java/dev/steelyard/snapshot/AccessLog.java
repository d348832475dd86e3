package dev.steelyard.snapshot;

import java.util.List;

/**
 * The line that is written for each request of a route, or for each connection of a TCP listener.
 *
 * @param format form of a line
 * @param template of {@link Format#CUSTOM}, see {@link LogTemplate}; empty for the others
 * @param percent share of requests that are written, 0..100; those answered with 5xx always are
 */
public record AccessLog(Format format, String template, int percent) {

    /** Form of a line. */
    public enum Format {
        COMBINED,
        HA_PROXY,
        JSON,
        CUSTOM
    }

    /** The pieces of a custom line. */
    public List<LogTemplate.Piece> pieces() {
        return LogTemplate.parse(template);
    }
}
