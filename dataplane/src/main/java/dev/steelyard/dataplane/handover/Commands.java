package dev.steelyard.dataplane.handover;

import java.util.Set;
import java.util.TreeSet;

/**
 * What processes say to each other, which has to stay as it is from release to release: one line a connection, in ASCII.
 *
 * <ul>
 *   <li>{@code take}: answered by the listening sockets, one descriptor a message (unix(7) SCM_RIGHTS), then the end of the connection.
 *   <li>{@code done NAME …}: sockets of these names are served by the sender now; answered by {@code ok}. The connection then stays open for as
 *       long as the sender serves.
 * </ul>
 */
final class Commands {

    static final String TAKE = "take\n";
    static final String OK = "ok\n";

    /** Octets of the longest line: names of some ten thousand sockets. */
    static final int MAX_LINE = 1 << 20;

    private Commands() {}

    static String done(Set<String> names) {
        return "done " + String.join(" ", new TreeSet<>(names)) + "\n";
    }
}
