package dev.steelyard.dataplane.match;

import java.net.InetAddress;

/** What conditions look at of a request, whatever its version of HTTP. For the thread that reads the request. */
public interface MatchedRequest {

    /** As sent; methods are case-sensitive. */
    String method();

    /** What follows the {@code ?} of the target, as sent; empty if there is nothing. */
    String query();

    /**
     * The next field of a name. Fields that tell of the client (such as {@code X-Forwarded-Proto}) are there only if they are believed.
     *
     * @param lowerCaseName its name
     * @param from index of the first field to look at
     * @return its index, or -1
     */
    int field(String lowerCaseName, int from);

    /** The value of the field with that index, octets taken as ISO-8859-1. */
    String fieldValue(int index);

    /** Who sent it: the connection's other side or, where that is a trusted proxy, whom that names. */
    InetAddress client();
}
