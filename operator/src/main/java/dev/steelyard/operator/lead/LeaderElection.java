package dev.steelyard.operator.lead;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Competes for a Lease as client-go does. Fabric8's elector reports leadership before it has written the lock (kubernetes-client
 * issue 7350) and judges another holder by its own lease duration (issue 7160), so this one is ours:
 *
 * <ul>
 *   <li>leadership begins when the API server has accepted our write, never earlier;
 *   <li>a holder is gone when its Lease has not changed for the duration that <em>it</em> promised, measured on our monotonic
 *       clock since we saw the last change: wall clocks of two machines are never compared;
 *   <li>{@link #leading} turns false by the clock alone when renewing takes too long, whatever a hanging request does.
 * </ul>
 *
 * <p>Even so a paused process can wake up and believe for a moment that it leads. The epoch in the index is what fences it.
 */
public final class LeaderElection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderElection.class);

    private final KubernetesClient client;
    private final LeaseTerms terms;
    private final Runnable onChange;
    private final Thread thread;

    private volatile boolean held;
    private volatile long renewedAt;
    private volatile boolean closed;

    private @Nullable String seenVersion;
    private long seenAt;
    private String seenHolder = "";

    /**
     * @param config how to reach the API server
     * @param terms what to compete for
     * @param onChange called on the election's thread when leadership begins or ends; must not block
     */
    public LeaderElection(Config config, LeaseTerms terms, Runnable onChange) {
        int timeout = (int) terms.retry().multipliedBy(2).toMillis();
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(config)
                        .withRequestTimeout(timeout)
                        .withConnectionTimeout(timeout)
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        this.terms = terms;
        this.onChange = onChange;
        this.thread = Thread.ofPlatform().name("leader-election").daemon().unstarted(this::run);
    }

    /** Begins to compete. */
    public void start() {
        thread.start();
    }

    /** Whether this replica holds the Lease and renewed it in time. Any thread. */
    public boolean leading() {
        return held && System.nanoTime() - renewedAt < terms.renewWithin().toNanos();
    }

    /** Stops competing and gives the Lease away, so that another replica need not wait for it to run out. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (held) {
            held = false;
            release();
        }
        client.close();
    }

    private void run() {
        boolean told = false;
        while (!closed) {
            try {
                attempt();
            } catch (KubernetesClientException e) {
                LOG.debug("no answer about lease {}/{}", terms.namespace(), terms.name(), e);
            } catch (RuntimeException e) {
                LOG.warn("cannot compete for lease {}/{}", terms.namespace(), terms.name(), e);
            }
            if (held && !leading()) {
                held = false;
            }
            if (held != told && !closed) {
                told = held;
                LOG.info("{} leads: {}", terms.identity(), told ? "yes" : "no, lost the lease");
                onChange.run();
            }
            try {
                Thread.sleep(terms.retry());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void attempt() {
        long before = System.nanoTime();
        Optional<Lease> found = Optional.ofNullable(client.leases()
                .inNamespace(terms.namespace())
                .withName(terms.name())
                .get());
        found.ifPresent(lease -> observe(lease, before));
        if (found.isPresent() && !mayTake(found.get(), before)) {
            held = false;
            return;
        }
        Lease written = write(found);
        observe(written, before);
        renewedAt = before;
        held = true;
    }

    private void observe(Lease lease, long now) {
        String version = lease.getMetadata().getResourceVersion();
        if (!version.equals(seenVersion)) {
            seenVersion = version;
            seenAt = now;
            String holder = holder(lease);
            if (!holder.equals(seenHolder)) {
                seenHolder = holder;
                LOG.info(
                        "lease {}/{} is held by {}",
                        terms.namespace(),
                        terms.name(),
                        holder.isEmpty() ? "nobody" : holder);
            }
        }
    }

    private boolean mayTake(Lease lease, long now) {
        String holder = holder(lease);
        if (holder.isEmpty() || holder.equals(terms.identity())) {
            return true;
        }
        Integer promised = lease.getSpec().getLeaseDurationSeconds();
        Duration duration = promised == null ? terms.duration() : Duration.ofSeconds(promised);
        return now - seenAt > duration.toNanos();
    }

    /** Creates or replaces the Lease; a conflict is an exception, and the next attempt looks again. */
    private Lease write(Optional<Lease> found) {
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
        boolean ours = found.map(LeaderElection::holder).orElse("").equals(terms.identity());
        Lease lease = found.map(LeaseBuilder::new)
                .orElseGet(() -> new LeaseBuilder()
                        .withNewMetadata()
                        .withNamespace(terms.namespace())
                        .withName(terms.name())
                        .endMetadata())
                .editOrNewSpec()
                .withHolderIdentity(terms.identity())
                .withLeaseDurationSeconds((int) terms.duration().toSeconds())
                .withRenewTime(now)
                .endSpec()
                .build();
        LeaseSpec spec = lease.getSpec();
        if (!ours) {
            Integer transitions = spec.getLeaseTransitions();
            spec.setLeaseTransitions(found.isEmpty() || transitions == null ? 0 : transitions + 1);
            spec.setAcquireTime(now);
        }
        return found.isPresent()
                ? client.resource(lease).update()
                : client.resource(lease).create();
    }

    private void release() {
        try {
            Lease lease = client.leases()
                    .inNamespace(terms.namespace())
                    .withName(terms.name())
                    .get();
            if (lease != null && holder(lease).equals(terms.identity())) {
                lease.getSpec().setHolderIdentity("");
                lease.getSpec().setLeaseDurationSeconds(1);
                client.resource(lease).update();
            }
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                LOG.info("could not give lease {}/{} away: {}", terms.namespace(), terms.name(), e.getMessage());
            }
        }
    }

    private static String holder(Lease lease) {
        String holder = lease.getSpec() == null ? null : lease.getSpec().getHolderIdentity();
        return holder == null ? "" : holder;
    }
}
