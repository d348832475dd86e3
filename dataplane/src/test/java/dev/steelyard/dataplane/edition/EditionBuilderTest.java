package dev.steelyard.dataplane.edition;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.Certificates;
import dev.steelyard.dataplane.SnapshotSets;
import dev.steelyard.dataplane.VirtualServices;
import dev.steelyard.dataplane.match.PlainRequest;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.dataplane.tls.TlsContexts;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Route.PathMatch;
import dev.steelyard.snapshot.Route.WeightedPool;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCounted;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EditionBuilderTest {

    private static final InetSocketAddress ENDPOINT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);

    private final TlsContexts contexts = new TlsContexts();
    private final Map<ObjectKey, LivePool> live = new HashMap<>();
    private final EditionBuilder builder = new EditionBuilder(this::pools, contexts, new Meters(), new OpenPorts());
    private Build build = Build.EMPTY;

    @AfterEach
    void nothingIsLeftWhenNothingIsServed() {
        apply(SnapshotSets.of(1_000_000));
        assertThat(contexts.size()).isZero();
        assertThat(live).isEmpty();
    }

    @Test
    void virtualServicesShareASocketByHost() {
        apply(SnapshotSets.of(1, web("a", "a.example.com"), web("b", "*.b.example.com"), web("c")));
        HostTable hosts = http(80).hosts();
        assertThat(owner(hosts, "a.example.com")).isEqualTo("a");
        assertThat(owner(hosts, "x.b.example.com")).isEqualTo("b");
        assertThat(owner(hosts, "x.y.b.example.com")).isEqualTo("b");
        assertThat(owner(hosts, "b.example.com")).isEqualTo("c");
        assertThat(build.rejected()).isEmpty();
    }

    @Test
    void whatDidNotChangeIsTheSameObject() {
        apply(SnapshotSets.of(1, web("a", "a.example.com"), web("b", "b.example.com"), other("c", 81)));
        ListenerPlan.Http before = http(80);
        ListenerPlan.Http untouched = http(81);
        apply(SnapshotSets.of(2, web("a", "a.example.com"), web("b", "b2.example.com"), other("c", 81)));
        assertThat(http(81)).isSameAs(untouched);
        assertThat(http(80)).isNotSameAs(before);
        assertThat(http(80).hosts().find("a.example.com"))
                .isSameAs(before.hosts().find("a.example.com"));
        assertThat(http(80).hosts().find("b.example.com")).isNull();
        assertThat(build.edition().revision()).isEqualTo(2);
    }

    @Test
    void theIncumbentKeepsItsHostAndTheOtherItsLastGoodSnapshot() {
        apply(SnapshotSets.of(1, web("a", "a.example.com"), web("b", "b.example.com")));
        VirtualServices greedy =
                web("a", "a.example.com", "b.example.com", "c.example.com").generation(2);
        apply(SnapshotSets.of(2, greedy, web("b", "b.example.com")));
        assertThat(owner(http(80).hosts(), "b.example.com")).isEqualTo("b");
        assertThat(owner(http(80).hosts(), "a.example.com")).isEqualTo("a");
        assertThat(owner(http(80).hosts(), "c.example.com")).isNull();
        assertThat(build.rejected())
                .containsExactly(new Rejected(
                        new ObjectKey("shop", "a"),
                        SnapshotCodec.encode(greedy.snapshot()).digest(),
                        "listener http-80: host b.example.com on 127.0.0.1:80 is served by shop/b",
                        SnapshotCodec.encode(web("a", "a.example.com").snapshot())
                                .digest()));
    }

    @Test
    void aHostChangesHandsInOneRevision() {
        apply(SnapshotSets.of(1, web("a", "a.example.com"), web("b", "b.example.com")));
        apply(SnapshotSets.of(2, web("a", "b.example.com"), web("b", "a.example.com")));
        assertThat(build.rejected()).isEmpty();
        assertThat(owner(http(80).hosts(), "a.example.com")).isEqualTo("b");
    }

    @Test
    void oneThatFallsBackToItsLastGoodSnapshotKeepsItsOldHostFromOthers() {
        apply(SnapshotSets.of(1, web("a", "a.example.com"), web("b", "b.example.com"), web("c", "c.example.com")));
        // b may not have a's host, so it keeps its own, so c may not have that.
        apply(SnapshotSets.of(2, web("a", "a.example.com"), web("b", "a.example.com"), web("c", "b.example.com")));
        assertThat(build.rejected())
                .extracting(rejected -> rejected.virtualService().name())
                .containsExactly("b", "c");
        for (String name : List.of("a", "b", "c")) {
            assertThat(owner(http(80).hosts(), name + ".example.com")).isEqualTo(name);
        }
    }

    @Test
    void oneThatDiffersInWhatASocketHasOnlyOnceCannotShareIt() {
        ListenerLimits tight = new ListenerLimits(1, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1024, 0);
        apply(SnapshotSets.of(
                1,
                web("a", "a.example.com"),
                VirtualServices.named("limits").limits(tight).http(80).hosts("l.example.com"),
                VirtualServices.named("proxies").trusting("10.0.0.0/8").http(80).hosts("p.example.com"),
                VirtualServices.named("relay").tcp(80, "p").pool("p", ENDPOINT),
                VirtualServices.named("tls")
                        .https(80, Certificates.forNames("t", "t.example.com"))
                        .hosts("t.example.com")));
        assertThat(build.rejected())
                .extracting(rejected -> rejected.virtualService().name())
                .containsExactly("limits", "proxies", "relay", "tls");
        assertThat(build.rejected()).extracting(Rejected::reason).allMatch(reason -> reason.contains("shop/a"));
        assertThat(contexts.size()).isZero();
    }

    @Test
    void aBrokenSnapshotHurtsItselfAlone() {
        apply(SnapshotSets.of(1, web("a", "a.example.com"), web("b", "b.example.com")));
        apply(SnapshotSets.of(
                2,
                web("a", "a2.example.com"),
                web("b", "b.example.com")
                        .route("weightless", PathMatch.ALL, new WeightedPool(new ObjectKey("shop", "p-b"), 0)),
                web("c", "c.example.com").route("/", "missing"),
                VirtualServices.named("d").trusting("10.0.0.0/99").http(80).hosts("d.example.com"),
                VirtualServices.named("e").http(82).https(82, Certificates.forNames("e", "e"))));
        assertThat(build.rejected())
                .extracting(Rejected::reason)
                .containsExactly(
                        "route weightless: the weights of its pools add up to 0, want 1..2147483647",
                        "pool shop/missing is not in the snapshot",
                        "prefix length out of range: 10.0.0.0/99",
                        "listeners http-82 and https-82 are both on 127.0.0.1:82");
        assertThat(build.rejected())
                .extracting(rejected -> rejected.servingDigest().isEmpty())
                .containsExactly(false, true, true, true);
        assertThat(owner(http(80).hosts(), "a2.example.com")).isEqualTo("a");
        assertThat(owner(http(80).hosts(), "b.example.com")).isEqualTo("b");
        assertThat(owner(http(80).hosts(), "c.example.com")).isNull();
        assertThat(contexts.size()).isZero();
    }

    @Test
    void aSnapshotWhosePoolsFailHurtsItselfAlone() {
        apply(SnapshotSets.of(1, web("a", "a.example.com")));
        apply(SnapshotSets.of(
                2, web("a", "a2.example.com"), web("poison", "p.example.com"), web("z", "z.example.com")));
        assertThat(build.rejected()).extracting(Rejected::reason).containsExactly("poisonous pool");
        assertThat(owner(http(80).hosts(), "a2.example.com")).isEqualTo("a");
        assertThat(owner(http(80).hosts(), "z.example.com")).isEqualTo("z");
    }

    @Test
    void whatTheSourceCouldNotReadStaysAsItIs() {
        apply(SnapshotSets.of(1, web("a", "a.example.com"), web("b", "b.example.com")));
        Rejected unreadable = new Rejected(new ObjectKey("shop", "b"), "123", "cut short");
        SnapshotSet set = SnapshotSets.of(2, web("a", "a.example.com"));
        apply(new SnapshotSet(1, 2, set.snapshots(), List.of(unreadable)));
        assertThat(build.rejected())
                .containsExactly(unreadable.serving(web("b", "b.example.com").snapshot()));
        assertThat(owner(http(80).hosts(), "b.example.com")).isEqualTo("b");
    }

    @Test
    void poolsOfBothEditionsAreLiveUntilTheOldOneIsRetired() {
        apply(SnapshotSets.of(1, web("a", "a.example.com")));
        Build next = builder.next(build, SnapshotSets.of(2, web("b", "b.example.com")));
        assertThat(live.keySet()).extracting(ObjectKey::name).containsExactlyInAnyOrder("p-a", "p-b");
        builder.retire(build, next);
        assertThat(live.keySet()).extracting(ObjectKey::name).containsExactly("p-b");
    }

    @Test
    void eachVirtualServiceShowsItsCertificates() {
        Certificate exact = Certificates.forNames("exact", "a.example.com");
        Certificate wild = Certificates.forNames("wild", "*.example.com");
        Certificate other = Certificates.forNames("other", "other.org");
        apply(SnapshotSets.of(
                1,
                web("a", "a.example.com", "b.example.com").https(443, wild, exact),
                web("o", "other.org").https(443, other)));
        TlsPlan tls = requireNonNull(http(443).tls());
        SslContext fallback = tls.contextFor("");
        assertThat(tls.contextFor("b.example.com")).isSameAs(fallback);
        assertThat(tls.contextFor("unknown.net")).isSameAs(fallback);
        assertThat(tls.contextFor("a.example.com")).isNotSameAs(fallback);
        assertThat(tls.contextFor("other.org")).isNotSameAs(fallback).isNotSameAs(tls.contextFor("a.example.com"));
        assertThat(tls.covers("a.example.com", "b.example.com")).isTrue();
        assertThat(tls.covers("a.example.com", "other.org")).isFalse();
        assertThat(tls.covers("", "a.example.com")).isTrue();
    }

    @Test
    void aKeyThatIsNotTheCertificatesIsRefusedAndTheLastGoodServes() {
        Certificate good = Certificates.forNames("good", "a.example.com");
        apply(SnapshotSets.of(1, web("a", "a.example.com").https(443, good)));
        SslContext serving = requireNonNull(http(443).tls()).contextFor("a.example.com");
        Certificate mixed = new Certificate(
                good.name(), good.chain(), Certificates.forNames("x", "x").privateKey());
        apply(SnapshotSets.of(2, web("a", "a.example.com").https(443, mixed)));
        assertThat(build.rejected())
                .extracting(Rejected::reason)
                .containsExactly("certificate shop/good: the private key is not that of the certificate");
        assertThat(requireNonNull(http(443).tls()).contextFor("a.example.com")).isSameAs(serving);
    }

    @Test
    void aThousandCertificatesLaterNoneIsLeft() {
        Certificate one = Certificates.forNames("one", "a.example.com");
        Certificate two = Certificates.forNames("two", "a.example.com");
        Certificate unchanged = Certificates.forNames("unchanged", "b.example.com");
        VirtualServices neighbour = web("b", "b.example.com").https(443, unchanged);
        Set<SslContext> seen = new HashSet<>();
        for (int i = 1; i <= 1000; i++) {
            apply(SnapshotSets.of(i, web("a", "a.example.com").https(443, i % 2 == 0 ? one : two), neighbour));
            seen.add(requireNonNull(http(443).tls()).contextFor("a.example.com"));
            assertThat(contexts.size()).isEqualTo(2);
        }
        apply(SnapshotSets.of(1001));
        assertThat(contexts.size()).isZero();
        assertThat(seen).hasSize(1000).allMatch(context -> ((ReferenceCounted) context).refCnt() == 0);
    }

    @Test
    void oneChangeAmongAThousandVirtualServicesBuildsItsOwnTableAnewAndNoOther() {
        VirtualServices[] services = new VirtualServices[1000];
        for (int i = 0; i < services.length; i++) {
            services[i] = web("s" + i, "s" + i + ".example.com");
        }
        apply(SnapshotSets.of(1, services));
        HostTable before = http(80).hosts();
        long best = Long.MAX_VALUE;
        for (int i = 2; i < 52; i++) {
            services[i] = web("s" + i, "new" + i + ".example.com");
            SnapshotSet set = SnapshotSets.of(i, services);
            long start = System.nanoTime();
            apply(set);
            best = Math.min(best, System.nanoTime() - start);
        }
        System.out.printf("one change among 1,000 virtual services: %.1f ms at best%n", best / 1e6);
        assertThat(build.rejected()).isEmpty();
        HostTable after = http(80).hosts();
        for (int i = 0; i < services.length; i++) {
            String host = "s" + i + ".example.com";
            if (i < 2 || i >= 52) {
                assertThat(after.find(host)).isNotNull().isSameAs(before.find(host));
            } else {
                assertThat(after.find(host)).isNull();
                assertThat(owner(after, "new" + i + ".example.com")).isEqualTo("s" + i);
            }
        }
    }

    private void apply(SnapshotSet set) {
        Build next = builder.next(build, set);
        builder.retire(build, next);
        build = next;
    }

    private Map<ObjectKey, LivePool> pools(Collection<Snapshot> snapshots) {
        Set<ObjectKey> wanted = new HashSet<>();
        for (Snapshot snapshot : snapshots) {
            for (Pool pool : snapshot.pools()) {
                if (pool.key().name().equals("p-poison")) {
                    throw new IllegalArgumentException("poisonous pool");
                }
                wanted.add(pool.key());
                live.computeIfAbsent(pool.key(), key -> new LivePool(key, new LivePool.State(pool, List.of(), 0, 0)));
            }
        }
        live.keySet().retainAll(wanted);
        return live;
    }

    private static VirtualServices web(String name, String... hosts) {
        return other(name, 80).hosts(hosts);
    }

    private static VirtualServices other(String name, int port) {
        return VirtualServices.named(name).http(port).route("/", "p-" + name).pool("p-" + name, ENDPOINT);
    }

    private ListenerPlan.Http http(int port) {
        return (ListenerPlan.Http) requireNonNull(build.edition().listeners().get(new ListenerKey("127.0.0.1", port)));
    }

    private static @Nullable String owner(HostTable hosts, String host) {
        RouteTable routes = hosts.find(host);
        return routes == null
                ? null
                : requireNonNull(routes.find(PlainRequest.of("GET"), "/"))
                        .virtualService()
                        .name();
    }
}
