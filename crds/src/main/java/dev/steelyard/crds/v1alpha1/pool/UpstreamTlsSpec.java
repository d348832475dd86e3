package dev.steelyard.crds.v1alpha1.pool;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;

/** TLS with the endpoints. */
@ApiObject
@ValidationRule(
        value = "self.verify || self.caSecretName == ''",
        message = "caSecretName is of no use when verify is false",
        fieldPath = ".caSecretName")
public record UpstreamTlsSpec(
        @JsonPropertyDescription("Name of a Secret (of type Opaque or kubernetes.io/tls) in this namespace whose ca.crt"
                + " holds the authorities to trust. Empty: those of the system.")
        @Default("\"\"")
        @Pattern(Formats.OPTIONAL_NAME)
        String caSecretName,

        @JsonPropertyDescription(
                "Name of a Secret of type kubernetes.io/tls in this namespace with the certificate to show."
                        + " Empty: none.")
        @Default("\"\"")
        @Pattern(Formats.OPTIONAL_NAME)
        String clientSecretName,

        @JsonPropertyDescription(
                "Name to send as SNI and to find in the endpoint's certificate. Empty: the member's host, or"
                        + " the endpoint's address.")
        @Default("\"\"")
        @Pattern(Formats.OPTIONAL_HOST)
        String serverName,

        @JsonPropertyDescription(
                "Whether the endpoint's certificate must be valid. false is for tests: anybody on the way"
                        + " can read and change traffic.")
        @Default("true")
        Boolean verify) {

    public UpstreamTlsSpec {
        caSecretName = Absent.or(caSecretName, "");
        clientSecretName = Absent.or(clientSecretName, "");
        serverName = Absent.or(serverName, "");
        verify = Absent.or(verify, true);
    }
}
