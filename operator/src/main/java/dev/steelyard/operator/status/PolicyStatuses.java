package dev.steelyard.operator.status;

import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PolicyStatus;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.resolve.Declared;
import java.util.List;
import java.util.Optional;

/** The status of a policy. */
public final class PolicyStatuses {

    private PolicyStatuses() {}

    /**
     * @param declared its present spec
     * @param problems its own
     * @param inForce generation in force, if any is
     * @return with conditions whose transition times do not count
     */
    public static PolicyStatus of(Declared<PolicySpec> declared, List<Problem> problems, Optional<Long> inForce) {
        return new PolicyStatus(
                declared.generation(),
                List.of(
                        Conditions.accepted(problems, declared.generation(), inForce),
                        Conditions.resolvedRefs(problems, declared.generation(), inForce)));
    }
}
