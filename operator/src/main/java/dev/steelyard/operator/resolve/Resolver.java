package dev.steelyard.operator.resolve;

import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import dev.steelyard.operator.certificate.AuthoritiesCheck;
import dev.steelyard.operator.certificate.CertificateCheck;
import dev.steelyard.operator.claim.Claims;
import dev.steelyard.operator.claim.Claims.Claimant;
import dev.steelyard.operator.claim.Clash;
import dev.steelyard.operator.claim.PortUse;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.operator.resolve.Checks.Candidates;
import dev.steelyard.operator.resolve.Inputs.SecretFacts;
import dev.steelyard.operator.resolve.Settings.PortRange;
import dev.steelyard.operator.validate.PolicyRules;
import dev.steelyard.operator.validate.PoolRules;
import dev.steelyard.operator.validate.VirtualServiceRules;
import dev.steelyard.snapshot.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Validates every object, settles who gets which port and host, and finds what objects refer to. A pure function of its inputs; an instance
 * only remembers checks of objects that have not changed. For one thread.
 */
public final class Resolver {

    private final Checks<VirtualServiceSpec> serviceChecks =
            new Checks<>(ObjectRef::virtualService, VirtualServiceRules::check);
    private final Checks<PoolSpec> poolChecks = new Checks<>(ObjectRef::pool, PoolRules::check);
    private final Checks<PolicySpec> policyChecks = new Checks<>(ObjectRef::policy, PolicyRules::check);
    private final Memo<ObjectKey, Declared<VirtualServiceSpec>, List<PortUse>> currentUses =
            new Memo<>(service -> PortUse.of(service.spec()));
    private final Memo<ObjectKey, SecretFacts, CertificateCheck.Result> certificateChecks =
            new Memo<>(secret -> CertificateCheck.check(
                    secret.key(), secret.type(), secret.certificate(), secret.privateKey(), secret.ocspResponse()));
    private final Memo<ObjectKey, SecretFacts, AuthoritiesCheck.Result> authoritiesChecks =
            new Memo<>(secret -> AuthoritiesCheck.check(secret.key(), secret.authorities()));

    /** Finds what is to be served, and every problem. */
    public Resolution resolve(Inputs inputs) {
        List<Problem> problems = new ArrayList<>();
        MemberAddresses addresses = new MemberAddresses(inputs);
        SortedMap<ObjectKey, Declared<PoolSpec>> pools = poolChecks
                .candidates(
                        inputs.pools(),
                        inputs.lastGood().pools(),
                        (pool, findings) -> addresses.check(pool.spec(), findings),
                        problems)
                .inForce();
        SortedMap<ObjectKey, Declared<PolicySpec>> policies = policyChecks
                .candidates(inputs.policies(), inputs.lastGood().policies(), (policy, findings) -> {}, problems)
                .inForce();
        SortedMap<ObjectKey, Declared<VirtualServiceSpec>> services = services(inputs, problems);
        SecretNames secrets = SecretNames.of(services.values(), pools.values());
        Certificates certificates = new Certificates(
                certificateChecks.apply(secrets.certificates(inputs.secrets())),
                authoritiesChecks.apply(secrets.authorities(inputs.secrets())),
                inputs.lastGood(),
                inputs.now());
        SortedMap<ObjectKey, PoolModel> poolModels = new TreeMap<>();
        PoolReferences poolReferences = new PoolReferences(inputs.services(), addresses.denied(), certificates);
        pools.forEach((key, pool) -> {
            Findings findings = new Findings(ObjectRef.pool(key));
            poolModels.put(key, poolReferences.resolve(pool, findings));
            problems.addAll(findings.problems());
        });

        SortedMap<ObjectKey, ServiceModel> models = new TreeMap<>();
        ServiceReferences references = new ServiceReferences(inputs, poolModels, policies, certificates);
        services.forEach((key, service) -> {
            Findings findings = new Findings(ObjectRef.virtualService(key));
            models.put(key, references.resolve(service, findings));
            problems.addAll(findings.problems());
        });
        return new Resolution(
                models,
                poolModels,
                problems,
                SecretNames.lastGood(services, pools, policies, models.values(), poolModels.values()));
    }

    /** How many Secrets the last call checked anew. */
    int certificatesChecked() {
        return certificateChecks.computed();
    }

    private SortedMap<ObjectKey, Declared<VirtualServiceSpec>> services(Inputs inputs, List<Problem> problems) {
        Candidates<VirtualServiceSpec> candidates = serviceChecks.candidates(
                inputs.virtualServices(),
                inputs.lastGood().virtualServices(),
                (service, findings) -> listeners(service.spec(), inputs.settings(), findings),
                problems);
        SortedMap<ObjectKey, Declared<VirtualServiceSpec>> current = candidates.current();
        SortedMap<ObjectKey, Declared<VirtualServiceSpec>> last = candidates.last();
        Map<ObjectKey, List<PortUse>> wantedUses = currentUses.apply(current);
        Map<ObjectKey, List<PortUse>> lastUses = lastUses(last, current, wantedUses);
        List<Claimant> claimants = new ArrayList<>();
        inputs.virtualServices()
                .forEach((key, service) ->
                        claimants.add(new Claimant(key, service.created(), lastUses.get(key), wantedUses.get(key))));
        Claims.Settlement settlement = Claims.settle(claimants);

        SortedMap<ObjectKey, Declared<VirtualServiceSpec>> services = new TreeMap<>();
        for (ObjectKey key : inputs.virtualServices().keySet()) {
            Declared<VirtualServiceSpec> wanted = current.get(key);
            Declared<VirtualServiceSpec> before = last.get(key);
            List<Clash> clashes = settlement.refused().getOrDefault(key, List.of());
            if (wanted != null && clashes.isEmpty()) {
                services.put(key, wanted);
            } else if (before != null && settlement.reinstated().contains(key)) {
                services.put(key, before);
            }
            Findings findings = new Findings(ObjectRef.virtualService(key));
            // One holder for each field will do: a thousand virtual services may share a port.
            clashes.stream()
                    .collect(
                            Collectors.toMap(Clash::field, clash -> clash, (first, other) -> first, LinkedHashMap::new))
                    .values()
                    .forEach(clash -> findings.refused(clash.field(), Reason.CONFLICT, clash.message()));
            problems.addAll(findings.problems());
        }
        return services;
    }

    private static void listeners(VirtualServiceSpec spec, Settings settings, Findings findings) {
        for (int i = 0; i < spec.listeners().size(); i++) {
            ListenerSpec listener = spec.listeners().get(i);
            PortRange ports = new PortRange(listener.port(), Math.max(listener.port(), listener.endPort()));
            String field = "spec.listeners[" + i + (listener.endPort() == 0 ? "].port" : "].endPort");
            if (ports.contains(settings.adminPort()) && listener.protocol() != ListenerSpec.Protocol.UDP) {
                findings.refused(
                        field,
                        Reason.NOT_ALLOWED,
                        "port " + settings.adminPort() + " is the dataplane's admin port: choose another");
                continue;
            }
            settings.reservedPorts().stream()
                    .filter(ports::overlaps)
                    .findFirst()
                    .ifPresent(reserved -> findings.refused(
                            field,
                            Reason.NOT_ALLOWED,
                            "port " + Math.max(reserved.first(), ports.first())
                                    + " is reserved on the nodes' own addresses, for what runs the cluster:"
                                    + " choose another, or ask the administrator"));
        }
        if (!spec.virtualAddresses().isEmpty()) {
            switch (settings.virtualAddresses()) {
                case REFUSED ->
                    findings.refused(
                            "spec.virtualAddresses",
                            Reason.NOT_SUPPORTED,
                            "not supported by this release: remove it, and the listeners answer on every node's own"
                                    + " addresses");
                case REPLACED ->
                    findings.warning(
                            "spec.virtualAddresses",
                            Reason.NO_EFFECT,
                            "there are no virtual addresses here: the listeners answer on all local addresses"
                                    + " (--no-vip says that this is meant)");
                case IGNORED -> {}
            }
        }
    }

    /** What the last good specs claim; most of them are the current ones. */
    private static Map<ObjectKey, List<PortUse>> lastUses(
            SortedMap<ObjectKey, Declared<VirtualServiceSpec>> last,
            SortedMap<ObjectKey, Declared<VirtualServiceSpec>> current,
            Map<ObjectKey, List<PortUse>> currentUses) {
        Map<ObjectKey, List<PortUse>> uses = new HashMap<>();
        last.forEach((key, service) -> {
            List<PortUse> same = service.equals(current.get(key)) ? currentUses.get(key) : null;
            uses.put(key, same == null ? PortUse.of(service.spec()) : same);
        });
        return uses;
    }
}
