package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.edition.ListenerPlan.Owner;
import dev.steelyard.snapshot.Listener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one listener of a virtual service wants of one socket. Immutable, compared by identity: an unchanged virtual service keeps its
 * claims.
 */
final class Claim {

    private final ListenerKey key;
    private final Owner owner;
    private final Listener listener;
    private final Service service;

    Claim(ListenerKey key, Listener listener, Owner owner, Service service) {
        this.key = key;
        this.listener = listener;
        this.owner = owner;
        this.service = service;
    }

    /**
     * What it would do there.
     */
    sealed interface Service {

        /** Stands for all hosts that nobody names. */
        String EVERY_HOST = "*";

        /** Requests for these hosts (empty: for every host). */
        record OfHosts(
                List<String> hosts,
                RouteTable routes,
                CidrSet trustedProxies,
                @Nullable ServerTls tls) implements Service {

            @Override
            public List<String> claimedHosts() {
                return everyIfEmpty(hosts);
            }
        }

        /** Requests for these hosts (empty: for every host) that come by HTTP/3. */
        record OfHttp3(List<String> hosts, RouteTable routes, CidrSet trustedProxies, ServerTls tls)
                implements Service {

            @Override
            public List<String> claimedHosts() {
                return everyIfEmpty(hosts);
            }
        }

        /** TLS connections whose clients ask for these names (empty: for every name, and for none). */
        record OfNames(List<String> hosts, RelayTarget target) implements Service {

            @Override
            public List<String> claimedHosts() {
                return everyIfEmpty(hosts);
            }
        }

        /** Every connection, or every datagram. */
        record OfAll(ListenerPlan plan) implements Service {

            @Override
            public List<String> claimedHosts() {
                return List.of();
            }
        }

        /** The hosts that nobody else can have there, {@value #EVERY_HOST} for all that nobody names; none: the whole socket. */
        List<String> claimedHosts();

        private static List<String> everyIfEmpty(List<String> hosts) {
            return hosts.isEmpty() ? List.of(EVERY_HOST) : hosts;
        }
    }

    ListenerKey key() {
        return key;
    }

    Owner owner() {
        return owner;
    }

    Listener listener() {
        return listener;
    }

    Service service() {
        return service;
    }
}
