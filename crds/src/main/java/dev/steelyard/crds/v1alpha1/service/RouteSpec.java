package dev.steelyard.crds.v1alpha1.service;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A match on HTTP requests and what happens to them. */
@ApiObject
@ValidationRule(
        value = "(has(self.pools) && size(self.pools) > 0 ? 1 : 0) + (has(self.redirect) ? 1 : 0)"
                + " + (has(self.respond) ? 1 : 0) == 1",
        message = "a route has exactly one of pools, redirect and respond")
@ValidationRule(
        value = "!has(self.pools) || size(self.pools) == 0 || self.pools.exists(p, p.weight > 0)",
        message = "at least one pool needs a weight above 0",
        fieldPath = ".pools")
public record RouteSpec(
        @JsonPropertyDescription("Name, unique in this virtual service; status, logs and metrics refer to it."
                + " Absent: route- and its place in the list, counted from 0.")
        @Pattern(Formats.LABEL)
        @Nullable
        String name,

        @JsonPropertyDescription("The route applies when any of these matches. Absent: it applies to every request.")
        @Size(max = 8)
        List<RouteMatchSpec> match,

        @JsonPropertyDescription("Where matching requests go, shared out by weight.") @Size(max = 16)
        List<WeightedPool> pools,

        @JsonPropertyDescription(
                "Names of Policy objects in this namespace. Each section in them replaces the same section"
                        + " of spec.policies for this route.")
        @Size(max = 16)
        List<@Pattern(Formats.NAME) String> policies,

        @JsonPropertyDescription("Answers with a redirect instead of asking a pool.") @Nullable
        RedirectSpec redirect,

        @JsonPropertyDescription("Answers with a fixed response instead of asking a pool.") @Nullable
        ResponseSpec respond) {

    public RouteSpec {
        match = Absent.list(match);
        pools = Absent.list(pools);
        policies = Absent.list(policies);
    }

    /** A pool and its share of a route's requests. */
    @ApiObject
    public record WeightedPool(
            @JsonPropertyDescription("Name of a Pool in this namespace.") @Required @Pattern(Formats.NAME)
            String name,

            @JsonPropertyDescription(
                    "Share of the route's requests, relative to the weights of its other pools. 0: none.")
            @Default("1")
            @Min(0)
            @Max(1_000_000)
            Integer weight) {

        public WeightedPool {
            weight = Absent.or(weight, 1);
        }
    }
}
