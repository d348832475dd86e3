package dev.steelyard.operator.validate;

import dev.steelyard.crds.GoDuration;
import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.policy.AccessLogSpec;
import dev.steelyard.crds.v1alpha1.policy.RetrySpec;
import dev.steelyard.crds.v1alpha1.policy.TimeoutsSpec;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.snapshot.LogTemplate;
import dev.steelyard.snapshot.ObjectKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has to hold within the spec of a policy; see {@link VirtualServiceRules}. */
public final class PolicyRules {

    private PolicyRules() {}

    /** The problems of a spec. */
    public static List<Problem> check(ObjectKey key, PolicySpec spec) {
        Findings findings = new Findings(ObjectRef.policy(key));
        SupportedFields.POLICY.check(spec, findings);
        FilterRules.check(spec, findings);
        if (spec.timeouts() != null) {
            GoDuration.parse(spec.timeouts().request());
            GoDuration.parse(spec.timeouts().idle());
            GoDuration.parse(spec.timeouts().stream());
        }
        if (spec.retry() != null) {
            check(spec.retry(), spec.timeouts(), findings);
        }
        if (spec.accessLog() != null) {
            check(spec.accessLog(), findings);
        }
        return findings.problems();
    }

    private static void check(RetrySpec retry, @Nullable TimeoutsSpec timeouts, Findings findings) {
        String field = "spec.retry.perTryTimeout";
        if (retry.perTryTimeout() == null) {
            if (retry.retryOn().contains(RetrySpec.RetryOn.TIMEOUT)) {
                findings.warning("spec.retry.retryOn", Reason.NO_EFFECT, "Timeout needs perTryTimeout");
            }
            return;
        }
        Duration perTry = GoDuration.parse(retry.perTryTimeout());
        if (perTry.isZero()) {
            findings.refused(field, Reason.INVALID, "must be above 0s; leave it out for no limit");
        }
        Duration request = timeouts == null ? Duration.ZERO : GoDuration.parse(timeouts.request());
        if (!request.isZero() && perTry.compareTo(request) >= 0) {
            findings.warning(field, Reason.NO_EFFECT, "timeouts.request, " + request.toMillis() + " ms, passes first");
        }
    }

    private static void check(AccessLogSpec log, Findings findings) {
        if ((log.format() == AccessLogSpec.Format.CUSTOM) != (log.template() != null)) {
            findings.refused(
                    "spec.accessLog.template", Reason.INVALID, "template goes with format Custom, which needs it");
        } else if (log.template() != null) {
            try {
                LogTemplate.parse(log.template());
            } catch (IllegalArgumentException e) {
                findings.refused("spec.accessLog.template", Reason.INVALID, String.valueOf(e.getMessage()));
            }
        }
    }
}
