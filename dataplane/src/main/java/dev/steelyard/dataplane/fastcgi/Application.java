package dev.steelyard.dataplane.fastcgi;

import dev.steelyard.snapshot.FastCgi;
import dev.steelyard.snapshot.Pool;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The programs of one pool: which of them a request runs, and what they are told beside the request. Immutable.
 *
 * <p>A path names a program only if it matches one of the pool's patterns; nothing here can see the files. So a file that somebody has put
 * among the programs is not run because a path points to it.
 */
public final class Application {

    /** Programs lie no deeper. */
    private static final int MAX_SEGMENTS = 64;

    /** NAME_MAX of Linux. */
    private static final int MAX_NAME = 255;

    private final FastCgi settings;
    private final String documentRoot;
    private final String index;
    private final List<ScriptPattern> patterns;
    private final @Nullable Script fallback;
    private final Map<String, byte[]> params = new TreeMap<>();

    private Application(FastCgi settings) {
        this.settings = settings;
        this.documentRoot = octets(settings.documentRoot());
        this.index = octets(settings.index());
        this.patterns = settings.scripts().stream()
                .map(pattern -> ScriptPattern.of(octets(pattern)))
                .toList();
        this.fallback = settings.fallback().isEmpty() ? null : new Script(octets(settings.fallback()), "");
        settings.params().forEach((name, value) -> params.put(name, value.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * That of a pool; null if its endpoints are no FastCGI programs.
     *
     * @throws IllegalArgumentException if its settings cannot be used
     */
    public static @Nullable Application of(Pool pool) {
        return pool.fastCgi().map(Application::new).orElse(null);
    }

    private static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** As configured. */
    public FastCgi settings() {
        return settings;
    }

    /** Where the programs are, as they see it, without a slash at its end; each char is one octet. */
    public String documentRoot() {
        return documentRoot;
    }

    /** Parameters beside those of the request, values in UTF-8; they replace those of the same name. Not to be changed. */
    public Map<String, byte[]> params() {
        return params;
    }

    /**
     * The program that a path names: the first part of it that matches a pattern, the index file of a folder, or the fallback. Null if there is
     * none.
     *
     * @param path normalised, without the query
     */
    public @Nullable Script script(String path) {
        List<String> segments = new ArrayList<>(8);
        int from = 1;
        while (segments.size() < MAX_SEGMENTS && from <= path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            boolean last = slash < 0;
            String name = last && to == from ? index : name(path, from, to);
            if (name == null) {
                return fallback;
            }
            segments.add(name);
            if (!name.isEmpty() && matches(segments)) {
                return new Script("/" + String.join("/", segments), last ? "" : decoded(path, to));
            }
            from = to + 1;
        }
        return fallback;
    }

    private boolean matches(List<String> segments) {
        for (ScriptPattern pattern : patterns) {
            if (pattern.matches(segments, segments.size())) {
                return true;
            }
        }
        return false;
    }

    /** A segment, decoded; null if it can be no file's name. */
    private static @Nullable String name(String path, int from, int to) {
        String name = decoded(path.substring(from, to), 0);
        if (name.length() > MAX_NAME) {
            return null;
        }
        for (int i = 0; i < name.length(); i++) {
            char octet = name.charAt(i);
            if (octet < ' ' || octet == 0x7f || octet == '/' || octet == '\\') {
                return null;
            }
        }
        return name;
    }

    /** What follows {@code from}; escapes are known to be well-formed. */
    private static String decoded(String path, int from) {
        int escape = path.indexOf('%', from);
        if (escape < 0) {
            return path.substring(from);
        }
        StringBuilder text = new StringBuilder(path.length() - from);
        for (int i = from; i < path.length(); i++) {
            char octet = path.charAt(i);
            if (octet == '%') {
                octet = (char) (Character.digit(path.charAt(i + 1), 16) << 4 | Character.digit(path.charAt(i + 2), 16));
                i += 2;
            }
            text.append(octet);
        }
        return text.toString();
    }
}
