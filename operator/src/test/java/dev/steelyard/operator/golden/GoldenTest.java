package dev.steelyard.operator.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each folder of {@code golden/} holds a case: {@code before.yaml} (if it is about what was in force before), {@code in.yaml}, and what they
 * come to in {@code snapshot.json} and {@code status.yaml}. {@code make golden} writes the latter two anew.
 */
class GoldenTest {

    private static final Path CASES = Path.of("src/test/resources/golden");
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");

    static List<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void comesToWhatIsWritten(String name) throws IOException {
        GoldenCase golden = GoldenCase.run(CASES.resolve(name));
        compare(CASES.resolve(name).resolve("snapshot.json"), golden.snapshots());
        compare(CASES.resolve(name).resolve("status.yaml"), golden.status());
    }

    @Test
    void thereAreCases() throws IOException {
        assertThat(cases()).hasSizeGreaterThan(35);
    }

    private static void compare(Path file, String found) throws IOException {
        if (UPDATE) {
            Files.writeString(file, found);
        }
        assertThat(file)
                .as("%s (make golden writes it anew)", file)
                .exists()
                .content()
                .isEqualTo(found);
    }
}
