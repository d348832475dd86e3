package dev.steelyard.dataplane.dns;

import java.net.InetAddress;
import java.util.List;

/**
 * What a DNS name stands for.
 *
 * @param addresses those known, sorted, so that an answer in another order is the same; also stale ones while the name does not resolve
 * @param problem why it does not resolve just now, for people; empty if it does
 */
public record Resolution(List<InetAddress> addresses, String problem) {

    /** Not resolved yet. */
    public static final Resolution PENDING = new Resolution(List.of(), "");

    public Resolution {
        addresses = List.copyOf(addresses);
    }
}
