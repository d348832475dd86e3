package dev.steelyard.dataplane.cache;

import dev.steelyard.snapshot.ObjectKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * A folder of small files, one per object, at {@code namespace/name}: 0700 and 0600, since there are private keys in them. A file is
 * replaced whole (written aside, synced, renamed), so that a crash leaves the old one or the new one. One thread at a time.
 */
final class SealedFiles {

    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> FOLDER_MODE = PosixFilePermissions.asFileAttribute(FOLDER);
    private static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** How the names of files begin that are being written: no legal object name does. */
    private static final String TEMPORARY = "~";

    /** One that is being written no longer: its process has ended. Another one that uses this folder writes faster. */
    private static final Duration ABANDONED = Duration.ofMinutes(1);

    private final Path folder;

    /**
     * Makes the folder if it is not there, and closes it to others if it is.
     *
     * @throws IOException if that is not possible
     */
    SealedFiles(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder, FOLDER_MODE);
        Files.setPosixFilePermissions(folder, FOLDER);
    }

    /** One file found. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Found(ObjectKey key, byte[] bytes) {}

    /** All files; those left half-written by a crash are removed, those that cannot be read come without bytes. */
    List<Found> readAll() throws IOException {
        List<Found> all = new ArrayList<>();
        for (Path namespace : children(folder)) {
            for (Path file : Files.isDirectory(namespace) ? children(namespace) : List.<Path>of()) {
                if (isTemporary(file)) {
                    deleteIfAbandoned(file);
                } else {
                    all.add(new Found(
                            new ObjectKey(
                                    namespace.getFileName().toString(),
                                    file.getFileName().toString()),
                            read(file)));
                }
            }
        }
        return all;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /** Writes or replaces a file. */
    void write(ObjectKey key, byte[] bytes) throws IOException {
        Path file = path(key);
        Path parent = parent(file);
        Files.createDirectories(parent, FOLDER_MODE);
        // Not made of the object's name, which may be as long as file systems allow; and not one for all, since the
        // next
        // process begins to write before this one has ended.
        Path temporary = parent.resolve(
                TEMPORARY + Long.toHexString(ThreadLocalRandom.current().nextLong()));
        try (FileChannel channel = FileChannel.open(
                temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE_MODE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        sync(parent);
    }

    /** Removes a file, if it is there. */
    void delete(ObjectKey key) throws IOException {
        Path file = path(key);
        try {
            Files.delete(file);
        } catch (NoSuchFileException e) {
            return;
        }
        sync(parent(file));
    }

    private static boolean isTemporary(Path file) {
        return file.getFileName().toString().startsWith(TEMPORARY);
    }

    private static void deleteIfAbandoned(Path file) throws IOException {
        try {
            Instant written = Files.getLastModifiedTime(file).toInstant();
            if (written.isBefore(Instant.now().minus(ABANDONED))) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // It has just got its name.
        }
    }

    private Path path(ObjectKey key) {
        return folder.resolve(plain(key.namespace())).resolve(plain(key.name()));
    }

    /** Object names hold no slash; a dot or two alone would still lead out of the folder. */
    private static String plain(String part) {
        if (part.equals(".") || part.equals("..") || part.indexOf('/') >= 0 || part.startsWith(TEMPORARY)) {
            throw new IllegalArgumentException("not the name of an object: " + part);
        }
        return part;
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalStateException(file + " has no folder");
        }
        return parent;
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Makes a rename or removal last through a power cut. */
    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
