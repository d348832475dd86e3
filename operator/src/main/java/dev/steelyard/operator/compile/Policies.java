package dev.steelyard.operator.compile;

import dev.steelyard.crds.GoDuration;
import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.policy.AccessLogSpec;
import dev.steelyard.crds.v1alpha1.policy.RetrySpec;
import dev.steelyard.crds.v1alpha1.policy.RetrySpec.RetryOn;
import dev.steelyard.crds.v1alpha1.policy.TimeoutsSpec;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.AccessLog;
import dev.steelyard.snapshot.RequestLimits;
import dev.steelyard.snapshot.Retry;
import dev.steelyard.snapshot.Route.Timeouts;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the policies of a virtual service and one of its routes come to. Section by section, a later policy's counts, and a route's counts
 * before its virtual service's.
 */
final class Policies {

    private final ServiceModel model;
    private final List<String> names;

    private Policies(ServiceModel model, List<String> names) {
        this.model = model;
        this.names = names;
    }

    static Policies of(ServiceModel model, List<String> routePolicies) {
        return new Policies(
                model,
                Stream.concat(model.declared().spec().policies().stream(), routePolicies.stream())
                        .toList());
    }

    /**
     * The first policy that does not exist. What it would apply to must not be served: it may have been there to keep somebody out.
     */
    Optional<String> missing() {
        return names.stream()
                .filter(name -> !model.policies().containsKey(name))
                .findFirst();
    }

    /** Bounds in time. */
    Timeouts timeouts() {
        return section(PolicySpec::timeouts).map(Policies::timeouts).orElse(Timeouts.DEFAULT);
    }

    /** Whether a policy bounds times, or {@link #timeouts} are the defaults. */
    boolean timed() {
        return section(PolicySpec::timeouts).isPresent();
    }

    /** What is written of requests; empty if nothing. */
    Optional<AccessLog> accessLog() {
        return section(PolicySpec::accessLog).filter(AccessLogSpec::enabled).map(Policies::accessLog);
    }

    /** When requests are sent again; empty for the default. */
    Optional<Retry> retry() {
        return section(PolicySpec::retry).map(Policies::retry);
    }

    /** Bounds on the size of requests; empty for none. */
    Optional<RequestLimits> limits() {
        return section(PolicySpec::limits)
                .map(spec -> new RequestLimits(
                        Objects.requireNonNullElse(spec.maxHeaderBytes(), RequestLimits.NONE.headerBytes()),
                        Objects.requireNonNullElse(spec.maxUriBytes(), RequestLimits.NONE.uriBytes()),
                        Objects.requireNonNullElse(spec.maxBodyBytes(), RequestLimits.NONE.bodyBytes())))
                .filter(limits -> !limits.equals(RequestLimits.NONE));
    }

    /** One section of a policy. */
    interface Section<T> extends Function<PolicySpec, @Nullable T> {}

    /** The last policy's that has it. */
    <T> Optional<T> section(Section<T> section) {
        T last = null;
        for (String name : names) {
            Declared<PolicySpec> policy = model.policies().get(name);
            T own = policy == null ? null : section.apply(policy.spec());
            last = own == null ? last : own;
        }
        return Optional.ofNullable(last);
    }

    /** The name of that policy. */
    Optional<String> naming(Section<?> section) {
        String last = null;
        for (String name : names) {
            Declared<PolicySpec> policy = model.policies().get(name);
            last = policy == null || section.apply(policy.spec()) == null ? last : name;
        }
        return Optional.ofNullable(last);
    }

    private static Timeouts timeouts(TimeoutsSpec spec) {
        return new Timeouts(
                GoDuration.parse(spec.request()),
                GoDuration.parse(spec.idle()),
                Optional.of(GoDuration.parse(spec.stream())).filter(stream -> !stream.isZero()));
    }

    private static Retry retry(RetrySpec spec) {
        List<RetryOn> on = spec.retryOn().isEmpty() ? RetrySpec.DEFAULT_RETRY_ON : spec.retryOn();
        RetrySpec.Budget budget = Objects.requireNonNullElse(spec.budget(), RetrySpec.Budget.DEFAULT);
        return new Retry(
                spec.attempts(),
                on.stream().distinct().map(Policies::failure).toList(),
                Optional.ofNullable(spec.perTryTimeout()).map(GoDuration::parse),
                spec.nonIdempotent(),
                new Retry.Budget(budget.percent(), budget.min()));
    }

    private static Retry.On failure(RetryOn on) {
        return switch (on) {
            case CONNECT_FAILURE -> Retry.On.CONNECT_FAILURE;
            case REFUSED_STREAM -> Retry.On.REFUSED_STREAM;
            case RESET -> Retry.On.RESET;
            case TIMEOUT -> Retry.On.TIMEOUT;
            case GATEWAY_ERROR -> Retry.On.GATEWAY_ERROR;
        };
    }

    private static AccessLog accessLog(AccessLogSpec spec) {
        return new AccessLog(
                switch (spec.format()) {
                    case COMBINED -> AccessLog.Format.COMBINED;
                    case HA_PROXY -> AccessLog.Format.HA_PROXY;
                    case JSON -> AccessLog.Format.JSON;
                    case CUSTOM -> AccessLog.Format.CUSTOM;
                },
                Objects.requireNonNullElse(spec.template(), ""),
                spec.percent());
    }
}
