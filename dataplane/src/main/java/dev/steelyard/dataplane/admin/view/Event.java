package dev.steelyard.dataplane.admin.view;

import java.time.Instant;

/**
 * Something that happened on this node.
 *
 * @param subject the object that it happened to
 * @param text what happened, for people
 */
public record Event(Instant at, Kind kind, String subject, String text) {

    /** What happened. */
    public enum Kind {
        /** A configuration came into force. */
        APPLIED(true),
        /** A virtual service's configuration was refused. */
        REFUSED(false),
        /** What was refused is so no more. */
        ACCEPTED(true),
        /** An endpoint went down, or a member gives no endpoint. */
        DOWN(false),
        /** It is so no more. */
        UP(true),
        /** A listener cannot be bound. */
        LISTENER_FAILED(false),
        /** It is so no more. */
        LISTENER_BOUND(true);

        private final boolean good;

        Kind(boolean good) {
            this.good = good;
        }

        /** Whether things got better. */
        public boolean good() {
            return good;
        }
    }
}
