package dev.steelyard.operator.compile;

import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.policy.ErrorPageSpec;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.ErrorPages;
import dev.steelyard.snapshot.Filters;
import java.util.List;
import java.util.stream.Stream;

/** The bodies of error responses that a virtual service and its routes have: once for each policy that says them. */
final class ErrorPageCompiler {

    private ErrorPageCompiler() {}

    /** Those that filters refer to. */
    static List<ErrorPages> of(ServiceModel model, Stream<Filters> filters) {
        return filters.flatMap(each -> each.errorPages().stream())
                .distinct()
                .sorted()
                .map(policy -> pages(model, policy))
                .toList();
    }

    private static ErrorPages pages(ServiceModel model, String policy) {
        Declared<PolicySpec> declared = model.policies().get(policy);
        List<ErrorPageSpec> specs =
                declared == null ? List.of() : declared.spec().errorPages();
        return new ErrorPages(
                policy,
                specs.stream()
                        .map(spec -> new ErrorPages.Page(
                                spec.statuses().stream()
                                        .map(StatusRanges::parse)
                                        .toList(),
                                spec.body(),
                                spec.contentType(),
                                spec.replaceUpstream()))
                        .toList());
    }
}
