package dev.steelyard.e2e.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The READMEs of the examples are followed word by word, with real traffic to backends in the place of their pods: by the classes beside this one. */
class ExampleReadmesIT {
    private static final Pattern FOLLOWED = Pattern.compile("new Walkthrough\\(\"([a-z0-9-]+)\"");

    @Test
    void everyReadmeIsFollowed() throws IOException {
        TreeSet<String> followed = new TreeSet<>();
        try (Stream<Path> classes = Files.list(SourceTree.resolve("e2e/src/test/java/dev/steelyard/e2e/documents"))) {
            for (Path each : classes.toList()) {
                FOLLOWED.matcher(Files.readString(each)).results().forEach(found -> followed.add(found.group(1)));
            }
        }
        try (Stream<Path> folders = Files.list(SourceTree.resolve("examples"))) {
            assertThat(folders.filter(folder -> Files.exists(folder.resolve("README.md")))
                            .map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(followed);
        }
    }
}
