package dev.steelyard.dataplane.http1.head;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Brings a path into the one form that routes match and endpoints are sent (RFC 3986 section 6.2.2): unreserved characters decoded, other
 * escapes in upper case, dot segments resolved. So {@code /public/%2e%2e/admin} is {@code /admin} for everyone.
 *
 * <p>What servers disagree on is not rewritten, since applications use it, but read a second time as the most liberal server would: encoded
 * slashes and backslashes as slashes, runs of slashes as one, parameters after {@code ;} ignored. Refused outright: a NUL, a malformed
 * escape, a backslash, and dot segments that only such a server would see ({@code ..%2f}, {@code ..;}).
 */
public final class PathNormaliser {

    private static final Pattern ENCODED_SLASH = Pattern.compile("%2F|%5C");
    private static final Pattern PARAMETERS = Pattern.compile(";[^/]*");
    private static final Pattern SLASHES = Pattern.compile("//+");

    private PathNormaliser() {}

    /**
     * @param path as routes match it and the endpoint gets it
     * @param loose as a liberal server may read it; null if that is the same
     */
    public record Readings(String path, @Nullable String loose) {}

    /**
     * Brings a path into that form.
     *
     * @param raw begins with a slash; without the query
     * @throws MalformedMessage if it is refused
     */
    public static Readings normalise(String raw) throws MalformedMessage {
        String path = resolve(decode(raw));
        String loose = ENCODED_SLASH.matcher(path).replaceAll("/");
        loose = PARAMETERS.matcher(loose).replaceAll("");
        loose = SLASHES.matcher(loose).replaceAll("/");
        return new Readings(path, loose.equals(path) ? null : loose);
    }

    private static String decode(String raw) throws MalformedMessage {
        StringBuilder path = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char octet = raw.charAt(i);
            if (octet != '%') {
                path.append(octet);
                continue;
            }
            int value = i + 2 < raw.length() ? escape(raw.charAt(i + 1), raw.charAt(i + 2)) : -1;
            if (value <= 0) {
                throw MalformedMessage.bad("the path holds a malformed escape");
            }
            if (Octets.is(Octets.UNRESERVED, (byte) value)) {
                path.append((char) value);
            } else {
                path.append('%')
                        .append(Character.toUpperCase(raw.charAt(i + 1)))
                        .append(Character.toUpperCase(raw.charAt(i + 2)));
            }
            i += 2;
        }
        return path.toString();
    }

    private static int escape(char high, char low) {
        int left = Octets.hex((byte) high);
        int right = Octets.hex((byte) low);
        return left < 0 || right < 0 ? -1 : left * 16 + right;
    }

    /** RFC 3986 section 5.2.4, by segments. */
    private static String resolve(String path) throws MalformedMessage {
        String[] segments = path.substring(1).split("/", -1);
        List<String> kept = new ArrayList<>(segments.length);
        for (int i = 0; i < segments.length; i++) {
            String segment = segments[i];
            boolean dots = segment.equals("..");
            if (dots && !kept.isEmpty()) {
                kept.removeLast();
            }
            if (dots || segment.equals(".")) {
                if (i == segments.length - 1) {
                    kept.add("");
                }
                continue;
            }
            refuseHiddenDots(segment);
            kept.add(segment);
        }
        return "/" + String.join("/", kept);
    }

    private static void refuseHiddenDots(String segment) throws MalformedMessage {
        for (String part : ENCODED_SLASH.split(segment, -1)) {
            int end = part.indexOf(';');
            String name = end < 0 ? part : part.substring(0, end);
            if (name.equals(".") || name.equals("..")) {
                throw MalformedMessage.bad("the path holds a hidden dot segment");
            }
        }
    }
}
