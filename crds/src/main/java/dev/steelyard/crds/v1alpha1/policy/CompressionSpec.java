package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Compresses responses that the pool sent uncompressed. */
@ApiObject
public record CompressionSpec(
        @JsonPropertyDescription("Content codings on offer; the first that the client accepts best is taken."
                + " Absent: br, zstd, gzip.")
        @Size(min = 1, max = 3)
        List<Coding> algorithms,

        @JsonPropertyDescription("Media types that are compressed, such as text/* or application/json. Absent: text/*,"
                + " application/json, application/javascript, application/xml, application/wasm, image/svg+xml.")
        @Size(min = 1, max = 64)
        List<@Pattern(Formats.MEDIA_TYPE) String> types,

        @JsonPropertyDescription("Smallest body that is compressed, in bytes.")
        @Default("1024")
        @Min(0)
        @Max(1_073_741_824)
        Integer minLength) {

    /** What is offered if the policy names nothing. */
    public static final List<Coding> DEFAULT_ALGORITHMS = List.of(Coding.BR, Coding.ZSTD, Coding.GZIP);

    /** What is compressed if the policy names nothing. */
    public static final List<String> DEFAULT_TYPES = List.of(
            "text/*",
            "application/json",
            "application/javascript",
            "application/xml",
            "application/wasm",
            "image/svg+xml");

    public CompressionSpec {
        algorithms = Absent.list(algorithms);
        types = Absent.list(types);
        minLength = Absent.or(minLength, 1024);
    }

    /** A content coding. */
    public enum Coding {
        @JsonProperty("gzip")
        GZIP,
        @JsonProperty("br")
        BR,
        @JsonProperty("zstd")
        ZSTD
    }
}
