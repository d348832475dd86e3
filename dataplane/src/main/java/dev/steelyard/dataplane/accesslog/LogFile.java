package dev.steelyard.dataplane.accesslog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file that is appended to. Once another file, or none, has its name, it goes on in the one of that name: so it can be rotated by renaming it,
 * without a signal. What is written between the renaming and the next look, up to a second, is in the renamed one.
 */
final class LogFile implements LogOutput {

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path path;
    private @Nullable FileChannel channel;
    private @Nullable Object key;
    private long lookedAt;

    LogFile(Path path) {
        this.path = path;
    }

    @Override
    public void write(ByteBuffer octets) throws IOException {
        FileChannel open = channel;
        LogOutput.writeAll(open == null ? open() : open, octets);
    }

    private FileChannel open() throws IOException {
        FileChannel opened = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        channel = opened;
        key = keyOf(path);
        lookedAt = System.nanoTime();
        return opened;
    }

    @Override
    public void betweenLines() throws IOException {
        if (channel == null || System.nanoTime() - lookedAt < LOOK_NANOS) {
            return;
        }
        lookedAt = System.nanoTime();
        Object found = keyOf(path);
        if (found == null || !found.equals(key)) {
            close();
        }
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }
}
