package dev.steelyard.dataplane.balance;

import dev.steelyard.dataplane.balance.Balancers.Prepared;
import dev.steelyard.dataplane.pool.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint with the fewest requests or connections in flight from this node, whatever its weight.
 *
 * <p>Ties are common (an idle pool is all ties) and are broken in rotation: the search begins after the endpoint chosen last and takes
 * the first of the least. Loops stand at different places, so that they do not all pile onto one endpoint in the moment before its
 * count shows.
 *
 * <p>The search reads every endpoint's count, but ends at the first idle one, than which there is none better. So it costs a few
 * nanoseconds while the pool has idle endpoints, and about one nanosecond for each endpoint (more if their counts come from other
 * cores' caches) once all are busy. A heap would have to be kept in order by every begin and end on every loop, which costs more.
 */
final class LeastConnections implements Balancer {

    private final Endpoint[] endpoints;
    private final Rotation rotation;

    private LeastConnections(Endpoint[] endpoints, Rotation rotation) {
        this.endpoints = endpoints;
        this.rotation = rotation;
    }

    static Prepared prepare(List<WeightedEndpoint> weighted) {
        Endpoint[] endpoints = Balancers.endpoints(weighted);
        return (previous, random) -> new LeastConnections(
                endpoints, previous instanceof LeastConnections before ? before.rotation : new Rotation(random));
    }

    @Override
    public @Nullable Endpoint choose(long key, Exclusion exclusion) {
        int size = endpoints.length;
        if (size == 0) {
            return null;
        }
        int best = -1;
        int fewest = Integer.MAX_VALUE;
        int index = rotation.next(size);
        for (int tried = 0; tried < size; tried++) {
            Endpoint endpoint = endpoints[index];
            int inFlight = endpoint.inFlight();
            if (inFlight < fewest && !exclusion.excludes(endpoint)) {
                best = index;
                fewest = inFlight;
                if (inFlight <= 0) {
                    break;
                }
            }
            index = index + 1 == size ? 0 : index + 1;
        }
        if (best < 0) {
            return null;
        }
        rotation.served(best);
        return endpoints[best];
    }
}
