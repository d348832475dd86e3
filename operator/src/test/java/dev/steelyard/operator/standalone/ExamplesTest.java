package dev.steelyard.operator.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.operator.standalone.Loader.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example is right as it stands; the end-to-end tests apply them to a cluster. */
class ExamplesTest {

    private static final String STANDALONE = "quickstart";

    static List<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("../examples"))) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void isRight(Path folder) {
        Settings settings = folder.endsWith(STANDALONE)
                ? Settings.standalone(9090, Settings.VirtualAddresses.IGNORED)
                : Settings.cluster();
        InstantSource clock = InstantSource.fixed(Instant.parse("2027-01-01T00:00:00Z"));
        Loaded loaded = new Loader(new FileSet(List.of(folder)), settings, clock).load();
        assertThat(loaded.complaints())
                .allMatch(one -> one.message().startsWith("has no endpoints: without a cluster"));
        assertThat(loaded.snapshots()).isNotEmpty();
    }
}
