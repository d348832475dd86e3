package dev.steelyard.operator.compile;

import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.policy.ErrorPageSpec;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.ErrorPages;
import dev.steelyard.snapshot.Filters;
import dev.steelyard.snapshot.Route;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The bodies of error responses that a virtual service and its routes have: once for each policy that says them. */
final class ErrorPageCompiler {

    private ErrorPageCompiler() {}

    /**
     * Those that are referred to.
     *
     * @param routes of the virtual service, compiled; none: it speaks no HTTP
     */
    static List<ErrorPages> of(ServiceModel model, List<Route> routes) {
        if (routes.isEmpty()) {
            return List.of();
        }
        Optional<String> unmatched = Policies.of(model, List.of()).naming(RouteFilters::errorPages);
        return Stream.concat(
                        unmatched.stream(),
                        routes.stream().flatMap(route -> route.filters().flatMap(Filters::errorPages).stream()))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .map(policy -> pages(model, policy, unmatched))
                .toList();
    }

    private static ErrorPages pages(ServiceModel model, String policy, Optional<String> unmatched) {
        Declared<PolicySpec> declared = model.policies().get(policy);
        List<ErrorPageSpec> specs =
                declared == null ? List.of() : declared.spec().errorPages();
        return new ErrorPages(
                policy,
                unmatched.equals(Optional.of(policy)),
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
