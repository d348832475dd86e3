package dev.steelyard.dataplane.pool;

import dev.steelyard.dataplane.balance.Balancer;
import dev.steelyard.dataplane.balance.Balancers;
import dev.steelyard.dataplane.balance.WeightedEndpoint;
import dev.steelyard.dataplane.fastcgi.Application;
import dev.steelyard.dataplane.health.Prober;
import dev.steelyard.dataplane.health.Target;
import dev.steelyard.dataplane.metrics.EndpointMeters;
import dev.steelyard.dataplane.metrics.PoolHealth;
import dev.steelyard.dataplane.pool.LivePool.State;
import dev.steelyard.dataplane.pool.Membership.Candidate;
import dev.steelyard.dataplane.pool.PoolView.Problem;
import dev.steelyard.dataplane.pool.Tracked.Rank;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.snapshot.HealthCheck;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.NodeReport.Resolved;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import io.netty.handler.ssl.ApplicationProtocolNames;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one pool: follows who belongs to it and how they are, and puts a new {@link State} in force when that changes what event loops
 * see. Control thread only.
 *
 * <p>An endpoint that joins a pool with checks while no other has been proven is taken to be up until its first check has a result: so
 * neither the start of the program nor a new pool turns requests away, and a dead endpoint costs at most some retries for one check. One
 * that joins beside proven ones takes work only after its first success, or when nothing better is left: so scaling up sends nothing to
 * what does not listen yet. Either way the first check decides alone.
 *
 * <p>If no endpoint is ready and up, those that are terminating but still serve take the work, as with kube-proxy.
 */
final class PoolKeeper {

    private static final Duration MOST_SPREAD = Duration.ofSeconds(2);
    private static final Duration SPREAD_PER_ENDPOINT = Duration.ofNanos(200_000);

    private final LivePool pool;
    private final int loops;
    private final Prober prober;
    private final EndpointMeters meters;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Runnable changed;

    private Pool config;
    private @Nullable ClientTls tls;
    private @Nullable ClientTls checkTls;
    private @Nullable Application application;
    private Map<String, Tracked> tracked = new LinkedHashMap<>();
    private final Map<Endpoint.Id, Tracked> draining = new HashMap<>();
    private final Map<Problem, Instant> problems = new LinkedHashMap<>();
    private List<WeightedEndpoint> eligible = List.of();
    private @Nullable PoolHealth told;
    private int resolved;
    private boolean hasNames;
    private boolean checksStale;

    /** @param changed called when a check has changed something: {@link #settle} is due */
    PoolKeeper(
            Pool config,
            int loops,
            Prober prober,
            EndpointMeters meters,
            InstantSource clock,
            RandomGenerator random,
            Runnable changed) {
        this.config = config;
        this.tls = tlsOf(config, protocols(config));
        this.checkTls = checkTls(config, tls);
        this.application = Application.of(config);
        this.loops = loops;
        this.prober = prober;
        this.meters = meters;
        this.clock = clock;
        this.random = random;
        this.changed = changed;
        this.pool = new LivePool(config.key(), new State(config, tls, application, balancers(List.of()), 0, 0));
    }

    LivePool pool() {
        return pool;
    }

    Pool config() {
        return config;
    }

    /**
     * Takes another configuration; {@link #members} and {@link #settle} are due.
     *
     * @throws IllegalArgumentException if its TLS or FastCGI settings cannot be used; nothing has changed then
     */
    void config(Pool next) {
        Application programs = next.fastCgi().equals(config.fastCgi()) ? application : Application.of(next);
        boolean sameTls = next.tls().equals(config.tls()) && next.protocol() == config.protocol();
        boolean sameCheck = next.healthCheck().equals(config.healthCheck());
        ClientTls nextTls = sameTls ? tls : tlsOf(next, protocols(next));
        checkTls = sameTls && sameCheck ? checkTls : checkTls(next, nextTls);
        tls = nextTls;
        application = programs;
        checksStale |= !sameTls || !sameCheck || !next.sendProxyProtocol().equals(config.sendProxyProtocol());
        config = next;
    }

    private static @Nullable ClientTls tlsOf(Pool config, List<String> protocols) {
        return config.tls()
                .map(definition -> ClientTls.of(definition, protocols))
                .orElse(null);
    }

    private static List<String> protocols(Pool config) {
        return switch (config.protocol()) {
            case HTTP1 -> List.of(ApplicationProtocolNames.HTTP_1_1);
            case HTTP2 -> List.of(ApplicationProtocolNames.HTTP_2);
            case FAST_CGI, TCP, UDP -> List.of();
        };
    }

    /** A check that sends a request sends it as HTTP/1.1, and so agrees to that; other checks agree to what requests do. */
    private static @Nullable ClientTls checkTls(Pool config, @Nullable ClientTls ofRequests) {
        boolean asks = config.healthCheck()
                .map(check -> check.probe() instanceof HealthCheck.Https)
                .orElse(false);
        return asks && config.protocol() == PoolProtocol.HTTP2
                ? tlsOf(config, List.of(ApplicationProtocolNames.HTTP_1_1))
                : ofRequests;
    }

    /** Takes who belongs to the pool now; {@link #settle} is due. */
    void members(Membership membership) {
        Instant now = clock.instant();
        Map<String, Tracked> before = tracked;
        Map<String, Tracked> after = new LinkedHashMap<>();
        membership.candidates().forEach((address, candidate) -> {
            Tracked known = before.get(address);
            if (known != null && known.endpoint.id().targetUid().equals(candidate.targetUid())) {
                before.remove(address);
                known.candidate(candidate, now);
                after.put(address, known);
            } else {
                after.put(address, join(address, candidate, now));
            }
        });
        tracked = after;
        before.values().forEach(this::leave);
        renewChecks();
        resolved = membership.resolved();
        hasNames = membership.hasNames();
        Set<Problem> current = new HashSet<>(membership.problems());
        problems.keySet().retainAll(current);
        membership.problems().forEach(problem -> problems.putIfAbsent(problem, now));
    }

    private Tracked join(String address, Candidate candidate, Instant now) {
        Endpoint.Id id = new Endpoint.Id(config.key(), address, candidate.targetUid());
        Tracked back = draining.remove(id);
        if (back == null) {
            return new Tracked(new Endpoint(id, candidate.address()), candidate, now);
        }
        back.endpoint.comeBack();
        return new Tracked(back.endpoint, candidate, now);
    }

    private void leave(Tracked entry) {
        entry.uncheck(clock.instant());
        entry.endpoint.leave();
        if (entry.endpoint.inFlight() > 0) {
            draining.put(entry.endpoint.id(), entry);
        }
    }

    /** Begins and ends checks so that they are as configured. */
    private void renewChecks() {
        Optional<HealthCheck> check = config.healthCheck();
        boolean assumeUp = tracked.values().stream().noneMatch(Tracked::proven);
        Duration spread = spread(tracked.size());
        for (Tracked entry : tracked.values()) {
            if (check.isEmpty() || !entry.wantsCheck()) {
                entry.uncheck(clock.instant());
            } else if (checksStale || !entry.checked()) {
                entry.check(
                        prober.watch(
                                target(entry.endpoint), check.get(), config.sendProxyProtocol(), spread, outcome -> {
                                    entry.take(outcome, clock.instant());
                                    changed.run();
                                }),
                        assumeUp);
            }
        }
        checksStale = false;
    }

    private Target target(Endpoint endpoint) {
        return new Target(endpoint.address(), endpoint.host(), checkTls);
    }

    /** First checks of many endpoints are spread out, at most 5,000 in a second. */
    private static Duration spread(int endpoints) {
        Duration spread = SPREAD_PER_ENDPOINT.multipliedBy(endpoints);
        return spread.compareTo(MOST_SPREAD) < 0 ? spread : MOST_SPREAD;
    }

    /** Puts what has changed in force. */
    void settle() {
        forgetDrained();
        List<WeightedEndpoint> best = best();
        State state = pool.state();
        if (!best.equals(eligible) || !state.config().equals(config) || state.total() != tracked.size()) {
            eligible = best;
            pool.state(new State(config, tls, application, balancers(state.balancers()), tracked.size(), best.size()));
        }
        Map<String, Boolean> nowUp = new HashMap<>();
        tracked.forEach((address, entry) -> entry.up().ifPresent(isUp -> nowUp.put(address, isUp)));
        PoolHealth health = new PoolHealth(nowUp, tracked.size(), best.size());
        if (!health.equals(told)) {
            told = health;
            meters.endpoints(config.key(), health);
        }
    }

    private void forgetDrained() {
        draining.values().removeIf(entry -> entry.endpoint.inFlight() == 0);
    }

    private List<WeightedEndpoint> best() {
        Rank rank = Rank.NEVER;
        List<WeightedEndpoint> best = new ArrayList<>();
        for (Tracked entry : tracked.values()) {
            Rank its = entry.rank();
            if (its == Rank.NEVER || its.compareTo(rank) > 0) {
                continue;
            }
            if (its != rank) {
                best.clear();
                rank = its;
            }
            best.add(new WeightedEndpoint(entry.endpoint, entry.candidate().weight()));
        }
        return best;
    }

    private List<Balancer> balancers(List<Balancer> previous) {
        return Balancers.of(config.algorithm(), eligible, previous, loops, random);
    }

    /** What an administrator says of an endpoint; {@link #settle} is due. False if there is none of that address. */
    boolean admin(String address, AdminState state) {
        Tracked entry = tracked.get(address);
        if (entry == null) {
            return false;
        }
        entry.admin(state, clock.instant());
        return true;
    }

    /** Ends: no snapshot refers to the pool any more. Its last state stays for requests under way. */
    void retire() {
        tracked.values().forEach(this::leave);
        tracked.clear();
        draining.clear();
        meters.endpoints(config.key(), new PoolHealth(Map.of(), 0, 0));
    }

    void stopChecks() {
        tracked.values().forEach(Tracked::stopCheck);
    }

    void down(List<EndpointDown> into) {
        problems.forEach((problem, since) ->
                into.add(new EndpointDown(config.key(), problem.address(), problem.reason(), seconds(since))));
        tracked.forEach((address, entry) -> {
            String reason = entry.downReason();
            if (!reason.isEmpty()) {
                into.add(new EndpointDown(config.key(), address, reason, seconds(entry.since())));
            }
        });
    }

    private static Instant seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }

    @Nullable
    Resolved resolved() {
        return hasNames ? new Resolved(config.key(), resolved) : null;
    }

    PoolView view() {
        forgetDrained();
        Set<Endpoint> taking = new HashSet<>();
        eligible.forEach(weighted -> taking.add(weighted.endpoint()));
        List<EndpointView> endpoints = new ArrayList<>();
        Instant now = clock.instant();
        tracked.values().forEach(entry -> endpoints.add(entry.view(taking.contains(entry.endpoint), now)));
        draining.values().forEach(entry -> endpoints.add(entry.drainingView(now)));
        return new PoolView(
                config.key(),
                config.algorithm(),
                config.protocol(),
                config.healthCheck().map(HealthCheck::probe),
                eligible.size(),
                endpoints,
                List.copyOf(problems.keySet()));
    }
}
