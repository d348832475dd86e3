package dev.steelyard.e2e.program;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A folder of manifests, written as users write them. */
public record ServedFolder(Path path) {

    /** A new, empty folder. */
    public static ServedFolder create(String name) {
        return new ServedFolder(SourceTree.newFolder(name));
    }

    /** The path of a file, as messages name it. */
    public String file(String name) {
        return path.resolve(name).toString();
    }

    /** Writes a file in place, as {@code cat} does: for a moment it is empty. */
    public void write(String name, String... manifests) {
        try {
            Files.writeString(path.resolve(name), String.join("", manifests));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a new file in the place of an old one, as editors do. */
    public void replace(String name, String... manifests) {
        String next = "." + name + ".next";
        write(next, manifests);
        try {
            Files.move(path.resolve(next), path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A Pool of fixed addresses. */
    public static String pool(String name, EchoServer... backends) {
        String members = Stream.of(backends)
                .map(backend -> "{address: " + backend.host() + ", port: " + backend.port() + "}")
                .collect(Collectors.joining(", "));
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: %s}
                spec: {members: [%s]}
                ---
                """.formatted(name, members);
    }
}
