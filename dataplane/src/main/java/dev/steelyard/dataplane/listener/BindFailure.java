package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.edition.ListenerKey;
import java.util.Locale;

/** Why a socket could not be bound, in the user's words. */
public final class BindFailure {

    private BindFailure() {}

    static boolean inUse(Throwable cause) {
        return message(cause).contains("already in use");
    }

    /** A sentence that says what to do. */
    public static String reason(ListenerKey key, Throwable cause) {
        String message = message(cause);
        if (message.contains("already in use")) {
            return "cannot listen on " + key + ": another program on this node does; stop it, or choose another port";
        }
        if (message.contains("permission denied")) {
            return "cannot listen on " + key
                    + ": not permitted; a port below 1024 needs the capability NET_BIND_SERVICE";
        }
        if (message.contains("cannot assign") || message.contains("address not available")) {
            return "cannot listen on " + key + ": this node does not have that address";
        }
        return "cannot listen on " + key + ": " + cause.getMessage();
    }

    private static String message(Throwable cause) {
        return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    }
}
