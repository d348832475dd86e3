package dev.steelyard.operator.standalone;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when files may have changed. It watches the folders that they are in, because editors and ConfigMaps replace files rather than write
 * them, and looks at the files themselves once a second, for file systems that tell nothing and links that lead elsewhere. Changes that come
 * close together are told once, when there is quiet, or at the latest after {@link #LONGEST_WAIT}.
 */
final class FileWatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileWatcher.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration QUIET = Duration.ofMillis(50);
    private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

    private final Supplier<SortedSet<Path>> files;
    private final Runnable changed;
    private final WatchService service;
    private final Set<Path> watched = new HashSet<>();
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Begins to watch.
     *
     * @param roots what the user named: files and folders
     * @param files those that are there now
     * @param changed called on a thread of the watcher's
     */
    FileWatcher(Collection<Path> roots, Supplier<SortedSet<Path>> files, Runnable changed) throws IOException {
        this.files = files;
        this.changed = changed;
        this.service = FileSystems.getDefault().newWatchService();
        for (Path root : roots) {
            watch(
                    Files.isDirectory(root)
                            ? root
                            : root.toAbsolutePath().resolveSibling(".").normalize());
        }
        this.thread = Thread.ofPlatform().name("file-watcher").daemon().unstarted(this::run);
        thread.start();
    }

    private void watch(Path folder) throws IOException {
        if (watched.add(folder)) {
            folder.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_DELETE,
                    StandardWatchEventKinds.ENTRY_MODIFY);
        }
    }

    private void run() {
        SortedMap<Path, List<Object>> seen = new TreeMap<>();
        boolean looked = false;
        while (!closed) {
            try {
                if (!looked) {
                    seen = look();
                    looked = true;
                }
                boolean told = take(POLL, seen.keySet());
                if (told || !look().equals(seen)) {
                    awaitQuiet();
                    seen = look();
                    changed.run();
                }
            } catch (InterruptedException | ClosedWatchServiceException e) {
                return; // closed
            } catch (RuntimeException e) {
                LOG.error("cannot follow the files, trying again", e);
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitQuiet() throws InterruptedException {
        long waits = LONGEST_WAIT.dividedBy(QUIET);
        while (waits > 0 && take(QUIET, files.get())) {
            waits--;
        }
    }

    /** Whether anything was told within {@code limit} that concerns one of these files: other files may share their folder. */
    private boolean take(Duration limit, Set<Path> concerned) throws InterruptedException {
        WatchKey key = service.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (key == null) {
            return false;
        }
        boolean told = false;
        for (WatchEvent<?> event : key.pollEvents()) {
            told |= StandardWatchEventKinds.OVERFLOW.equals(event.kind())
                    || concerned.stream().anyMatch(file -> file.getFileName().equals(event.context()));
        }
        key.reset();
        return told;
    }

    /** What tells one state of a file from another without reading it. */
    private SortedMap<Path, List<Object>> look() {
        SortedMap<Path, List<Object>> look = new TreeMap<>();
        for (Path file : files.get()) {
            try {
                Path real = file.toRealPath();
                BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
                look.put(file, List.of(real, attributes.size(), attributes.lastModifiedTime()));
            } catch (IOException e) {
                LOG.debug("cannot look at {}", file, e);
            }
        }
        return look;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        thread.interrupt();
        service.close();
    }
}
