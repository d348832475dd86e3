package dev.steelyard.crds.v1alpha1.service;

import com.fasterxml.jackson.annotation.JsonProperty;
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

/** TLS that ends at a listener. */
@ApiObject
public record ListenerTlsSpec(
        @JsonPropertyDescription(
                "Certificates to show. The one whose names match the client's SNI is shown, else the first.")
        @Required
        @Size(min = 1, max = 64)
        List<CertificateRef> certificates,

        @JsonPropertyDescription("Lowest TLS version that is accepted.") @Default("TLSv1.2")
        TlsVersion minVersion,

        @JsonPropertyDescription("Whether clients have to show a certificate. Absent: they are not asked.") @Nullable
        ClientAuth clientAuth,

        @JsonPropertyDescription(
                "Offers HTTP/2 by ALPN. Absent: the dataplane's choice, which may change between releases.")
        @Nullable
        Boolean http2,

        @JsonPropertyDescription(
                "Offers HTTP/3 on the UDP port of the same number, announced by Alt-Svc. Absent: it is not offered. false: it"
                        + " is not, and clients that remember it are told to forget it.")
        @Nullable
        Boolean http3) {

    public ListenerTlsSpec {
        certificates = Absent.list(certificates);
        minVersion = Absent.or(minVersion, TlsVersion.TLS_1_2);
    }

    /** A certificate and its key. */
    @ApiObject
    public record CertificateRef(
            @JsonPropertyDescription(
                    "Name of a Secret of type kubernetes.io/tls in this namespace. A renewed certificate is"
                            + " taken up without touching open connections.")
            @Required
            @Pattern(Formats.NAME)
            String secretName) {}

    /** Whether clients have to show a certificate. */
    @ApiObject
    @ValidationRule(
            value = "self.mode == 'None' || self.caSecretName != ''",
            message = "mode Optional and Require need caSecretName",
            fieldPath = ".caSecretName")
    public record ClientAuth(
            @JsonPropertyDescription("None: clients are not asked. Optional: a certificate that is shown must be valid."
                    + " Require: a valid certificate must be shown.")
            @Default("None")
            ClientAuthMode mode,

            @JsonPropertyDescription(
                    "Name of a Secret (of type Opaque or kubernetes.io/tls) in this namespace whose ca.crt holds the authorities that sign"
                            + " clients' certificates.")
            @Default("\"\"")
            @Pattern(Formats.OPTIONAL_NAME)
            String caSecretName) {

        public ClientAuth {
            mode = Absent.or(mode, ClientAuthMode.NONE);
            caSecretName = Absent.or(caSecretName, "");
        }
    }

    /** Whether clients have to show a certificate. */
    public enum ClientAuthMode {
        /** They are not asked. */
        @JsonProperty("None")
        NONE,
        /** What is shown must be valid. */
        @JsonProperty("Optional")
        OPTIONAL,
        /** Something valid must be shown. */
        @JsonProperty("Require")
        REQUIRE
    }

    /** A TLS protocol version. */
    public enum TlsVersion {
        @JsonProperty("TLSv1.2")
        TLS_1_2,
        @JsonProperty("TLSv1.3")
        TLS_1_3
    }
}
