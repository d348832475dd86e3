package dev.steelyard.dataplane.dns;

import dev.steelyard.dataplane.dns.AddressLookup.Answer;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Failed;
import dev.steelyard.dataplane.dns.AddressLookup.Family;
import dev.steelyard.dataplane.transport.EventLoops;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The DNS names that are followed, each asked for again as its answers run out. Control thread only. */
public final class Names implements AutoCloseable {

    private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(2);
    private static final double JITTER = 0.1;

    private final AddressLookup lookup;
    private final Set<Family> families;
    private final Executor control;
    private final Timer timer;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<String, Name> names = new HashMap<>();
    private Consumer<String> onChange = host -> {};

    /** Runs a task on the control thread after a time. */
    @FunctionalInterface
    public interface Timer {

        Future<?> after(Duration delay, Runnable task);
    }

    /**
     * @param families kinds of addresses to ask for
     * @param control the thread that alone uses this
     * @param clock tells for how long a name has had no addresses
     * @param random spreads queries
     */
    public Names(
            AddressLookup lookup,
            Set<Family> families,
            Executor control,
            Timer timer,
            InstantSource clock,
            RandomGenerator random) {
        this.lookup = lookup;
        this.families = Set.copyOf(families);
        this.control = control;
        this.timer = timer;
        this.clock = clock;
        this.random = random;
    }

    /**
     * Names as this machine resolves them: by its hosts file, then by the servers and search domains of its {@code resolv.conf}; IPv6
     * addresses where it has any itself.
     *
     * @param control the thread that alone uses the result
     * @param random spreads queries; used on that thread
     */
    public static Names on(EventLoops loops, ScheduledExecutorService control, RandomGenerator random) {
        DnsLookup lookup = new DnsLookup(
                loops.get(0),
                loops.datagram(),
                loops.socket(),
                DnsServerAddressStreamProviders.platformDefault(),
                new HostsFile(Path.of("/etc/hosts")),
                QUERY_TIMEOUT);
        return new Names(
                lookup,
                Family.ofThisMachine(),
                control,
                (delay, task) -> control.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS),
                InstantSource.system(),
                random);
    }

    /** Has {@code task} told, on the control thread, each name whose {@link #resolution} has changed. */
    public void onChange(Consumer<String> task) {
        onChange = task;
    }

    /** Follows exactly these names from now on: new ones are asked for at once, others are forgotten. */
    public void follow(Set<String> hosts) {
        names.entrySet().removeIf(entry -> {
            boolean dropped = !hosts.contains(entry.getKey());
            if (dropped) {
                entry.getValue().stop();
            }
            return dropped;
        });
        for (String host : hosts) {
            if (!names.containsKey(host)) {
                Name name = new Name(host);
                names.put(host, name);
                families.forEach(name::ask);
            }
        }
    }

    /** What a name stands for now; {@link Resolution#PENDING} while nothing is known of it. */
    public Resolution resolution(String host) {
        Name name = names.get(host);
        return name == null ? Resolution.PENDING : name.resolution;
    }

    /** Whether there is a name of which nothing is known yet. */
    public boolean pending() {
        return names.values().stream().anyMatch(name -> name.resolution.equals(Resolution.PENDING));
    }

    /** Forgets all names. */
    @Override
    public void close() {
        follow(Set.of());
        lookup.close();
    }

    /** One name that is followed. */
    private final class Name {

        private final String host;
        private final Map<Family, FamilyRecord> records = new EnumMap<>(Family.class);
        private final Map<Family, Future<?>> due = new EnumMap<>(Family.class);
        private Resolution resolution = Resolution.PENDING;
        private volatile boolean stopped;

        private Name(String host) {
            this.host = host;
            families.forEach(family -> records.put(family, new FamilyRecord()));
        }

        private void ask(Family family) {
            lookup.lookup(host, family, answer -> {
                if (!stopped) {
                    control.execute(() -> take(family, answer));
                }
            });
        }

        private void take(Family family, Answer answer) {
            FamilyRecord answered = records.get(family);
            if (stopped || answered == null) {
                return;
            }
            Duration pause = answered.take(answer, clock.instant());
            due.put(family, timer.after(jittered(pause), () -> ask(family)));
            Resolution next = combine();
            if (!next.equals(resolution)) {
                resolution = next;
                onChange.accept(host);
            }
        }

        private Resolution combine() {
            List<InetAddress> addresses = new ArrayList<>();
            @Nullable String failure = null;
            boolean stale = false;
            boolean pending = false;
            for (FamilyRecord family : records.values()) {
                addresses.addAll(family.addresses());
                stale |= family.stale();
                pending |= family.last() == null;
                if (family.last() instanceof Failed failed && failure == null) {
                    failure = failed.reason();
                }
            }
            String reason = failure == null ? "no such name, or it has no addresses" : failure;
            if (stale) {
                return new Resolution(addresses, "does not resolve (" + reason + "), its last addresses are kept");
            }
            boolean none = addresses.isEmpty() && !pending;
            return new Resolution(addresses, none ? "does not resolve: " + reason : "");
        }

        private void stop() {
            stopped = true;
            due.values().forEach(next -> next.cancel(false));
        }
    }

    /** Asks somewhat early at random, never late: an answer is not used past its time. */
    private Duration jittered(Duration pause) {
        return Duration.ofNanos(Math.round(pause.toNanos() * (1 - JITTER * random.nextDouble())));
    }
}
