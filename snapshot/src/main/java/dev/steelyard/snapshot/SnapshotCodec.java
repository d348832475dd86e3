package dev.steelyard.snapshot;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The stored form of snapshots and indexes: canonical JSON (equal values give equal bytes), gzipped. Stateless; for all threads.
 */
public final class SnapshotCodec {

    /** The format that this code writes. It reads this one and the one before. */
    public static final int FORMAT_VERSION = 1;

    /** Largest part that {@link #split} makes: a Secret holds 1 MiB, and the rest is for its own fields. */
    public static final int MAX_PART_BYTES = 900 * 1024;

    /** Largest JSON that is read: a bound on what a hostile or corrupt gzip stream can unfold to. */
    public static final int MAX_JSON_BYTES = 64 * 1024 * 1024;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .annotationIntrospector(new Strictness())
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule().addKeyDeserializer(ObjectKey.class, new ObjectKeyDeserializer()))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS))
            .build();

    private SnapshotCodec() {}

    /** An encoded value. */
    public static final class Encoded {

        private final byte[] bytes;
        private final String digest;

        private Encoded(byte[] bytes, String digest) {
            this.bytes = bytes;
            this.digest = digest;
        }

        /** The gzipped JSON; not to be changed. */
        public byte[] bytes() {
            return bytes;
        }

        /** SHA-256 of the JSON before compression, lower-case hex. */
        public String digest() {
            return digest;
        }

        /** The bytes in parts of at most {@link #MAX_PART_BYTES}, in order; at least one. */
        public List<byte[]> split() {
            return SnapshotCodec.split(bytes, MAX_PART_BYTES);
        }
    }

    /** Encodes a snapshot. */
    public static Encoded encode(Snapshot snapshot) {
        return encodeValue(snapshot);
    }

    /** Encodes an index. */
    public static Encoded encode(Index index) {
        return encodeValue(index);
    }

    /**
     * Reads a snapshot.
     *
     * @param bytes as {@link #encode} made them, all parts joined
     * @param digest what the index says of it
     * @throws SnapshotFormatException if it is cut short, corrupt, not what the digest says, or of an unknown format version
     */
    public static Snapshot decodeSnapshot(byte[] bytes, String digest) throws SnapshotFormatException {
        byte[] json = gunzip(bytes);
        String found = sha256(json);
        if (!found.equals(digest)) {
            throw new SnapshotFormatException(
                    "digest mismatch: the index names " + abbreviate(digest) + ", found " + abbreviate(found));
        }
        return read(json, Snapshot.class);
    }

    /**
     * Reads an index.
     *
     * @throws SnapshotFormatException if it is cut short, corrupt or of an unknown format version
     */
    public static Index decodeIndex(byte[] bytes) throws SnapshotFormatException {
        return read(gunzip(bytes), Index.class);
    }

    /** A snapshot as indented JSON for people: the same content, private keys left out. */
    public static String pretty(Snapshot snapshot) {
        JsonNode shown = JSON.valueToTree(snapshot);
        for (JsonNode holder : shown.findParents("privateKey")) {
            ((ObjectNode) holder).put("privateKey", "(hidden)");
        }
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(shown);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Joins the parts of {@link Encoded#split}. */
    public static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts.forEach(out::writeBytes);
        return out.toByteArray();
    }

    static List<byte[]> split(byte[] bytes, int size) {
        List<byte[]> parts = new ArrayList<>();
        for (int start = 0; start == 0 || start < bytes.length; start += size) {
            parts.add(Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + size)));
        }
        return parts;
    }

    private static Encoded encodeValue(Object value) {
        try {
            byte[] json = JSON.writeValueAsBytes(value);
            ByteArrayOutputStream out = new ByteArrayOutputStream(json.length / 4 + 64);
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(json);
            }
            return new Encoded(out.toByteArray(), sha256(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] gunzip(byte[] bytes) throws SnapshotFormatException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            byte[] json = in.readNBytes(MAX_JSON_BYTES + 1);
            if (json.length > MAX_JSON_BYTES) {
                throw new SnapshotFormatException("larger than " + MAX_JSON_BYTES + " bytes when unpacked");
            }
            return json;
        } catch (IOException e) {
            throw new SnapshotFormatException("cut short or corrupt: " + e.getMessage(), e);
        }
    }

    /** Looks at the version first, so that a newer format is told apart from a corrupt file. */
    private static <T> T read(byte[] json, Class<T> type) throws SnapshotFormatException {
        try {
            JsonNode tree = JSON.readTree(json);
            int version = tree.path("formatVersion").asInt();
            if (version > FORMAT_VERSION) {
                throw new SnapshotFormatException("format version " + version + " is newer than this program reads ("
                        + FORMAT_VERSION + "): upgrade the dataplane");
            }
            if (version < 1 || version < FORMAT_VERSION - 1) {
                throw new SnapshotFormatException("format version " + version + " is older than this program reads");
            }
            return JSON.treeToValue(tree, type);
        } catch (IOException e) {
            throw new SnapshotFormatException("not a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String abbreviate(String digest) {
        return digest.substring(0, Math.min(12, digest.length()));
    }

    private static final class ObjectKeyDeserializer extends KeyDeserializer {
        @Override
        public ObjectKey deserializeKey(String key, DeserializationContext context) throws IOException {
            try {
                return ObjectKey.parse(key);
            } catch (IllegalArgumentException e) {
                return (ObjectKey) context.handleWeirdKey(ObjectKey.class, key, "%s", e.getMessage());
            }
        }
    }
}
