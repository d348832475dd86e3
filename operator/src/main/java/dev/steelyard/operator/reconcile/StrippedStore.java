package dev.steelyard.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What an informer remembers of the objects it has seen: no more than it needs to tell what changed. */
final class StrippedStore<T extends HasMetadata> implements ItemStore<T> {

    private final ConcurrentHashMap<String, T> items = new ConcurrentHashMap<>();
    private final UnaryOperator<T> strip;

    /** @param strip makes a small copy with at least namespace, name and resource version */
    StrippedStore(UnaryOperator<T> strip) {
        this.strip = strip;
    }

    @Override
    public String getKey(T item) {
        return Cache.metaNamespaceKeyFunc(item);
    }

    @Override
    @SuppressWarnings("NullAway") // null for "nothing before", as the interface has it
    public T put(String key, T item) {
        return items.put(key, strip.apply(item));
    }

    @Override
    @SuppressWarnings("NullAway") // null for "nothing before", as the interface has it
    public T remove(String key) {
        return items.remove(key);
    }

    @Override
    public Stream<String> keySet() {
        return items.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return items.values().stream();
    }

    @Override
    @SuppressWarnings("NullAway") // null for "nothing there", as the interface has it
    public T get(String key) {
        return items.get(key);
    }

    @Override
    public int size() {
        return items.size();
    }

    /** Handlers need the whole objects, which the store has not: they are called while the list comes in. */
    @Override
    public boolean isFullState() {
        return false;
    }
}
