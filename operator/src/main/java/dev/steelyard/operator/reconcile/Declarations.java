package dev.steelyard.operator.reconcile;

import dev.steelyard.operator.inputs.ObjectFacts;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.client.CustomResource;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The declared states of the objects of one kind, at one moment. An object that has not changed keeps the very same state, so that
 * what is memoised downstream is found without comparing specs.
 *
 * @param <S> spec
 */
final class Declarations<S> {

    private final SortedMap<ObjectKey, Declared<S>> states;
    private final Map<ObjectKey, String> uids;

    private Declarations(SortedMap<ObjectKey, Declared<S>> states, Map<ObjectKey, String> uids) {
        this.states = states;
        this.uids = uids;
    }

    static <S> Declarations<S> none() {
        return new Declarations<>(Collections.emptySortedMap(), Map.of());
    }

    /** Those of {@code objects}; objects without a spec are passed over. */
    <P extends CustomResource<S, ?>> Declarations<S> next(List<P> objects) {
        SortedMap<ObjectKey, Declared<S>> nextStates = new TreeMap<>();
        Map<ObjectKey, String> nextUids = HashMap.newHashMap(objects.size());
        for (P object : objects) {
            if (object.getSpec() == null) {
                continue;
            }
            ObjectKey key = ObjectFacts.key(object);
            String uid = object.getMetadata().getUid();
            Declared<S> before = states.get(key);
            boolean same = before != null
                    && uid.equals(uids.get(key))
                    && object.getMetadata().getGeneration() == before.generation();
            nextStates.put(key, same ? before : ObjectFacts.declared(object, object.getSpec()));
            nextUids.put(key, uid);
        }
        return new Declarations<>(nextStates, nextUids);
    }

    /** These, with other states of some objects. */
    Declarations<S> with(Map<ObjectKey, Declared<S>> others) {
        SortedMap<ObjectKey, Declared<S>> all = new TreeMap<>(states);
        others.forEach((key, other) -> all.computeIfPresent(key, (same, state) -> other));
        return new Declarations<>(all, uids);
    }

    SortedMap<ObjectKey, Declared<S>> states() {
        return states;
    }

    String uid(ObjectKey key) {
        return uids.getOrDefault(key, "");
    }
}
