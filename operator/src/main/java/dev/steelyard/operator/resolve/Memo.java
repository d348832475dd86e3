package dev.steelyard.operator.resolve;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Applies a pure function to many inputs again and again, and computes anew only what changed since the last time. For one thread.
 *
 * @param <K> names an input from one time to the next
 * @param <I> input; compared with {@code equals}, which finds identical parts at once
 * @param <O> output, immutable
 */
public final class Memo<K, I, O> {

    private final Function<I, O> function;
    private Map<K, Entry<I, O>> last = Map.of();
    private int computed;

    private record Entry<I, O>(I input, O output) {}

    /** @param function pure */
    public Memo(Function<I, O> function) {
        this.function = function;
    }

    /** The outputs of all inputs. What is not among them is forgotten. */
    public SortedMap<K, O> apply(SortedMap<K, I> inputs) {
        Map<K, Entry<I, O>> next = HashMap.newHashMap(inputs.size());
        TreeMap<K, O> outputs = new TreeMap<>(inputs.comparator());
        computed = 0;
        inputs.forEach((key, input) -> {
            Entry<I, O> entry = last.get(key);
            if (entry == null || !entry.input.equals(input)) {
                entry = new Entry<>(input, function.apply(input));
                computed++;
            }
            next.put(key, entry);
            outputs.put(key, entry.output);
        });
        last = next;
        return outputs;
    }

    /** How many outputs the last call of {@link #apply} computed. */
    public int computed() {
        return computed;
    }
}
