package dev.steelyard.dataplane.cache;

import dev.steelyard.dataplane.cache.SealedFiles.Found;
import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import dev.steelyard.snapshot.SnapshotFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node last served: snapshots with their private keys, and endpoints. Each file proves itself by a digest; one that is cut short,
 * corrupt or of an unknown format is named in the log and left out, and the others still serve. One thread at a time.
 *
 * <p>Lost files cost no more than they held, so nothing here is an error for the caller: a folder that cannot be read is an empty one.
 */
public final class StateFolder {

    private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);

    /** Where the index is, beside the namespaces. */
    private static final ObjectKey INDEX = new ObjectKey("index", "index");

    private final Path path;
    private final SealedFiles snapshots;
    private final SealedFiles endpoints;
    private final SealedFiles head;
    private final Path mark;

    /**
     * @param path made if absent; in a cluster it lies in memory (tmpfs)
     * @throws IOException if it cannot be made, or is not ours
     */
    public StateFolder(Path path) throws IOException {
        this.path = path;
        new SealedFiles(path);
        this.snapshots = new SealedFiles(path.resolve("snapshots"));
        this.endpoints = new SealedFiles(path.resolve("endpoints"));
        this.head = new SealedFiles(path.resolve("head"));
        this.mark = path.resolve("served");
    }

    /**
     * Whether a process served exactly what is kept here, at most {@code age} ago: what it served last, if it has ended since.
     *
     * @param now by the clock of the file system
     */
    public boolean servedWithin(Duration age, Instant now) {
        try {
            Duration since = Duration.between(Files.getLastModifiedTime(mark).toInstant(), now);
            return !since.isNegative() && since.compareTo(age) <= 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Notes that what is kept is what is served now. */
    void markServed() throws IOException {
        Files.write(mark, new byte[1], StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Notes that something else is served, or soon will be. */
    void unmarkServed() throws IOException {
        Files.deleteIfExists(mark);
    }

    /** The snapshots kept, as one set; those left out are in its {@code rejected}. Of epoch and revision 0 if nothing was kept. */
    public SnapshotSet readSnapshots() {
        SortedMap<ObjectKey, Snapshot> all = new TreeMap<>();
        List<Rejected> rejected = new ArrayList<>();
        for (Found found : read(snapshots)) {
            try {
                Snapshot snapshot =
                        SnapshotCodec.decodeSnapshot(Seal.content(found.bytes()), Seal.digest(found.bytes()));
                if (!snapshot.virtualService().equals(found.key())) {
                    throw new IOException("it is of " + snapshot.virtualService());
                }
                all.put(found.key(), snapshot);
            } catch (IOException | SnapshotFormatException e) {
                skipped("snapshots", found.key(), e);
                rejected.add(
                        new Rejected(found.key(), "", "the copy kept on this node is unusable: " + e.getMessage()));
            }
        }
        Index index = readHead();
        return new SnapshotSet(index.epoch(), index.revision(), all, rejected);
    }

    private Index readHead() {
        for (Found found : read(head)) {
            try {
                return SnapshotCodec.decodeIndex(found.bytes());
            } catch (SnapshotFormatException e) {
                skipped("head", found.key(), e);
            }
        }
        return new Index(SnapshotCodec.FORMAT_VERSION, 0, 0, new TreeMap<>());
    }

    /** The endpoints kept, by Service. */
    public Map<ObjectKey, List<ServiceEndpoint>> readEndpoints() {
        Map<ObjectKey, List<ServiceEndpoint>> all = new TreeMap<>();
        for (Found found : read(endpoints)) {
            try {
                all.put(found.key(), EndpointCodec.decode(found.bytes()));
            } catch (IOException e) {
                skipped("endpoints", found.key(), e);
            }
        }
        return all;
    }

    void writeSnapshot(Snapshot snapshot) throws IOException {
        SnapshotCodec.Encoded encoded = SnapshotCodec.encode(snapshot);
        snapshots.write(snapshot.virtualService(), Seal.put(encoded.digest(), encoded.bytes()));
    }

    void deleteSnapshot(ObjectKey virtualService) throws IOException {
        snapshots.delete(virtualService);
    }

    /** Notes which index the snapshots are of; write it after them. */
    void writeHead(long epoch, long revision) throws IOException {
        Index index = new Index(SnapshotCodec.FORMAT_VERSION, epoch, revision, new TreeMap<>());
        head.write(INDEX, SnapshotCodec.encode(index).bytes());
    }

    void writeEndpoints(ObjectKey service, List<ServiceEndpoint> list) throws IOException {
        endpoints.write(service, EndpointCodec.encode(list));
    }

    void deleteEndpoints(ObjectKey service) throws IOException {
        endpoints.delete(service);
    }

    private List<Found> read(SealedFiles files) {
        try {
            return files.readAll();
        } catch (IOException e) {
            LOG.warn("state folder {} cannot be read, starting without it: {}", path, e.toString());
            return List.of();
        }
    }

    private void skipped(String folder, ObjectKey key, Exception e) {
        LOG.warn("state folder {}: {}/{} is left out: {}", path, folder, key, e.getMessage());
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
