package dev.steelyard.dataplane.pool;

import dev.steelyard.dataplane.dns.Names;
import dev.steelyard.dataplane.health.HealthChecks;
import dev.steelyard.dataplane.health.ProbeSocket;
import dev.steelyard.dataplane.health.Prober;
import dev.steelyard.dataplane.metrics.EndpointMeters;
import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.snapshot.Member;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.NodeReport.Resolved;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Snapshot;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All pools of this node. Takes configuration, the endpoints of Services, what DNS names stand for and the results of checks, and puts
 * new states in force in exactly the {@link LivePool}s that they change. Control thread only.
 *
 * <p>Changes of endpoints and health are gathered: what has come in by the time that the control thread gets to it makes one new state
 * per pool. Configuration takes effect at once.
 */
public final class LivePools implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LivePools.class);

    private final int loops;
    private final boolean allowLocalAddresses;
    private final Prober prober;
    private final Names names;
    private final EndpointMeters meters;
    private final Executor control;
    private final InstantSource clock;
    private final RandomGenerator random;

    private final Map<ObjectKey, PoolKeeper> keepers = new TreeMap<>();
    private final Map<ObjectKey, List<ServiceEndpoint>> services = new HashMap<>();
    private final Followers<ObjectKey> serviceFollowers = new Followers<>();
    private final Followers<String> nameFollowers = new Followers<>();
    private final Set<PoolKeeper> membersDue = new LinkedHashSet<>();
    private final Set<PoolKeeper> settlingDue = new LinkedHashSet<>();
    private boolean settling;
    private Runnable onChange = () -> {};

    /**
     * @param loops how many event loops there are
     * @param allowLocalAddresses whether Services may have loopback and link-local addresses: not in a cluster
     * @param prober runs health checks
     * @param names follows DNS names
     * @param meters learns which endpoints are up
     * @param control the control thread
     * @param clock tells since when endpoints are as they are
     * @param random where balancers start
     */
    LivePools(
            int loops,
            boolean allowLocalAddresses,
            Prober prober,
            Names names,
            EndpointMeters meters,
            Executor control,
            InstantSource clock,
            RandomGenerator random) {
        this.loops = loops;
        this.allowLocalAddresses = allowLocalAddresses;
        this.prober = prober;
        this.names = names;
        this.meters = meters;
        this.control = control;
        this.clock = clock;
        this.random = random;
        names.onChange(host -> membersSoon(nameFollowers.of(host)));
    }

    /**
     * Pools served on these event loops; their checks and DNS queries run there, too.
     *
     * @param allowLocalAddresses whether Services may have loopback and link-local addresses: not in a cluster
     * @param meters learns which endpoints are up
     * @param control a single thread, which alone uses the result
     */
    public static LivePools on(
            EventLoops loops, boolean allowLocalAddresses, EndpointMeters meters, ScheduledExecutorService control) {
        RandomGenerator random = new SplittableRandom();
        Prober prober = new Prober(
                loops,
                (probe, proxyProtocol) -> HealthChecks.of(probe, new ProbeSocket(loops.socket(), proxyProtocol)),
                control,
                random);
        Names names = Names.on(loops, control, random);
        return new LivePools(
                loops.size(), allowLocalAddresses, prober, names, meters, control, InstantSource.system(), random);
    }

    /** Has {@code task} run, on the control thread, after each change in what {@link #down} or {@link #resolved} may say. */
    public void onChange(Runnable task) {
        onChange = task;
    }

    /**
     * Takes the snapshots in force, all of them. Pools that none of them refers to any more are retired; where several hold one pool, the
     * one with the highest revision governs.
     *
     * @return the pools that they refer to, in the states that go with them
     */
    public Map<ObjectKey, LivePool> apply(Collection<Snapshot> snapshots) {
        Map<ObjectKey, Pool> governing = new HashMap<>();
        for (Snapshot snapshot : snapshots) {
            for (Pool pool : snapshot.pools()) {
                governing.merge(pool.key(), pool, LivePools::newer);
            }
        }
        keepers.values().removeIf(keeper -> {
            boolean retired = !governing.containsKey(keeper.config().key());
            if (retired) {
                retire(keeper);
            }
            return retired;
        });
        governing.values().forEach(this::configure);
        names.follow(nameFollowers.followed());
        settle();
        Map<ObjectKey, LivePool> pools = new HashMap<>();
        keepers.forEach((key, keeper) -> pools.put(key, keeper.pool()));
        return pools;
    }

    /** Takes the endpoints of a Service, all of them; takes effect soon. */
    public void endpoints(ObjectKey service, List<ServiceEndpoint> endpoints) {
        List<ServiceEndpoint> before =
                endpoints.isEmpty() ? services.remove(service) : services.put(service, List.copyOf(endpoints));
        if (!Objects.requireNonNullElse(before, List.of()).equals(endpoints)) {
            membersSoon(serviceFollowers.of(service));
        }
    }

    /**
     * Takes what an administrator says of an endpoint; takes effect soon.
     *
     * @param address {@code IP:port}, IPv6 in brackets
     * @return false if there is no such endpoint
     */
    public boolean admin(ObjectKey pool, String address, AdminState state) {
        PoolKeeper keeper = keepers.get(pool);
        if (keeper == null || !keeper.admin(address, state)) {
            return false;
        }
        settleSoon(keeper);
        return true;
    }

    /** Endpoints that are down and members that give none, in order of the pools; not bounded. */
    public List<EndpointDown> down() {
        List<EndpointDown> down = new ArrayList<>();
        keepers.values().forEach(keeper -> keeper.down(down));
        return down;
    }

    /** How many endpoints DNS names give, for the pools that have such members, in order of the pools. */
    public List<Resolved> resolved() {
        List<Resolved> all = new ArrayList<>();
        for (PoolKeeper keeper : keepers.values()) {
            Resolved resolved = keeper.resolved();
            if (resolved != null) {
                all.add(resolved);
            }
        }
        return all;
    }

    /** Whether members are still to be looked up for the first time. */
    public boolean resolving() {
        return names.pending();
    }

    /** What an administrator sees of the pools, in their order. */
    public List<PoolView> views() {
        return keepers.values().stream().map(PoolKeeper::view).toList();
    }

    /** Stops all checks and forgets all DNS names; the pools stay as they are. */
    @Override
    public void close() {
        keepers.values().forEach(PoolKeeper::stopChecks);
        names.close();
    }

    private static Pool newer(Pool one, Pool other) {
        // Of equals the later: one that holds a Secret in its new form comes behind the one in force.
        return other.revision().compareTo(one.revision()) >= 0 ? other : one;
    }

    private void configure(Pool pool) {
        PoolKeeper keeper = keepers.get(pool.key());
        if (keeper == null) {
            keeper = create(pool);
            keepers.put(pool.key(), keeper);
        } else if (keeper.config().equals(pool)) {
            return;
        } else {
            Pool before = keeper.config();
            keeper.config(pool);
            unfollow(before, keeper);
        }
        follow(keeper);
        membersDue.add(keeper);
    }

    private PoolKeeper create(Pool pool) {
        PoolKeeper[] made = new PoolKeeper[1];
        made[0] = new PoolKeeper(pool, loops, prober, meters, clock, random, () -> settleSoon(made[0]));
        return made[0];
    }

    private void retire(PoolKeeper keeper) {
        unfollow(keeper.config(), keeper);
        keeper.retire();
        membersDue.remove(keeper);
        settlingDue.remove(keeper);
    }

    private void follow(PoolKeeper keeper) {
        for (Member member : keeper.config().members()) {
            switch (member) {
                case Member.OfAddress fixed -> {}
                case Member.OfService service -> serviceFollowers.add(service.service(), keeper);
                case Member.OfHost name -> nameFollowers.add(name.host(), keeper);
            }
        }
    }

    private void unfollow(Pool before, PoolKeeper keeper) {
        for (Member member : before.members()) {
            switch (member) {
                case Member.OfAddress fixed -> {}
                case Member.OfService service -> serviceFollowers.remove(service.service(), keeper);
                case Member.OfHost name -> nameFollowers.remove(name.host(), keeper);
            }
        }
    }

    private void membersSoon(Set<PoolKeeper> affected) {
        if (!affected.isEmpty()) {
            membersDue.addAll(affected);
            settleSoon();
        }
    }

    private void settleSoon(PoolKeeper keeper) {
        settlingDue.add(keeper);
        settleSoon();
    }

    private void settleSoon() {
        if (!settling) {
            settling = true;
            control.execute(this::settle);
        }
    }

    private void settle() {
        settling = false;
        settlingDue.addAll(membersDue);
        for (PoolKeeper keeper : settlingDue) {
            try {
                settle(keeper, membersDue.contains(keeper));
            } catch (RuntimeException e) {
                // A fault of ours, which is not to keep the other pools from changing; this one stays as it is.
                LOG.error("cannot update pool {}", keeper.config().key(), e);
            }
        }
        membersDue.clear();
        boolean any = !settlingDue.isEmpty();
        settlingDue.clear();
        if (any) {
            onChange.run();
        }
    }

    private void settle(PoolKeeper keeper, boolean membersToo) {
        if (membersToo) {
            keeper.members(
                    Membership.of(keeper.config().members(), services::get, names::resolution, allowLocalAddresses));
        }
        keeper.settle();
    }
}
