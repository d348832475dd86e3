package dev.steelyard.dataplane.accesslog;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/** Where lines go. For the writer's thread alone. */
public interface LogOutput extends AutoCloseable {

    /**
     * Writes all of {@code octets}; may block.
     *
     * @throws IOException if some of it could not be written; it is lost then
     */
    void write(ByteBuffer octets) throws IOException;

    /** Called between lines, at times: the moment to go on elsewhere. */
    default void betweenLines() throws IOException {}

    @Override
    default void close() throws IOException {}

    /** This process's standard output. */
    static LogOutput standardOutput() {
        // Not System.out, whose lock others hold while they write.
        @SuppressWarnings("resource") // stays open: it is not ours
        FileChannel channel = new FileOutputStream(FileDescriptor.out).getChannel();
        return octets -> writeAll(channel, octets);
    }

    /** A file if one is named, else {@link #standardOutput}. */
    static LogOutput to(Optional<Path> file) {
        return file.<LogOutput>map(LogFile::new).orElseGet(LogOutput::standardOutput);
    }

    static void writeAll(FileChannel channel, ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            channel.write(octets);
        }
    }
}
