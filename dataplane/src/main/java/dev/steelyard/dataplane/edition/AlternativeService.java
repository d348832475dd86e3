package dev.steelyard.dataplane.edition;

/**
 * What responses of one socket say of HTTP/3 on the UDP port of the same number (RFC 7838). Immutable, but for whether that port is open; for all
 * threads.
 */
public final class AlternativeService {

    /** For how long clients keep it in mind: a day, which is its own default. */
    private static final int SECONDS = 86_400;

    private static final String CLEAR = "clear";

    private final HostIndex<Boolean> offered;
    private final ListenerKey key;
    private final OpenPorts open;
    private final String value;

    /**
     * @param offered by host: whether HTTP/3 is offered, or no more; hosts of which nothing is to be said are not in it
     * @param key of the UDP socket
     */
    AlternativeService(HostIndex<Boolean> offered, ListenerKey key, OpenPorts open) {
        this.offered = offered;
        this.key = key;
        this.open = open;
        this.value = "h3=\":" + key.port() + "\"; ma=" + SECONDS;
    }

    /** The value of {@code Alt-Svc} in responses to requests for a host; empty: nothing is said. */
    public String valueFor(String host) {
        Boolean here = offered.find(host);
        if (here == null) {
            return "";
        }
        if (!here) {
            return CLEAR;
        }
        return open.contains(key) ? value : "";
    }
}
