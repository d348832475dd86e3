package dev.steelyard.dataplane.cache;

import static dev.steelyard.dataplane.cache.Examples.MAIL;
import static dev.steelyard.dataplane.cache.Examples.NOTHING;
import static dev.steelyard.dataplane.cache.Examples.WEB;
import static dev.steelyard.dataplane.cache.Examples.endpoint;
import static dev.steelyard.dataplane.cache.Examples.set;
import static dev.steelyard.dataplane.cache.Examples.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

    @TempDir
    Path temporary;

    private Path path;
    private StateFolder folder;

    @BeforeEach
    void open() throws IOException {
        path = temporary.resolve("state");
        folder = new StateFolder(path);
    }

    private void keep(SnapshotSet set) {
        try (StateWriter writer =
                new StateWriter(folder, folder.readSnapshots(), folder.readEndpoints(), Duration.ofMillis(1))) {
            writer.snapshots(set);
        }
    }

    @Test
    void readsWhatItWrote() throws IOException {
        SnapshotSet set = set(2, 17, snapshot(WEB, 3), snapshot(MAIL, 1));
        keep(set);
        folder.writeEndpoints(WEB, List.of(endpoint("10.0.0.1"), endpoint("2001:db8::1")));
        StateFolder again = new StateFolder(path);
        assertThat(again.readSnapshots()).isEqualTo(set);
        assertThat(again.readEndpoints())
                .isEqualTo(Map.of(WEB, List.of(endpoint("10.0.0.1"), endpoint("2001:db8::1"))));
    }

    @Test
    void isEmptyAtFirst() {
        assertThat(folder.readSnapshots()).isEqualTo(NOTHING);
        assertThat(folder.readEndpoints()).isEmpty();
    }

    @Test
    void forgetsWhatIsGone() {
        keep(set(1, 1, snapshot(WEB, 1), snapshot(MAIL, 1)));
        keep(set(1, 2, snapshot(WEB, 2)));
        assertThat(folder.readSnapshots()).isEqualTo(set(1, 2, snapshot(WEB, 2)));
        try (StateWriter writer =
                new StateWriter(folder, folder.readSnapshots(), folder.readEndpoints(), Duration.ofMillis(1))) {
            writer.endpoints(WEB, List.of(endpoint("10.0.0.1")));
            writer.endpoints(MAIL, List.of(endpoint("10.0.0.2")));
            writer.endpoints(WEB, List.of());
        }
        assertThat(folder.readEndpoints()).containsOnlyKeys(MAIL);
    }

    @Test
    void opensToNobodyElse() throws IOException {
        keep(set(1, 1, snapshot(WEB, 1)));
        try (Stream<Path> all = Files.walk(path)) {
            assertThat(all)
                    .allSatisfy(entry -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(entry)))
                            .isEqualTo(Files.isDirectory(entry) ? "rwx------" : "rw-------"));
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        new StateFolder(path);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rwx------");
    }

    /** Whatever is done to one file, the others serve, and the one is named. */
    @Test
    void leavesOutWhatIsCutShortOrChanged() throws IOException {
        Path web = path.resolve("snapshots/shop/web");
        Random random = new Random(7);
        for (int i = 0; i < 100; i++) {
            keep(set(1, i + 1, snapshot(WEB, i + 1), snapshot(MAIL, i + 1)));
            byte[] bytes = Files.readAllBytes(web);
            if (i % 2 == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            } else {
                // The header of gzip holds fields that mean nothing (time, system): what follows it must not change
                // unseen.
                bytes[75 + random.nextInt(bytes.length - 75)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(web, bytes);
            SnapshotSet found = folder.readSnapshots();
            assertThat(found.snapshots()).containsOnlyKeys(MAIL);
            assertThat(found.revision()).isEqualTo(i + 1);
            assertThat(found.rejected()).extracting(Rejected::virtualService).containsExactly(WEB);
        }
    }

    @Test
    void leavesOutEndpointsThatAreCutShortOrChanged() throws IOException {
        Path web = path.resolve("endpoints/shop/web");
        Random random = new Random(8);
        folder.writeEndpoints(MAIL, List.of(endpoint("10.0.0.2")));
        for (int i = 0; i < 100; i++) {
            folder.writeEndpoints(WEB, List.of(endpoint("10.0.0.1")));
            byte[] bytes = Files.readAllBytes(web);
            if (i % 2 == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            } else {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(web, bytes);
            assertThat(folder.readEndpoints()).containsOnlyKeys(MAIL);
        }
    }

    @Test
    void servesSnapshotsWithoutTheHead() throws IOException {
        keep(set(4, 9, snapshot(WEB, 1)));
        Files.write(path.resolve("head/index/index"), new byte[] {1, 2, 3});
        assertThat(folder.readSnapshots()).isEqualTo(set(0, 0, snapshot(WEB, 1)));
    }

    @Test
    void tellsANewerFormatApart() throws IOException {
        dev.steelyard.snapshot.Snapshot newer =
                new dev.steelyard.snapshot.Snapshot(99, WEB, 1, List.of(), List.of(), List.of(), List.of(), List.of());
        keep(set(1, 1, snapshot(MAIL, 1), newer));
        SnapshotSet found = folder.readSnapshots();
        assertThat(found.snapshots()).containsOnlyKeys(MAIL);
        assertThat(found.rejected())
                .singleElement()
                .satisfies(rejected -> assertThat(rejected.reason()).contains("newer than this program reads"));
    }

    @Test
    void clearsAwayWhatACrashLeft() throws IOException {
        keep(set(1, 1, snapshot(WEB, 1)));
        Path abandoned = path.resolve("snapshots/shop/~1");
        Files.write(abandoned, new byte[] {1});
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
        Path beingWritten = path.resolve("snapshots/shop/~2");
        Files.write(beingWritten, new byte[] {1});
        assertThat(folder.readSnapshots()).isEqualTo(set(1, 1, snapshot(WEB, 1)));
        assertThat(abandoned).doesNotExist();
        assertThat(beingWritten).exists();
    }

    @Test
    void keepsLongNamesAndNoPaths() throws IOException {
        ObjectKey longest = new ObjectKey("n".repeat(63), "o".repeat(253));
        keep(set(1, 1, snapshot(longest, 1)));
        assertThat(folder.readSnapshots().snapshots()).containsOnlyKeys(longest);
        assertThatThrownBy(() -> folder.deleteSnapshot(new ObjectKey("..", "web")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void gathersManyChangesOfOneObject() throws IOException {
        try (StateWriter writer = new StateWriter(folder, NOTHING, Map.of(), Duration.ofHours(1))) {
            for (int i = 1; i <= 1000; i++) {
                writer.snapshots(set(1, i, snapshot(WEB, i)));
            }
            assertThat(folder.readSnapshots()).isEqualTo(NOTHING);
        }
        assertThat(folder.readSnapshots()).isEqualTo(set(1, 1000, snapshot(WEB, 1000)));
    }
}
