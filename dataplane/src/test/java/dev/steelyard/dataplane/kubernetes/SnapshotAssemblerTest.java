package dev.steelyard.dataplane.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.dataplane.tls.TicketKeys;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SnapshotAssemblerTest {

    private static final ObjectKey WEB = new ObjectKey("shop", "web");
    private static final ObjectKey MAIL = new ObjectKey("office", "mail");
    private static final SnapshotSet NOTHING = new SnapshotSet(0, 0, new TreeMap<>(), List.of());

    private final TreeMap<ObjectKey, Index.Entry> entries = new TreeMap<>();
    private SnapshotAssembler assembler = new SnapshotAssembler(NOTHING);

    private static Snapshot snapshot(ObjectKey key, long generation) {
        return new Snapshot(1, key, generation, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /** Names a snapshot in the next index; the Secret is still to come. */
    private SnapshotCodec.Encoded name(ObjectKey key, Snapshot snapshot) {
        SnapshotCodec.Encoded encoded = SnapshotCodec.encode(snapshot);
        entries.put(key, new Index.Entry(encoded.digest(), List.of(encoded.digest())));
        return encoded;
    }

    private void write(ObjectKey key, long generation) {
        SnapshotCodec.Encoded encoded = name(key, snapshot(key, generation));
        assembler.put(encoded.digest(), encoded.bytes());
    }

    private void index(long epoch, long revision) {
        assembler.put(
                "index",
                SnapshotCodec.encode(new Index(1, epoch, revision, entries)).bytes());
    }

    private SnapshotSet assembled(boolean complete) {
        return assembler.assemble(complete).orElseThrow(() -> new AssertionError("no news"));
    }

    @Test
    void assemblesWhatTheIndexNames() {
        write(WEB, 1);
        write(MAIL, 2);
        assertThat(assembler.assemble(true)).as("no index yet").isEmpty();
        index(1, 1);
        SnapshotSet set = assembled(true);
        assertThat(set.snapshots()).containsEntry(WEB, snapshot(WEB, 1)).containsEntry(MAIL, snapshot(MAIL, 2));
        assertThat(set.rejected()).isEmpty();
        assertThat(assembler.assemble(true)).as("no news").isEmpty();
    }

    @Test
    void ticketKeysComeWithTheSetAndWhenTheyChange() {
        write(WEB, 1);
        index(1, 1);
        assertThat(assembled(true).ticketKeys()).isEmpty();
        byte[] keys = new byte[2 * TicketKeys.KEY_BYTES];
        keys[0] = 1;
        assembler.put(Cluster.TICKET_KEYS, keys);
        SnapshotSet set = assembled(true);
        assertThat(set.ticketKeys()).contains(TicketKeys.read(keys));
        assertThat(set.snapshots()).containsEntry(WEB, snapshot(WEB, 1));
        assembler.put(Cluster.TICKET_KEYS, keys);
        assembler.put(Cluster.TICKET_KEYS, new byte[5]);
        assertThat(assembler.assemble(true)).as("no news").isEmpty();
    }

    @Test
    void decodesOnlyWhatChanged() {
        write(WEB, 1);
        write(MAIL, 1);
        index(1, 1);
        SnapshotSet before = assembled(true);
        write(WEB, 2);
        index(1, 2);
        SnapshotSet after = assembled(true);
        assertThat(after.snapshots().get(MAIL)).isSameAs(before.snapshots().get(MAIL));
        assertThat(after.snapshots().get(WEB)).isEqualTo(snapshot(WEB, 2));
    }

    @Test
    void waitsForSecretsThatHaveNotArrived() {
        SnapshotCodec.Encoded late = name(WEB, snapshot(WEB, 1));
        index(1, 1);
        assertThat(assembler.assemble(true)).isEmpty();
        assertThat(assembler.incomplete()).isTrue();
        assembler.put(late.digest(), late.bytes());
        assertThat(assembler.incomplete()).isFalse();
        assertThat(assembled(true).snapshots()).containsOnlyKeys(WEB);
    }

    @Test
    void servesTheOthersWhenOneNeverArrives() {
        write(WEB, 1);
        write(MAIL, 1);
        index(1, 1);
        assembled(true);
        name(WEB, snapshot(WEB, 2));
        write(MAIL, 2);
        index(1, 2);
        SnapshotSet set = assembled(false);
        assertThat(set.revision()).isEqualTo(2);
        assertThat(set.snapshots()).containsEntry(WEB, snapshot(WEB, 1)).containsEntry(MAIL, snapshot(MAIL, 2));
        assertThat(set.rejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected.virtualService()).isEqualTo(WEB);
            assertThat(rejected.reason()).contains("is missing");
        });
    }

    @Test
    void takesWhatIsMendedUnderTheSameIndex() {
        SnapshotCodec.Encoded right = name(WEB, snapshot(WEB, 1));
        assembler.put(right.digest(), Arrays.copyOf(right.bytes(), right.bytes().length / 2));
        index(1, 1);
        assertThat(assembled(true).rejected()).hasSize(1);
        assembler.remove(right.digest());
        assertThat(assembler.assemble(true)).as("no news").isEmpty();
        assembler.put(right.digest(), right.bytes());
        SnapshotSet set = assembled(true);
        assertThat(set.snapshots()).containsEntry(WEB, snapshot(WEB, 1));
        assertThat(set.rejected()).isEmpty();
        assembler.put(right.digest(), right.bytes());
        assertThat(assembler.assemble(true)).as("no news").isEmpty();
    }

    @Test
    void keepsTheLastGoodOfOneThatCannotBeRead() {
        write(WEB, 1);
        write(MAIL, 1);
        index(1, 1);
        assembled(true);
        SnapshotCodec.Encoded broken = name(WEB, snapshot(WEB, 2));
        assembler.put(broken.digest(), Arrays.copyOf(broken.bytes(), broken.bytes().length / 2));
        index(1, 2);
        SnapshotSet set = assembled(true);
        assertThat(set.snapshots()).containsEntry(WEB, snapshot(WEB, 1)).containsEntry(MAIL, snapshot(MAIL, 1));
        assertThat(set.rejected()).extracting(Rejected::virtualService).containsExactly(WEB);
        write(WEB, 3);
        index(1, 3);
        assertThat(assembled(true).rejected()).isEmpty();
    }

    @Test
    void keepsWhatThisNodeServedBeforeItsRestart() {
        TreeMap<ObjectKey, Snapshot> kept = new TreeMap<>();
        kept.put(WEB, snapshot(WEB, 1));
        assembler = new SnapshotAssembler(new SnapshotSet(3, 30, kept, List.of()));
        name(WEB, snapshot(WEB, 2));
        index(3, 31);
        assertThat(assembled(false).snapshots()).containsEntry(WEB, snapshot(WEB, 1));
    }

    @Test
    void refusesASnapshotUnderAnotherName() {
        SnapshotCodec.Encoded encoded = name(WEB, snapshot(MAIL, 1));
        assembler.put(encoded.digest(), encoded.bytes());
        index(1, 1);
        SnapshotSet set = assembled(true);
        assertThat(set.snapshots()).isEmpty();
        assertThat(set.rejected())
                .singleElement()
                .satisfies(rejected -> assertThat(rejected.reason()).contains("it is of office/mail"));
    }

    @Test
    void joinsParts() {
        SnapshotCodec.Encoded encoded = SnapshotCodec.encode(snapshot(WEB, 1));
        byte[] bytes = encoded.bytes();
        assembler.put("a", Arrays.copyOfRange(bytes, 0, 20));
        assembler.put("b", Arrays.copyOfRange(bytes, 20, bytes.length));
        entries.put(WEB, new Index.Entry(encoded.digest(), List.of("a", "b")));
        index(1, 1);
        assertThat(assembled(true).snapshots()).containsOnlyKeys(WEB);
    }

    @Test
    void refusesAnIndexOfAnOlderEpoch() {
        write(WEB, 1);
        index(5, 10);
        assembled(true);
        write(WEB, 2);
        index(4, 11);
        SnapshotSet set = assembled(true);
        assertThat(set.epoch()).isEqualTo(5);
        assertThat(set.revision()).isEqualTo(10);
        assertThat(set.snapshots()).containsEntry(WEB, snapshot(WEB, 1));
        assertThat(set.rejected()).singleElement().satisfies(rejected -> {
            assertThat(rejected.virtualService()).isEqualTo(WEB);
            assertThat(rejected.reason()).contains("epoch 4").contains("epoch 5");
        });
        index(6, 12);
        assertThat(assembled(true).snapshots()).containsEntry(WEB, snapshot(WEB, 2));
    }

    @Test
    void keepsEverythingWhenTheIndexIsUnusable() {
        write(WEB, 1);
        index(1, 1);
        assembled(true);
        assembler.put("index", new byte[] {1, 2, 3});
        SnapshotSet cut = assembled(true);
        assertThat(cut.snapshots()).containsOnlyKeys(WEB);
        assertThat(cut.rejected()).extracting(Rejected::virtualService).containsExactly(SnapshotAssembler.INDEX_KEY);
        assembler.put(
                "index", SnapshotCodec.encode(new Index(99, 1, 2, entries)).bytes());
        assertThat(assembled(true).rejected())
                .singleElement()
                .satisfies(rejected -> assertThat(rejected.reason()).contains("newer than this program reads"));
    }

    @Test
    void anUnusableIndexIsNotAnEmptyConfiguration() {
        assembler.put("index", new byte[0]);
        assertThat(assembler.assemble(true)).isEmpty();
    }

    @Test
    void anIndexThatIsGoneLeavesEverythingInForce() {
        write(WEB, 1);
        index(1, 1);
        assembled(true);
        assembler.remove("index");
        assembler.retain(Set.of());
        assertThat(assembler.assemble(true)).isEmpty();
        write(WEB, 2);
        index(1, 2);
        assertThat(assembled(true).snapshots()).containsEntry(WEB, snapshot(WEB, 2));
    }
}
