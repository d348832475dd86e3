package dev.steelyard.dataplane.filter;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.steelyard.dataplane.match.Expressions;
import dev.steelyard.snapshot.Filters;
import dev.steelyard.snapshot.Route.PathMatch;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the pool is asked for instead. Immutable; for all threads.
 *
 * @param host instead of the request's; null for the request's
 * @param change of the path
 */
public record Rewriting(@Nullable String host, PathChange change) {

    /** How a path is changed. */
    public sealed interface PathChange {

        /**
         * The new path, perhaps with a query, which then replaces the request's. It may be malformed where an expression made it: whoever
         * sends it looks at it as at a client's.
         *
         * @param path of the request, normalised, without the query
         */
        String apply(String path);

        /** Not at all. */
        record None() implements PathChange {
            @Override
            public String apply(String path) {
                return path;
            }
        }

        /** Wholly. */
        record Whole(String replacement) implements PathChange {
            @Override
            public String apply(String path) {
                return replacement;
            }
        }

        /**
         * Its first octets.
         *
         * @param length how many the route matched, a slash at their end not counted
         * @param replacement no slash at its end
         */
        record Prefix(int length, String replacement) implements PathChange {
            @Override
            public String apply(String path) {
                String rest = path.length() <= length ? "" : path.substring(length);
                String changed = rest.startsWith("/") || rest.isEmpty() ? replacement + rest : replacement + "/" + rest;
                return changed.isEmpty() ? "/" : changed;
            }
        }

        /** What an expression matches first. */
        record Substitution(Pattern pattern, Replacement replacement) implements PathChange {
            @Override
            public String apply(String path) {
                Matcher matcher = pattern.matcher(path);
                if (!matcher.find()) {
                    return path;
                }
                StringBuilder changed = new StringBuilder(path.length() + 64).append(path, 0, matcher.start());
                replacement.append(matcher, changed);
                return changed.append(path, matcher.end(), path.length()).toString();
            }
        }
    }

    /**
     * Compiles one.
     *
     * @param matched what the route's path had to be; its prefix, or its whole exact path, is what a new prefix replaces. An expression has
     *     none, and leaves the path as it is
     * @throws IllegalArgumentException if its expression is malformed or too large, or the substitution names a group that it does not have
     */
    public static Rewriting of(Filters.Rewrite rewrite, PathMatch matched) {
        return new Rewriting(rewrite.host().orElse(null), change(rewrite, matched));
    }

    private static PathChange change(Filters.Rewrite rewrite, PathMatch matched) {
        if (rewrite.path().isPresent()) {
            return new PathChange.Whole(rewrite.path().get());
        }
        Optional<String> prefix = rewrite.prefix();
        if (prefix.isPresent()) {
            return switch (matched.type()) {
                case EXACT, PREFIX ->
                    new PathChange.Prefix(trimmed(matched.value()).length(), trimmed(prefix.get()));
                case REGEX -> new PathChange.None();
            };
        }
        return rewrite.regex()
                .<PathChange>map(regex -> {
                    Pattern pattern = Expressions.compile(regex.pattern());
                    return new PathChange.Substitution(
                            pattern, Replacement.of(regex.replacement(), pattern.groupCount()));
                })
                .orElseGet(PathChange.None::new);
    }

    private static String trimmed(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
