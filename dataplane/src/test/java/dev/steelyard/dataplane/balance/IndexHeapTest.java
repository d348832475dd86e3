package dev.steelyard.dataplane.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class IndexHeapTest {

    @Property
    void yieldsNumbersInOrderOfTheirKeys(
            @ForAll @Size(max = 40) List<@LongRange(min = -20, max = 20) Long> keys, @ForAll List<Boolean> actions) {
        IndexHeap heap = new IndexHeap(keys.stream().mapToLong(Long::longValue).toArray());
        List<Integer> held = new ArrayList<>();
        int added = 0;
        for (boolean add : actions) {
            if (add && added < keys.size()) {
                heap.add(added);
                held.add(added);
                added++;
            } else if (!held.isEmpty()) {
                held.sort(Comparator.<Integer, Long>comparing(keys::get).thenComparing(Comparator.naturalOrder()));
                assertThat(heap.first()).isEqualTo(held.removeFirst());
                heap.removeFirst();
            }
            assertThat(heap.isEmpty()).isEqualTo(held.isEmpty());
        }
    }
}
