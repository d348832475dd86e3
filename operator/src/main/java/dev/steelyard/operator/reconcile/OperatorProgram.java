package dev.steelyard.operator.reconcile;

import dev.steelyard.operator.event.EventWriter;
import dev.steelyard.operator.inputs.Decoding;
import dev.steelyard.operator.lead.LeaderElection;
import dev.steelyard.operator.lead.LeaseTerms;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as a program: starts the parts, waits for the end, stops them in the right order. */
public final class OperatorProgram implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorProgram.class);
    private static final String LEASE = "operator";
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final CountDownLatch failed = new CountDownLatch(1);
    private final KubernetesClient client;
    private final Kinds kinds;
    private final Watches watches;
    private final LeaderElection election;
    private final Pipeline pipeline;
    private final AdminServer admin;

    /**
     * Starts an operator. Returns once it follows everything; it then competes for leadership.
     *
     * @throws IOException if the kubeconfig cannot be read or the admin port not bound
     * @throws InterruptedException if interrupted while waiting for the API server
     */
    public static OperatorProgram start(OperatorOptions options) throws IOException, InterruptedException {
        OperatorProgram program = new OperatorProgram(options);
        program.kinds.start();
        program.watches.start();
        program.pipeline.start();
        program.election.start();
        LOG.info("ready admin={} identity={}", program.admin.port(), options.identity());
        return program;
    }

    private OperatorProgram(OperatorOptions options) throws IOException, InterruptedException {
        Clock clock = Clock.systemUTC();
        Config config = Connection.config(options.kubeconfig());
        client = new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(Decoding.serialization())
                .build();
        OperatorMeters meters = new OperatorMeters();
        PipelineSignal signal = new PipelineSignal();
        election = new LeaderElection(
                config,
                LeaseTerms.of(options.systemNamespace(), LEASE, options.identity(), options.leaseDuration()),
                () -> signal.accept(Change.DECLARED));
        admin = new AdminServer(options.admin(), () -> health(signal), () -> readiness(signal), meters::scrape);
        awaitApiServer();
        EventWriter events = new EventWriter(client, options.identity(), clock);
        kinds = new Kinds(client, options, election::leading, events, clock, signal, failed::countDown);
        watches = new Watches(client, options, signal);
        pipeline = new Pipeline(
                election::leading,
                kinds,
                watches,
                () -> Term.begin(client, options, kinds, watches, clock, meters, election::leading),
                meters);
        signal.to(pipeline);
    }

    /** Waits until a part has failed for good; what is left to do then is to close and start anew. */
    public void awaitFailure() throws InterruptedException {
        failed.await();
    }

    /** Port of the admin endpoint. */
    public int adminPort() {
        return admin.port();
    }

    /** Stops publishing, gives the Lease away, and ends. */
    @Override
    public void close() {
        pipeline.close();
        election.close();
        kinds.close();
        watches.close();
        admin.close();
        client.close();
    }

    private void awaitApiServer() throws InterruptedException {
        boolean told = false;
        while (true) {
            try {
                LOG.info("Kubernetes {}", client.getKubernetesVersion().getGitVersion());
                return;
            } catch (KubernetesClientException e) {
                if (!told) {
                    LOG.warn("waiting for the API server at {}: {}", client.getMasterUrl(), e.getMessage());
                    told = true;
                }
                Thread.sleep(RETRY);
            }
        }
    }

    private static AdminServer.Answer health(PipelineSignal signal) {
        return signal.pipeline()
                .map(pipeline ->
                        new AdminServer.Answer(pipeline.alive(), pipeline.alive() ? "ok" : "the pipeline ended"))
                .orElse(new AdminServer.Answer(true, "starting"));
    }

    private static AdminServer.Answer readiness(PipelineSignal signal) {
        List<String> behind = signal.pipeline().map(Pipeline::behind).orElse(List.of("everything"));
        return behind.isEmpty()
                ? new AdminServer.Answer(true, "ok")
                : new AdminServer.Answer(false, "not followed at this moment: " + String.join(", ", behind));
    }
}
