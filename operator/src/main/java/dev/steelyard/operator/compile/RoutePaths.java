package dev.steelyard.operator.compile;

import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec;
import dev.steelyard.snapshot.Route.PathMatch;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Paths of specs in the form to which requests are normalised before they are matched (RFC 3986 section 6.2.2): unreserved characters
 * decoded, what no target may hold encoded, escapes in upper case. So people may write {@code /café} and {@code /%63af%c3%a9} for one path.
 */
final class RoutePaths {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private RoutePaths() {}

    static PathMatch of(RouteMatchSpec.@Nullable PathMatch path) {
        if (path == null) {
            return PathMatch.ALL;
        }
        return switch (path.type()) {
            case EXACT -> new PathMatch(PathMatch.Type.EXACT, normal(path.value()));
            case PREFIX -> new PathMatch(PathMatch.Type.PREFIX, normal(path.value()));
            case REGEX -> new PathMatch(PathMatch.Type.REGEX, path.value());
        };
    }

    /** A path, or text to be part of one. */
    static String normal(String path) {
        byte[] octets = path.getBytes(StandardCharsets.UTF_8);
        StringBuilder normal = new StringBuilder(octets.length);
        for (int i = 0; i < octets.length; i++) {
            int octet = octets[i] & 0xff;
            if (octet == '%' && escaped(octets, i) >= 0) {
                int meant = escaped(octets, i);
                if (unreserved(meant)) {
                    normal.append((char) meant);
                } else {
                    normal.append('%').append(HEX.toHexDigits((byte) meant));
                }
                i += 2;
            } else if (octet <= ' ' || octet >= 0x7f || octet == '%' || octet == '\\') {
                normal.append('%').append(HEX.toHexDigits((byte) octet));
            } else {
                normal.append((char) octet);
            }
        }
        return normal.toString();
    }

    private static int escaped(byte[] octets, int at) {
        if (at + 2 >= octets.length || !HexFormat.isHexDigit(octets[at + 1]) || !HexFormat.isHexDigit(octets[at + 2])) {
            return -1;
        }
        return HexFormat.fromHexDigit(octets[at + 1]) * 16 + HexFormat.fromHexDigit(octets[at + 2]);
    }

    private static boolean unreserved(int octet) {
        return (octet >= '0' && octet <= '9')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= 'a' && octet <= 'z')
                || "-._~".indexOf(octet) >= 0;
    }
}
