package dev.steelyard.operator.compile;

import dev.steelyard.crds.GoDuration;
import dev.steelyard.crds.HeaderField;
import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PoolSpec.PoolProtocol;
import dev.steelyard.crds.v1alpha1.policy.AccessSpec;
import dev.steelyard.crds.v1alpha1.policy.CorsSpec;
import dev.steelyard.crds.v1alpha1.policy.DiagnosticsSpec;
import dev.steelyard.crds.v1alpha1.policy.ErrorPageSpec;
import dev.steelyard.crds.v1alpha1.policy.HeaderChangesSpec;
import dev.steelyard.crds.v1alpha1.policy.RewriteSpec;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.Filters;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What policies make a route do on the way: of each section the last policy's that has it. */
final class RouteFilters {

    private final ServiceModel model;
    private final UsedPools pools;

    RouteFilters(ServiceModel model, UsedPools pools) {
        this.model = model;
        this.pools = pools;
    }

    /** The filters in force. */
    Optional<Filters> of(Policies policies) {
        Filters filters = new Filters(
                access(policies),
                policies.section(PolicySpec::cors).map(RouteFilters::cors),
                policies.section(PolicySpec::rewrite).map(RouteFilters::rewrite),
                policies.section(PolicySpec::requestHeaders).map(RouteFilters::changes),
                policies.section(PolicySpec::responseHeaders).map(RouteFilters::changes),
                policies.section(PolicySpec::mirror)
                        .filter(mirror ->
                                model.pool(mirror.pool(), PoolProtocol.HTTP1).isPresent())
                        .map(mirror ->
                                new Filters.Mirror(pools.use(mirror.pool(), PoolProtocol.HTTP1), mirror.percent())),
                policies.naming(RouteFilters::errorPages),
                policies.section(PolicySpec::diagnostics).map(RouteFilters::diagnostics));
        return someIfAny(filters);
    }

    /** What is done to responses to requests that match no route. */
    static Optional<Filters> unmatched(Policies policies) {
        return someIfAny(new Filters(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                policies.section(PolicySpec::responseHeaders).map(RouteFilters::changes),
                Optional.empty(),
                policies.naming(RouteFilters::errorPages),
                policies.section(PolicySpec::diagnostics).map(RouteFilters::diagnostics)));
    }

    private static Optional<Filters> someIfAny(Filters filters) {
        return filters.equals(Filters.NONE) ? Optional.empty() : Optional.of(filters);
    }

    private static Filters.Diagnostics diagnostics(DiagnosticsSpec spec) {
        return new Filters.Diagnostics(
                spec.flagsHeader(), spec.sourceCIDRs().stream().distinct().toList());
    }

    /** The section of bodies for error responses. */
    static @Nullable List<ErrorPageSpec> errorPages(PolicySpec spec) {
        return spec.errorPages().isEmpty() ? null : spec.errorPages();
    }

    /** Who is let in. */
    static Optional<Filters.Access> access(Policies policies) {
        return policies.section(PolicySpec::access).map(RouteFilters::access);
    }

    private static Filters.Access access(AccessSpec access) {
        return new Filters.Access(access.allow(), access.deny());
    }

    private static Filters.Cors cors(CorsSpec cors) {
        return new Filters.Cors(
                cors.allowOrigins(),
                cors.allowMethods().isEmpty() ? List.of("GET", "HEAD", "POST") : cors.allowMethods(),
                cors.allowHeaders(),
                cors.exposeHeaders(),
                cors.allowCredentials(),
                GoDuration.parse(cors.maxAge()).toSeconds());
    }

    private static Filters.Rewrite rewrite(RewriteSpec rewrite) {
        return new Filters.Rewrite(
                Optional.ofNullable(rewrite.host()),
                Optional.ofNullable(rewrite.path()).map(RoutePaths::normal),
                Optional.ofNullable(rewrite.prefix()).map(RoutePaths::normal),
                Optional.ofNullable(rewrite.regex())
                        .map(regex ->
                                new Filters.Substitution(regex.pattern(), RoutePaths.normal(regex.substitution()))));
    }

    private static Filters.HeaderChanges changes(HeaderChangesSpec changes) {
        return new Filters.HeaderChanges(
                changes.remove().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .distinct()
                        .toList(),
                fields(changes.set()),
                fields(changes.add()));
    }

    private static List<Filters.Field> fields(List<HeaderField> fields) {
        return fields.stream()
                .map(field -> new Filters.Field(field.name(), field.value()))
                .toList();
    }
}
