package dev.steelyard.dataplane.filter;

import dev.steelyard.snapshot.Filters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What browsers are told of other sites (Fetch standard, section 3.3). Immutable; for all threads. */
public final class CrossOrigin {

    private static final String ANY = "*";

    private final List<String> origins;
    private final boolean anyOrigin;
    private final boolean credentials;
    private final String exposed;
    private final List<LocalReply.Field> preflight;

    private CrossOrigin(Filters.Cors cors) {
        origins = cors.allowOrigins().stream()
                .map(origin -> origin.toLowerCase(Locale.ROOT))
                .toList();
        anyOrigin = origins.contains(ANY);
        credentials = cors.allowCredentials();
        exposed = String.join(", ", cors.exposeHeaders());
        List<LocalReply.Field> fields = new ArrayList<>();
        fields.add(new LocalReply.Field("Access-Control-Allow-Methods", String.join(", ", cors.allowMethods())));
        if (!cors.allowHeaders().isEmpty()) {
            fields.add(new LocalReply.Field("Access-Control-Allow-Headers", String.join(", ", cors.allowHeaders())));
        }
        fields.add(new LocalReply.Field("Access-Control-Max-Age", String.valueOf(cors.maxAgeSeconds())));
        fields.add(
                new LocalReply.Field("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"));
        preflight = List.copyOf(fields);
    }

    /** Compiles one. */
    public static CrossOrigin of(Filters.Cors cors) {
        return new CrossOrigin(cors);
    }

    /**
     * The answer to a preflight request, whoever asks: 204, and for origins that are allowed what they may do.
     *
     * @param origin the request's Origin
     */
    public LocalReply preflight(String origin) {
        List<LocalReply.Field> fields = new ArrayList<>();
        String allowed = allowed(origin);
        if (allowed != null) {
            fields.add(new LocalReply.Field("Access-Control-Allow-Origin", allowed));
            if (credentials) {
                fields.add(new LocalReply.Field("Access-Control-Allow-Credentials", "true"));
            }
            fields.addAll(preflight);
        } else {
            fields.add(preflight.getLast());
        }
        return LocalReply.empty(204, fields);
    }

    /**
     * The changes to a response: what the pool says of other sites is replaced.
     *
     * @param origin the request's Origin; null if it has none
     */
    public HeaderChanges changes(@Nullable String origin) {
        List<HeaderChanges.Line> added = new ArrayList<>();
        String allowed = origin == null ? null : allowed(origin);
        if (allowed != null) {
            added.add(new HeaderChanges.Line("Access-Control-Allow-Origin", allowed));
            if (credentials) {
                added.add(new HeaderChanges.Line("Access-Control-Allow-Credentials", "true"));
            }
            if (!exposed.isEmpty()) {
                added.add(new HeaderChanges.Line("Access-Control-Expose-Headers", exposed));
            }
        }
        if (!anyOrigin) {
            added.add(new HeaderChanges.Line("Vary", "Origin"));
        }
        return new HeaderChanges(
                List.of(
                        "access-control-allow-origin",
                        "access-control-allow-credentials",
                        "access-control-expose-headers"),
                added);
    }

    /** What {@code Access-Control-Allow-Origin} says to an origin; null if that is not allowed. */
    private @Nullable String allowed(String origin) {
        if (anyOrigin) {
            return ANY;
        }
        String asked = origin.toLowerCase(Locale.ROOT);
        for (int i = 0; i < origins.size(); i++) {
            if (matches(origins.get(i), asked)) {
                return origin;
            }
        }
        return null;
    }

    /** {@code https://*.example.com} stands for one or more labels in the place of the star. */
    private static boolean matches(String allowed, String origin) {
        int star = allowed.indexOf("//*.");
        if (star < 0) {
            return allowed.equals(origin);
        }
        String suffix = allowed.substring(star + 3);
        int host = star + 2;
        return origin.length() > host + suffix.length()
                && origin.startsWith(allowed.substring(0, host))
                && origin.endsWith(suffix)
                && labels(origin, host, origin.length() - suffix.length());
    }

    private static boolean labels(String origin, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = origin.charAt(i);
            if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }
}
