package dev.steelyard.dataplane.match;

import java.net.InetAddress;
import java.util.List;

/**
 * A request as conditions see it.
 *
 * @param fields each {@code Name: value}
 */
public record PlainRequest(String method, String query, List<String> fields, InetAddress client)
        implements MatchedRequest {

    /** Without query and fields, from loopback. */
    public static PlainRequest of(String method) {
        return new PlainRequest(method, "", List.of(), InetAddress.getLoopbackAddress());
    }

    /** A GET with those fields. */
    public static PlainRequest with(String... fields) {
        return new PlainRequest("GET", "", List.of(fields), InetAddress.getLoopbackAddress());
    }

    /** A GET with that query. */
    public static PlainRequest asking(String query) {
        return new PlainRequest("GET", query, List.of(), InetAddress.getLoopbackAddress());
    }

    /** A GET of that client. */
    public static PlainRequest from(String client) {
        return new PlainRequest("GET", "", List.of(), InetAddress.ofLiteral(client));
    }

    @Override
    public int field(String lowerCaseName, int from) {
        for (int i = from; i < fields.size(); i++) {
            String field = fields.get(i);
            if (field.substring(0, field.indexOf(':')).equalsIgnoreCase(lowerCaseName)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String fieldValue(int index) {
        String field = fields.get(index);
        return field.substring(field.indexOf(':') + 1).strip();
    }
}
