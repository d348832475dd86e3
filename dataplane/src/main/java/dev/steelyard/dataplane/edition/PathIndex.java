package dev.steelyard.dataplane.edition;

import com.google.re2j.Pattern;
import dev.steelyard.dataplane.match.Expressions;
import dev.steelyard.dataplane.match.MatchedRequest;
import dev.steelyard.snapshot.Route.PathMatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first of many path matches that a path meets. Immutable.
 *
 * <p>A prefix can match only at a segment's end: {@code /a} at {@code /a|} or {@code /a|/b}, {@code /a/} at {@code /a/|b}. So one pass
 * over the path, with the hash of what was read so far ({@link String#hashCode} can be extended by a character), meets every prefix and
 * at its end every exact match that can be meant, and looks each up in a hash table. Expressions are tried in turn, and only those that come
 * before what was found so.
 */
final class PathIndex {

    private final int[] hashes;
    private final @Nullable Slot[] slots;
    private final int mask;
    private final List<Expression> expressions = new ArrayList<>(); // filled once, then only read

    /** @throws IllegalArgumentException if an expression is malformed or too large */
    PathIndex(List<PathMatch> matches) {
        int size = Integer.highestOneBit(Math.max(8, matches.size() * 2)) * 2;
        hashes = new int[size];
        slots = new Slot[size];
        mask = size - 1;
        for (int position = 0; position < matches.size(); position++) {
            PathMatch match = matches.get(position);
            switch (match.type()) {
                case EXACT -> add(match.value(), true, position);
                case PREFIX -> add(match.value(), false, position);
                case REGEX -> expressions.add(new Expression(position, Expressions.compile(match.value())));
            }
        }
    }

    private record Expression(int position, Pattern pattern) {}

    /** The positions that share one path, ascending. */
    private record Slot(String value, boolean exact, List<Integer> positions) {}

    private void add(String value, boolean exact, int position) {
        int at = value.hashCode() & mask;
        for (Slot slot = slots[at]; slot != null; slot = slots[at]) {
            if (slot.value.equals(value) && slot.exact == exact) {
                slot.positions.add(position);
                return;
            }
            at = (at + 1) & mask;
        }
        hashes[at] = value.hashCode();
        List<Integer> positions = new ArrayList<>();
        positions.add(position);
        slots[at] = new Slot(value, exact, positions);
    }

    /**
     * The least position whose match the path meets and whose entry accepts the request.
     *
     * @return negative if there is none
     */
    int first(String path, MatchedRequest request, List<RouteTable.Entry> entries) {
        int best = Integer.MAX_VALUE;
        int hash = 0;
        int length = path.length();
        for (int i = 0; i < length; i++) {
            char c = path.charAt(i);
            if (c != '/') {
                hash = 31 * hash + c;
                continue;
            }
            if (i > 0 && path.charAt(i - 1) != '/') {
                best = better(path, i, hash, false, request, entries, best);
            }
            hash = 31 * hash + c;
            best = better(path, i + 1, hash, false, request, entries, best);
        }
        if (length > 0 && path.charAt(length - 1) != '/') {
            best = better(path, length, hash, false, request, entries, best);
        }
        best = better(path, length, hash, true, request, entries, best);
        best = expression(path, request, entries, best);
        return best == Integer.MAX_VALUE ? -1 : best;
    }

    private int expression(String path, MatchedRequest request, List<RouteTable.Entry> entries, int best) {
        for (int i = 0; i < expressions.size(); i++) {
            Expression expression = expressions.get(i);
            if (expression.position >= best) {
                return best;
            }
            if (entries.get(expression.position).accepts(request) && expression.pattern.matches(path)) {
                return expression.position;
            }
        }
        return best;
    }

    private int better(
            String path,
            int end,
            int hash,
            boolean exact,
            MatchedRequest request,
            List<RouteTable.Entry> entries,
            int best) {
        int at = hash & mask;
        for (Slot slot = slots[at]; slot != null; slot = slots[at]) {
            if (hashes[at] == hash
                    && slot.exact == exact
                    && slot.value.length() == end
                    && path.startsWith(slot.value)) {
                return least(slot.positions, request, entries, best);
            }
            at = (at + 1) & mask;
        }
        return best;
    }

    private static int least(
            List<Integer> positions, MatchedRequest request, List<RouteTable.Entry> entries, int best) {
        for (int i = 0; i < positions.size(); i++) {
            int position = positions.get(i);
            if (position >= best) {
                return best;
            }
            if (entries.get(position).accepts(request)) {
                return position;
            }
        }
        return best;
    }
}
