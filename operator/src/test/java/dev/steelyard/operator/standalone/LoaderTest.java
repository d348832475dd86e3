package dev.steelyard.operator.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.operator.compile.Compiler;
import dev.steelyard.operator.compile.SnapshotCompiler;
import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.operator.resolve.Settings.VirtualAddresses;
import dev.steelyard.snapshot.ObjectKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderTest {

    private static final ObjectKey SHOP = new ObjectKey("default", "shop");

    @TempDir
    Path folder;

    /** Its fault is that it cannot compile port 81. */
    private final Compiler faulty = new Compiler(model -> {
        if (model.declared().spec().listeners().getFirst().port() == 81) {
            throw new IllegalStateException("81");
        }
        return SnapshotCompiler.compile(model);
    });

    @Test
    void whatCannotBeCompiledIsComplainedOfAndStaysAsItIsServed() throws IOException {
        Loader loader = loader();
        write(80);
        assertThat(loader.load().complaints()).isEmpty();

        write(81);
        Loader.Loaded loaded = loader.load();

        assertThat(loaded.hasErrors()).isTrue();
        assertThat(loaded.complaints()).singleElement().asString().contains("shop: spec: a fault");
        assertThat(port(loaded)).isEqualTo(80);

        assertThat(loader.load().snapshots()).containsKey(SHOP);
        write(82);
        assertThat(port(loader.load())).isEqualTo(82);
    }

    @Test
    void whatNeverCouldBeCompiledIsNotServed() throws IOException {
        write(81);
        assertThat(loader().load().snapshots()).isEmpty();
    }

    private static int port(Loader.Loaded loaded) {
        return Objects.requireNonNull(loaded.snapshots().get(SHOP))
                .listeners()
                .getFirst()
                .port();
    }

    private Loader loader() {
        return new Loader(
                new FileSet(List.of(folder)),
                Settings.standalone(0, VirtualAddresses.IGNORED),
                InstantSource.system(),
                faulty);
    }

    private void write(int port) throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: shop}
                spec: {listeners: [{name: web, port: %d, protocol: HTTP}], pool: web}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: web}
                spec: {members: [{address: 127.0.0.1, port: 8080}]}
                """.formatted(port));
    }
}
