package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets requests in by who sends them; others are answered 401 or 403. */
@ApiObject
@ValidationRule(
        value = "(has(self.basic) ? 1 : 0) + (has(self.jwt) ? 1 : 0) + (has(self.external) ? 1 : 0) == 1",
        message = "auth has exactly one of basic, jwt and external")
public record AuthSpec(
        @JsonPropertyDescription("User name and password (RFC 7617).") @Nullable
        Basic basic,

        @JsonPropertyDescription("A signed token in Authorization: Bearer (RFC 7519, RFC 6750).") @Nullable
        Jwt jwt,

        @JsonPropertyDescription("Another server decides.") @Nullable
        External external) {

    /** User name and password. */
    @ApiObject
    public record Basic(
            @JsonPropertyDescription(
                    "Name of a Secret in this namespace whose key auth holds lines of user:hash as htpasswd"
                            + " writes them, by bcrypt or SHA-512.")
            @Required
            @Pattern(Formats.NAME)
            String secretName,

            @JsonPropertyDescription("Realm that clients show when they ask for the password.")
            @Default("restricted")
            @Pattern("^[ !#-\\[\\]-~]+$")
            @Size(min = 1, max = 128)
            String realm) {

        public Basic {
            realm = Absent.or(realm, "restricted");
        }
    }

    /** A signed token. */
    @ApiObject
    public record Jwt(
            @JsonPropertyDescription("What iss must be.") @Required @Size(min = 1, max = 512)
            String issuer,

            @JsonPropertyDescription("One of these must be in aud. Absent: aud is not looked at.") @Size(max = 16)
            List<@Size(min = 1, max = 512) String> audiences,

            @JsonPropertyDescription("Keys that sign tokens.") @Required
            Jwks jwks,

            @JsonPropertyDescription(
                    "Claims that are handed to the pool as header fields; such fields in the request are"
                            + " removed first.")
            @Size(max = 32)
            List<ClaimHeader> claimHeaders) {

        public Jwt {
            audiences = Absent.list(audiences);
            claimHeaders = Absent.list(claimHeaders);
        }
    }

    /** Where a set of keys (RFC 7517) comes from. */
    @ApiObject
    @ValidationRule(
            value = "has(self.url) != has(self.secretName)",
            message = "jwks has exactly one of url and secretName")
    public record Jwks(
            @JsonPropertyDescription("URL of the key set, fetched anew as its freshness says.")
            @Pattern(Formats.HTTP_URL)
            @Nullable
            String url,

            @JsonPropertyDescription("Name of a Secret in this namespace whose key jwks.json holds the key set.")
            @Pattern(Formats.NAME)
            @Nullable
            String secretName) {}

    /** A claim and the field that carries it on. */
    @ApiObject
    public record ClaimHeader(
            @JsonPropertyDescription("Name of the claim.") @Required @Size(min = 1, max = 128)
            String claim,

            @JsonPropertyDescription("Name of the header field.") @Required @Pattern(Formats.TOKEN)
            String header) {}

    /** Another server decides: 2xx lets the request in, anything else is the answer. */
    @ApiObject
    public record External(
            @JsonPropertyDescription("Name of a Pool in this namespace with the deciding servers.")
            @Required
            @Pattern(Formats.NAME)
            String pool,

            @JsonPropertyDescription("Path that is asked for; the request's own URL is in X-Forwarded-Uri.")
            @Default("/")
            @Pattern(Formats.PATH)
            String path,

            @JsonPropertyDescription("Longest wait for the decision.") @Default("1s") @Pattern(Formats.DURATION)
            String timeout,

            @JsonPropertyDescription("Header fields of the request that the deciding server sees."
                    + " Absent: Authorization and Cookie.")
            @Size(max = 64)
            List<@Pattern(Formats.TOKEN) String> requestHeaders,

            @JsonPropertyDescription("Header fields of a 2xx answer that are handed to the pool.") @Size(max = 64)
            List<@Pattern(Formats.TOKEN) String> responseHeaders,

            @JsonPropertyDescription("Whether requests are let in while no decision can be had.") @Default("false")
            boolean failOpen) {

        public External {
            path = Absent.or(path, "/");
            timeout = Absent.or(timeout, "1s");
            requestHeaders = Absent.list(requestHeaders);
            responseHeaders = Absent.list(responseHeaders);
        }
    }
}
