package dev.steelyard.operator.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.standalone.FileSet.Content;
import dev.steelyard.snapshot.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSetTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @Test
    void readsFoldersAndFilesInOrderOfTheirNames() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(folder.resolve("b.yaml"), pool("b", 1));
        Files.writeString(folder.resolve("a.json"), pool("a", 1));
        Files.writeString(folder.resolve("notes.txt"), "not read");
        Files.writeString(folder.resolve(".hidden.yaml"), pool("hidden", 1));
        Files.writeString(other.resolve("not-below.yaml"), pool("below", 1));
        Path alone = Files.writeString(other.resolve("alone.txt"), pool("alone", 1));
        Content content = new FileSet(List.of(folder, alone)).read();
        assertThat(content.complaints()).isEmpty();
        assertThat(content.objects().keySet())
                .extracting(ref -> ref.key().name())
                .containsExactly("a", "alone", "b");
    }

    @Test
    void saysWhatIsMissing() {
        Content content = new FileSet(List.of(folder.resolve("gone.yaml"))).read();
        assertThat(content.complaints()).singleElement().asString().endsWith("there is no such file or folder");
    }

    @Test
    void halfWrittenAndEmptyFilesKeepWhatTheyHeld() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), pool("a", 1) + "---\n" + pool("b", 1));
        FileSet files = new FileSet(List.of(folder));
        Content before = files.read();
        assertThat(before.objects()).hasSize(2);
        for (String text : List.of("", "\n", pool("a", 2) + "---\napiVersion: [", "a: {b: ")) {
            Files.writeString(file, text);
            Content now = files.read();
            assertThat(now.objects()).as("after: %s", text).isEqualTo(before.objects());
            assertThat(now.complaints()).hasSize(1);
        }
    }

    @Test
    void refusedObjectKeepsItsLastGoodStateAndItsNeighboursFollow() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), pool("a", 1) + "---\n" + pool("b", 1));
        FileSet files = new FileSet(List.of(folder));
        Content before = files.read();
        Files.writeString(file, pool("a", -1) + "---\n" + pool("b", 2));
        Content now = files.read();
        assertThat(now.complaints()).singleElement().asString().contains("Pool/a: spec.members[0].weight: must be");
        assertThat(now.objects().get(ref("a"))).isEqualTo(before.objects().get(ref("a")));
        assertThat(generation(now, "a")).isEqualTo(1);
        assertThat(generation(now, "b")).isEqualTo(2);
    }

    @Test
    void objectsGoWithTheirFiles() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), pool("a", 1));
        FileSet files = new FileSet(List.of(folder));
        assertThat(files.read().objects()).hasSize(1);
        Files.delete(file);
        assertThat(files.read().objects()).isEmpty();
        Files.writeString(file, "a: {b: ");
        assertThat(files.read().objects())
                .as("what was deleted does not come back")
                .isEmpty();
    }

    @Test
    void objectsGoWhenTheirFileNoLongerHoldsThem() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), pool("a", 1) + "---\n" + pool("b", 1));
        FileSet files = new FileSet(List.of(folder));
        files.read();
        Files.writeString(file, pool("b", 1));
        assertThat(files.read().objects().keySet()).containsExactly(ref("b"));
    }

    @Test
    void generationGrowsWithChangesOnly() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), pool("a", 1));
        FileSet files = new FileSet(List.of(folder));
        assertThat(generation(files.read(), "a")).isEqualTo(1);
        assertThat(generation(files.read(), "a")).isEqualTo(1);
        Files.writeString(file, "# only a comment\n" + pool("a", 1));
        assertThat(generation(files.read(), "a")).isEqualTo(1);
        Files.writeString(file, pool("a", 2));
        assertThat(generation(files.read(), "a")).isEqualTo(2);
    }

    @Test
    void secondObjectOfOneNameIsRefused() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), pool("x", 1));
        Files.writeString(folder.resolve("b.yaml"), pool("x", 2));
        Content content = new FileSet(List.of(folder)).read();
        assertThat(content.objects()).hasSize(1);
        assertThat(content.complaints())
                .singleElement()
                .asString()
                .contains("b.yaml: Pool/x: is in ")
                .contains("a.yaml already");
    }

    /** A ConfigMap's files are links into a hidden folder, which is replaced by replacing one link. */
    @Test
    void followsTheSwapOfAConfigMap() throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve("..1")).resolve("a.yaml"), pool("a", 1));
        Files.writeString(Files.createDirectory(folder.resolve("..2")).resolve("a.yaml"), pool("a", 2));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data/a.yaml"));
        FileSet files = new FileSet(List.of(folder));
        assertThat(generation(files.read(), "a")).isEqualTo(1);
        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
        Files.move(folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(generation(files.read(), "a")).isEqualTo(2);
    }

    private static long generation(Content content, String pool) {
        return Objects.requireNonNull(content.objects().get(ref(pool)))
                .object()
                .getMetadata()
                .getGeneration();
    }

    private static ObjectRef ref(String pool) {
        return ObjectRef.pool(new ObjectKey("default", pool));
    }

    private static String pool(String name, int weight) {
        return "{apiVersion: steelyard.dev/v1alpha1, kind: Pool, metadata: {name: " + name
                + "}, spec: {members: [{address: 127.0.0.1, port: 80, weight: " + weight + "}]}}\n";
    }
}
