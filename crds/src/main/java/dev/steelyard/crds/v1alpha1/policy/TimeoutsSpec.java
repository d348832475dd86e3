package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;

/** Bounds on an exchange in time. */
@ApiObject
public record TimeoutsSpec(
        @JsonPropertyDescription(
                "From the end of the request's head to the end of the response's head, retries included;"
                        + " past it the answer is 504. 0s: no limit.")
        @Default("60s")
        @Pattern(Formats.DURATION)
        String request,

        @JsonPropertyDescription(
                "Longest silence on either side while an exchange or a relayed connection is under way, and of a UDP"
                        + " client before it is forgotten (30s where no policy has timeouts). 0s: no limit.")
        @Default("5m")
        @Pattern(Formats.DURATION)
        String idle,

        @JsonPropertyDescription(
                "From the end of the request's head to the end of the response, an upgraded connection's to its close;"
                        + " past it the answer is 504, or the response is cut short. 0s: no limit.")
        @Default("0s")
        @Pattern(Formats.DURATION)
        String stream) {

    /** What holds where no policy says anything. */
    public static final TimeoutsSpec DEFAULT = new TimeoutsSpec("60s", "5m", "0s");

    public TimeoutsSpec {
        request = Absent.or(request, "60s");
        idle = Absent.or(idle, "5m");
        stream = Absent.or(stream, "0s");
    }
}
