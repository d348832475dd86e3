package dev.steelyard.dataplane.fuzz.configuration;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import dev.steelyard.snapshot.SnapshotCodec.Encoded;
import dev.steelyard.snapshot.SnapshotFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/** Snapshots and indexes: the input is their JSON, and, as it is, what should have been gzipped. What is read is written and read alike. */
public final class Snapshots implements FuzzTarget {

    @Override
    public void feed(byte[] input) throws Exception {
        byte[] packed = gzip(input);
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(input));
        try {
            Snapshot read = SnapshotCodec.decodeSnapshot(packed, digest);
            Encoded written = SnapshotCodec.encode(read);
            Check.equal(SnapshotCodec.decodeSnapshot(written.bytes(), written.digest()), read, "read again");
        } catch (SnapshotFormatException refused) {
            Check.holds(refused.getMessage() != null, "no reason");
        }
        try {
            Index read = SnapshotCodec.decodeIndex(packed);
            Check.equal(SnapshotCodec.decodeIndex(SnapshotCodec.encode(read).bytes()), read, "read again");
        } catch (SnapshotFormatException refused) {
            Check.holds(refused.getMessage() != null, "no reason");
        }
        try {
            SnapshotCodec.decodeIndex(input);
        } catch (SnapshotFormatException refused) {
            Check.holds(refused.getMessage() != null, "no reason");
        }
    }

    private static byte[] gzip(byte[] json) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(json);
        }
        return out.toByteArray();
    }
}
