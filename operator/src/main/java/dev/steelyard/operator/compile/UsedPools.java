package dev.steelyard.operator.compile;

import dev.steelyard.crds.v1alpha1.PoolSpec.PoolProtocol;
import dev.steelyard.operator.resolve.PoolModel;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The pools that a snapshot refers to, gathered while it is compiled. */
final class UsedPools {

    private final ServiceModel model;
    private final SortedMap<ObjectKey, Pool> pools = new TreeMap<>();

    UsedPools(ServiceModel model) {
        this.model = model;
    }

    /** The key of a pool; of a placeholder if it does not exist or does not speak what is needed. */
    ObjectKey use(String name, PoolProtocol needed) {
        Optional<PoolModel> found = model.pool(name, needed);
        if (found.isEmpty()) {
            return unresolved(name, needed);
        }
        ObjectKey key = found.get().declared().key();
        pools.computeIfAbsent(key, absent -> PoolCompiler.compile(found.get()));
        return key;
    }

    /** The key of a pool without members, instead of something that is missing. */
    ObjectKey unresolved(String name, PoolProtocol needed) {
        ObjectKey key = new ObjectKey(model.key().namespace(), "!" + name);
        pools.put(key, PoolCompiler.placeholder(key, needed));
        return key;
    }

    List<Pool> all() {
        return List.copyOf(pools.values());
    }
}
