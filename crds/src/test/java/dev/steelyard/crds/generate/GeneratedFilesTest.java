package dev.steelyard.crds.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** With {@code -Dsteelyard.generate=true} the files are written anew first. */
class GeneratedFilesTest {

    private static final Path ROOT = Path.of(System.getProperty("basedir", "."))
            .toAbsolutePath()
            .resolve("..")
            .normalize();

    @TestFactory
    Stream<DynamicTest> areFresh() {
        return GeneratedFiles.all().entrySet().stream()
                .map(file -> DynamicTest.dynamicTest(file.getKey().toString(), () -> isFresh(file)));
    }

    private static void isFresh(Map.Entry<Path, String> file) throws IOException {
        Path path = ROOT.resolve(file.getKey());
        if (Boolean.getBoolean("steelyard.generate")) {
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        assertThat(path).as("missing: run make crds").exists();
        assertThat(Files.readString(path)).as("stale: run make crds").isEqualTo(file.getValue());
    }
}
