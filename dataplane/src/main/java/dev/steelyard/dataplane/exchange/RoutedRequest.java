package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.match.MatchedRequest;
import dev.steelyard.dataplane.upstream.ClientAddress;
import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request while its route is looked for. Used again for the next one. */
final class RoutedRequest implements MatchedRequest {

    private @Nullable RequestHead head;
    private @Nullable InetAddress peer;
    private CidrSet trustedProxies = CidrSet.EMPTY;
    private @Nullable InetAddress client;

    /**
     * Begins anew.
     *
     * @param connected the other side of its connection
     * @param trusted whose word on the client is believed
     */
    RoutedRequest begin(RequestHead request, InetAddress connected, CidrSet trusted) {
        head = request;
        peer = connected;
        trustedProxies = trusted;
        client = null;
        return this;
    }

    @Override
    public String method() {
        return head().method();
    }

    @Override
    public String query() {
        return head().query();
    }

    @Override
    public int field(String lowerCaseName, int from) {
        RequestHead request = head();
        int found = request.find(lowerCaseName, from);
        while (found >= 0 && request.field(found).forwarding() && !trusted()) {
            found = request.find(lowerCaseName, found + 1);
        }
        return found;
    }

    @Override
    public String fieldValue(int index) {
        return head().value(index);
    }

    @Override
    public InetAddress client() {
        if (client == null) {
            client = ClientAddress.of(head(), peer(), trustedProxies);
        }
        return client;
    }

    /** Whether what the request says of its client is believed. */
    boolean trusted() {
        return trustedProxies.contains(peer());
    }

    private RequestHead head() {
        return Objects.requireNonNull(head);
    }

    private InetAddress peer() {
        return Objects.requireNonNull(peer);
    }
}
