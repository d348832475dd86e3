package dev.steelyard.e2e.real;

import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The images that the nodes get, since they can fetch none. */
final class Images {
    /** The machine's own network, which {@code e2e/network/bin/java} leaves open to this process. */
    private static final Path OUTSIDE =
            Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/9");

    private Images() {}

    /** What {@code make images} makes, made anew if what it is made of is newer. */
    static Path steelyard() throws IOException {
        Path image = SourceTree.resolve("build/images/steelyard.tar");
        if (Files.notExists(image) || isOlder(image, "operator/target/lib", "operator/target", "bin", "images")) {
            outside(SourceTree.resolve("images/build").toString()).requireSuccess();
        }
        return image;
    }

    /** nginx under the name that the examples give it. */
    static Path nginx(Path cluster) {
        Path image = SourceTree.newFolder("nginx-image").resolve("nginx.tar");
        Commands.run(
                        SourceTree.resolve("e2e/kube/nginx-image").toString(),
                        cluster.resolveSibling("mkimage").toString(),
                        image.toString(),
                        "docker.io/library/nginx:1.29-alpine")
                .requireSuccess();
        return image;
    }

    private static boolean isOlder(Path image, String... folders) throws IOException {
        var made = Files.getLastModifiedTime(image);
        for (String folder : folders) {
            try (Stream<Path> files = Files.list(SourceTree.resolve(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    boolean counts =
                            !folder.equals("operator/target") || file.toString().endsWith(".jar");
                    if (counts && Files.getLastModifiedTime(file).compareTo(made) > 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static CommandResult outside(String... command) {
        List<String> words = new ArrayList<>();
        if (Files.exists(OUTSIDE)) {
            words.addAll(List.of("nsenter", "--net=" + OUTSIDE));
        }
        words.addAll(List.of(command));
        return Commands.run(words, Map.of(), "", Duration.ofMinutes(15));
    }
}
