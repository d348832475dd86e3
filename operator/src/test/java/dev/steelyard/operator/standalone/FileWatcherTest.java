package dev.steelyard.operator.standalone;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatcherTest {

    @TempDir
    Path folder;

    private volatile boolean broken;

    @Test
    void goesOnAfterFilesThatCouldNotBeListed() throws IOException {
        Path file = folder.resolve("shop.yaml");
        Files.writeString(file, "a");
        AtomicInteger looks = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        try (var _ = new FileWatcher(List.of(folder), () -> files(file, looks), told::incrementAndGet)) {
            await().until(() -> looks.get() > 0);
            broken = true;
            int before = looks.get();
            Files.writeString(file, "ab");
            await().until(() -> looks.get() > before);
            broken = false;
            Files.writeString(file, "abc");
            await().until(() -> told.get() > 0);
        }
    }

    private SortedSet<Path> files(Path file, AtomicInteger looks) {
        looks.incrementAndGet();
        if (broken) {
            throw new DirectoryIteratorException(new IOException("stale"));
        }
        return new TreeSet<>(List.of(file));
    }
}
