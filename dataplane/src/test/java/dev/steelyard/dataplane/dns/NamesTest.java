package dev.steelyard.dataplane.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.dns.AddressLookup.Answer;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Absent;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Failed;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Found;
import dev.steelyard.dataplane.dns.AddressLookup.Family;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class NamesTest {

    private static final String HOST = "origin.example.com";

    private final Map<Family, Consumer<Answer>> asked = new EnumMap<>(Family.class);
    private final List<Scheduled> scheduled = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    private Instant now = Instant.EPOCH;

    private record Scheduled(Duration delay, Runnable task, CompletableFuture<?> handle) {}

    private final Names names = names();

    private Names names() {
        InstantSource clock = () -> now;
        Names made = new Names(
                (host, family, answer) -> asked.put(family, answer),
                EnumSet.allOf(Family.class),
                Runnable::run,
                (delay, task) -> {
                    Scheduled next = new Scheduled(delay, task, new CompletableFuture<>());
                    scheduled.add(next);
                    return next.handle();
                },
                clock,
                new SplittableRandom(1));
        made.onChange(changes::add);
        return made;
    }

    @Test
    void theAddressesOfBothFamiliesInAFixedOrder() {
        names.follow(Set.of(HOST));
        assertThat(names.resolution(HOST)).isEqualTo(Resolution.PENDING);

        answer(Family.IPV6, found(60, "2001:db8::1"));
        answer(Family.IPV4, found(60, "192.0.2.200", "192.0.2.1", "192.0.2.1"));

        assertThat(resolved()).containsExactly("192.0.2.1", "192.0.2.200", "2001:db8:0:0:0:0:0:1");
        assertThat(changes).containsExactly(HOST, HOST);
    }

    @Test
    void anAnswerInAnotherOrderIsNoChange() {
        names.follow(Set.of(HOST));
        answer(Family.IPV4, found(60, "192.0.2.1", "192.0.2.2"));
        runOut();
        answer(Family.IPV4, found(60, "192.0.2.2", "192.0.2.1"));

        assertThat(changes).hasSize(1);
    }

    @Test
    void askedAgainBeforeTheTtlIsOverWithinBounds() {
        names.follow(Set.of(HOST));
        answer(Family.IPV4, found(60, "192.0.2.1"));
        assertThat(delay()).isBetween(Duration.ofSeconds(54), Duration.ofSeconds(60));
        runOut();
        answer(Family.IPV4, found(0, "192.0.2.1"));
        assertThat(delay()).isBetween(Duration.ofMillis(900), Duration.ofSeconds(1));
        runOut();
        answer(Family.IPV4, found(86_400, "192.0.2.1"));
        assertThat(delay()).isBetween(Duration.ofSeconds(270), Duration.ofSeconds(300));
    }

    @Test
    void noAnswerKeepsTheAddressesAndIsReported() {
        names.follow(Set.of(HOST));
        answer(Family.IPV6, new Absent());
        answer(Family.IPV4, found(60, "192.0.2.1"));
        assertThat(names.resolution(HOST).problem()).isEmpty();

        for (int i = 0; i < 20; i++) {
            now = now.plusSeconds(600);
            runOut();
            answer(Family.IPV4, new Failed("the DNS server does not answer"));
            assertThat(delay()).isBetween(Duration.ofMillis(900), Duration.ofSeconds(30));
        }

        assertThat(delay()).isGreaterThan(Duration.ofSeconds(26));
        assertThat(resolved()).containsExactly("192.0.2.1");
        assertThat(names.resolution(HOST).problem())
                .isEqualTo("does not resolve (the DNS server does not answer), its last addresses are kept");

        runOut();
        answer(Family.IPV4, found(60, "192.0.2.2"));
        assertThat(names.resolution(HOST).problem()).isEmpty();
        assertThat(resolved()).containsExactly("192.0.2.2");
    }

    @Test
    void aNameThatIsGoneKeepsItsAddressesForAWhile() {
        names.follow(Set.of(HOST));
        answer(Family.IPV6, new Absent());
        answer(Family.IPV4, found(60, "192.0.2.1"));
        runOut();
        answer(Family.IPV4, new Absent());
        assertThat(resolved()).containsExactly("192.0.2.1");

        now = now.plusSeconds(30);
        runOut();
        answer(Family.IPV4, new Absent());

        assertThat(resolved()).isEmpty();
        assertThat(names.resolution(HOST).problem())
                .isEqualTo("does not resolve: no such name, or it has no addresses");
    }

    @Test
    void aNameThatNeverResolvedIsReportedOnceBothFamiliesAreKnown() {
        names.follow(Set.of(HOST));
        answer(Family.IPV4, new Absent());
        assertThat(names.resolution(HOST).problem()).isEmpty();
        answer(Family.IPV6, new Failed("the DNS server answers ServFail(2)"));

        assertThat(names.resolution(HOST).problem()).isEqualTo("does not resolve: the DNS server answers ServFail(2)");
    }

    @Test
    void oneFamilyWithoutAnswerIsNoProblemWhereTheOtherHasAddresses() {
        names.follow(Set.of(HOST));
        answer(Family.IPV4, found(60, "192.0.2.1"));
        answer(Family.IPV6, new Failed("the DNS server does not answer"));

        assertThat(names.resolution(HOST).problem()).isEmpty();
    }

    @Test
    void aNameNoLongerFollowedIsForgotten() {
        names.follow(Set.of(HOST));
        Consumer<Answer> late = Objects.requireNonNull(asked.get(Family.IPV6));
        answer(Family.IPV4, found(60, "192.0.2.1"));

        names.follow(Set.of());
        late.accept(found(60, "2001:db8::1"));

        assertThat(names.resolution(HOST)).isEqualTo(Resolution.PENDING);
        assertThat(scheduled)
                .hasSize(1)
                .allSatisfy(timer -> assertThat(timer.handle()).isCancelled());
    }

    private static Answer found(int ttl, String... addresses) {
        List<InetAddress> parsed = new ArrayList<>();
        for (String address : addresses) {
            parsed.add(InetAddress.ofLiteral(address));
        }
        return new Found(parsed, Duration.ofSeconds(ttl));
    }

    private void answer(Family family, Answer answer) {
        Objects.requireNonNull(asked.remove(family), "not asked").accept(answer);
    }

    private List<String> resolved() {
        return names.resolution(HOST).addresses().stream()
                .map(InetAddress::getHostAddress)
                .toList();
    }

    private Duration delay() {
        return scheduled.getLast().delay();
    }

    private void runOut() {
        scheduled.getLast().task().run();
    }
}
