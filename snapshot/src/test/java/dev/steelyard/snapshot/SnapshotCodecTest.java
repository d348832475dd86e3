package dev.steelyard.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class SnapshotCodecTest {

    private static final ObjectKey WEB = new ObjectKey("shop", "web");

    static Snapshot example(int formatVersion) {
        Pool pool = new Pool(
                WEB,
                new Pool.Revision(Instant.parse("2026-01-02T03:04:05Z"), 3),
                Pool.PoolProtocol.HTTP1,
                Pool.Algorithm.WEIGHTED_ROUND_ROBIN,
                List.of(
                        new Member.OfService(WEB, "http", 1),
                        new Member.OfAddress("198.51.100.7", 8080, 3),
                        new Member.OfHost("origin.example.com", 443, 1, List.of("127.0.0.0/8"))),
                Optional.of(new HealthCheck(
                        new HealthCheck.Http(
                                "GET", "/healthz", "", new TreeMap<>(), List.of(new HealthCheck.StatusRange(200, 399))),
                        0,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1),
                        2,
                        3)),
                Pool.Connections.DEFAULT,
                Optional.empty(),
                Optional.of(new UpstreamTls(
                        "authorities",
                        Optional.of(new Certificate("shop/client", "chain", "very secret")),
                        "origin.example.com",
                        true)));
        Listener secure = new Listener(
                "secure",
                List.of(),
                443,
                Protocol.HTTPS,
                ListenerLimits.DEFAULT,
                List.of("10.0.0.0/8"),
                Optional.of(new ListenerTls(List.of("shop/tls"), ListenerTls.TlsVersion.TLS_1_2)),
                Optional.empty());
        return new Snapshot(
                formatVersion,
                WEB,
                7,
                List.of(secure),
                List.of("shop.example.com"),
                List.of(new Route(
                        "default",
                        Route.PathMatch.ALL,
                        List.of(),
                        List.of(new Route.WeightedPool(WEB, 1)),
                        Route.Timeouts.DEFAULT)),
                List.of(pool),
                List.of(new Certificate("shop/tls", "chain", "very secret")));
    }

    @Test
    void readsWhatItWrote() throws Exception {
        Snapshot snapshot = example(1);
        SnapshotCodec.Encoded encoded = SnapshotCodec.encode(snapshot);
        assertThat(SnapshotCodec.decodeSnapshot(SnapshotCodec.join(encoded.split()), encoded.digest()))
                .isEqualTo(snapshot);
        SortedMap<ObjectKey, Index.Entry> entries = new TreeMap<>();
        entries.put(WEB, new Index.Entry(encoded.digest(), List.of("a", "b")));
        Index index = new Index(1, 4, 99, entries);
        assertThat(SnapshotCodec.decodeIndex(SnapshotCodec.encode(index).bytes()))
                .isEqualTo(index);
    }

    @Test
    void keepsConditionsAnswersAndFilters() throws Exception {
        Snapshot plain = example(1);
        Optional<Filters> filters = Optional.of(new Filters(
                Optional.of(new Filters.Access(List.of("10.0.0.0/8"), List.of())),
                Optional.of(new Filters.Cors(List.of("*"), List.of("GET"), List.of(), List.of(), false, 5)),
                Optional.of(new Filters.Rewrite(
                        Optional.of("a"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new Filters.Substitution("a", "")))),
                Optional.of(new Filters.HeaderChanges(List.of("x"), List.of(new Filters.Field("Y", "")), List.of())),
                Optional.empty(),
                Optional.of(new Filters.Mirror(WEB, 5))));
        Conditions conditions = new Conditions(
                List.of(new Conditions.ValueMatch(Conditions.ValueMatch.Type.PRESENT, "x", "")),
                List.of(),
                List.of(),
                List.of("image/*"),
                List.of(),
                List.of());
        Answer redirect =
                new Answer.Redirect(301, Optional.of("https"), Optional.empty(), Optional.of(8443), Optional.empty());
        List<Route> routes = List.of(
                new Route(
                        "a",
                        new Route.PathMatch(Route.PathMatch.Type.REGEX, "/.*"),
                        List.of(),
                        List.of(),
                        Route.Timeouts.DEFAULT,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(conditions),
                        Optional.of(redirect),
                        filters),
                new Route(
                        "b",
                        Route.PathMatch.ALL,
                        List.of(),
                        List.of(),
                        Route.Timeouts.DEFAULT,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new Answer.Fixed(200, "text/plain", "ok")),
                        Optional.empty()));
        Snapshot snapshot =
                new Snapshot(1, WEB, 7, plain.listeners(), plain.hosts(), routes, plain.pools(), plain.certificates());
        SnapshotCodec.Encoded encoded = SnapshotCodec.encode(snapshot);
        assertThat(SnapshotCodec.decodeSnapshot(encoded.bytes(), encoded.digest()))
                .isEqualTo(snapshot);
    }

    @Test
    void equalValuesGiveEqualBytes() {
        assertThat(SnapshotCodec.encode(example(1)).bytes())
                .isEqualTo(SnapshotCodec.encode(example(1)).bytes());
    }

    @Test
    void refusesWhatIsCutShortOrChanged() {
        SnapshotCodec.Encoded encoded = SnapshotCodec.encode(example(1));
        byte[] bytes = encoded.bytes();
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            assertThatThrownBy(() -> SnapshotCodec.decodeSnapshot(cut, encoded.digest()))
                    .isInstanceOf(SnapshotFormatException.class);
        }
        SnapshotCodec.Encoded other =
                SnapshotCodec.encode(new Snapshot(1, WEB, 8, List.of(), List.of(), List.of(), List.of(), List.of()));
        assertThatThrownBy(() -> SnapshotCodec.decodeSnapshot(other.bytes(), encoded.digest()))
                .isInstanceOf(SnapshotFormatException.class)
                .hasMessageContaining("digest mismatch");
    }

    @Test
    void tellsANewerFormatApart() {
        SnapshotCodec.Encoded newer = SnapshotCodec.encode(example(SnapshotCodec.FORMAT_VERSION + 1));
        assertThatThrownBy(() -> SnapshotCodec.decodeSnapshot(newer.bytes(), newer.digest()))
                .isInstanceOf(SnapshotFormatException.class)
                .hasMessageContaining("newer than this program reads");
    }

    @Test
    void showsNoPrivateKey() {
        Snapshot snapshot = example(1);
        assertThat(SnapshotCodec.pretty(snapshot)).contains("shop/tls").doesNotContain("very secret");
        assertThat(snapshot.toString()).doesNotContain("very secret");
    }

    @Test
    void splitsLargeValues() {
        byte[] bytes = new byte[2500];
        new Random(2).nextBytes(bytes);
        List<byte[]> parts = SnapshotCodec.split(bytes, 1000);
        assertThat(parts).extracting(part -> part.length).containsExactly(1000, 1000, 500);
        assertThat(SnapshotCodec.join(parts)).isEqualTo(bytes);
    }

    @Test
    void doesNotWriteWhatAnEarlierReleaseDoesNotKnowWhileItIsNotUsed() throws Exception {
        String json = json(example(1));
        assertThat(json).doesNotContain("roxyProtocol");
        assertThat(decode(json)).isEqualTo(example(1));
        Snapshot read = decode(json.replace("\"listeners\":[{", "\"listeners\":[{\"proxyProtocol\":true,"));
        assertThat(read.listeners().getFirst().proxyProtocol()).isTrue();
        assertThat(decode(json(read))).isEqualTo(read);
    }

    @Test
    void refusesWhatIsMissingOrNull() {
        String json = json(example(1));
        assertThatThrownBy(() -> decode(json.replace("\"algorithm\":\"WEIGHTED_ROUND_ROBIN\",", "")))
                .isInstanceOf(SnapshotFormatException.class)
                .hasMessageContaining("algorithm");
        assertThatThrownBy(() -> decode(json.replace("\"algorithm\":\"WEIGHTED_ROUND_ROBIN\"", "\"algorithm\":null")))
                .isInstanceOf(SnapshotFormatException.class)
                .hasMessageContaining("algorithm");
    }

    private static String json(Snapshot snapshot) {
        try (GZIPInputStream in = new GZIPInputStream(
                new ByteArrayInputStream(SnapshotCodec.encode(snapshot).bytes()))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Snapshot decode(String json) throws Exception {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(bytes);
        }
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        return SnapshotCodec.decodeSnapshot(zipped.toByteArray(), digest);
    }
}
