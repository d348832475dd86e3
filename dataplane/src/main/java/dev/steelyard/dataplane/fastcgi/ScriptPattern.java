package dev.steelyard.dataplane.fastcgi;

import java.util.List;

/**
 * Which paths name a program: literal segments, in which {@code *} stands for one or more characters, and at most one segment {@code **}, which
 * stands for any number of folders without a dot in their names. A wildcard never takes a leading dot. Immutable.
 *
 * <p>The rule about dots keeps what is uploaded as {@code photo.jpg} from being taken for a folder: php-fpm would run it for {@code
 * photo.jpg/x.php}, which names no file.
 */
final class ScriptPattern {

    private static final String FOLDERS = "**";

    private final List<String> before;
    private final List<String> after;
    private final boolean folders;

    private ScriptPattern(List<String> before, List<String> after, boolean folders) {
        this.before = before;
        this.after = after;
        this.folders = folders;
    }

    /**
     * Reads a pattern.
     *
     * @param pattern begins with a slash, octets as chars
     * @throws IllegalArgumentException if it is none
     */
    static ScriptPattern of(String pattern) {
        List<String> segments = List.of(pattern.substring(1).split("/", -1));
        int at = segments.indexOf(FOLDERS);
        boolean sound = pattern.startsWith("/")
                && at == segments.lastIndexOf(FOLDERS)
                && at != segments.size() - 1
                && segments.stream().noneMatch(String::isEmpty);
        if (!sound) {
            throw new IllegalArgumentException("no pattern of scripts: " + pattern);
        }
        return at < 0
                ? new ScriptPattern(segments, List.of(), false)
                : new ScriptPattern(segments.subList(0, at), segments.subList(at + 1, segments.size()), true);
    }

    /** Whether the first {@code count} of {@code segments}, decoded, name a program. */
    boolean matches(List<String> segments, int count) {
        int fixed = before.size() + after.size();
        if (folders ? count < fixed : count != fixed) {
            return false;
        }
        int rest = count - after.size();
        return all(after, segments, rest) && all(before, segments, 0) && plain(segments, before.size(), rest);
    }

    private static boolean all(List<String> patterns, List<String> segments, int from) {
        for (int i = 0; i < patterns.size(); i++) {
            if (!matches(patterns.get(i), segments.get(from + i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean plain(List<String> segments, int from, int to) {
        for (int i = from; i < to; i++) {
            if (segments.get(i).isEmpty() || segments.get(i).indexOf('.') >= 0) {
                return false;
            }
        }
        return true;
    }

    /** One segment, in time that grows with the product of both lengths at most. */
    private static boolean matches(String pattern, String name) {
        if (name.startsWith(".") && pattern.startsWith("*")) {
            return false;
        }
        int p = 0;
        int n = 0;
        int star = -1;
        int taken = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                taken = ++n;
            } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++taken;
            } else {
                return false;
            }
        }
        return p == pattern.length();
    }
}
