package dev.steelyard.dataplane.match;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.snapshot.Conditions.ValueMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All that a route asks of a request beside path and method. Immutable; for all threads. */
public final class Conditions {

    /** Asks for nothing. */
    public static final Conditions NONE = new Conditions(List.of());

    private final List<Condition> all;

    private Conditions(List<Condition> all) {
        this.all = List.copyOf(all);
    }

    /**
     * Compiles them: not on an event loop. Those that are cheap to look at come first.
     *
     * @throws IllegalArgumentException if an expression or network is malformed, with a message for the user
     */
    public static Conditions of(dev.steelyard.snapshot.Conditions wanted) {
        List<Condition> all = new ArrayList<>();
        if (!wanted.sourceCidrs().isEmpty()) {
            all.add(new SourceCondition(CidrSet.of(wanted.sourceCidrs())));
        }
        if (!wanted.contentTypes().isEmpty()) {
            all.add(new ContentTypeCondition(MediaTypes.of(wanted.contentTypes())));
        }
        for (ValueMatch match : wanted.headers()) {
            all.add(new FieldCondition(match.name().toLowerCase(Locale.ROOT), ValueTest.of(match)));
        }
        for (ValueMatch match : wanted.cookies()) {
            all.add(new CookieCondition(match.name(), ValueTest.of(match)));
        }
        for (ValueMatch match : wanted.query()) {
            all.add(new QueryCondition(match.name(), ValueTest.of(match)));
        }
        if (!wanted.acceptTypes().isEmpty()) {
            all.add(new AcceptCondition(MediaTypes.of(wanted.acceptTypes())));
        }
        return all.isEmpty() ? NONE : new Conditions(all);
    }

    /** Whether the request is all that is asked for. */
    public boolean hold(MatchedRequest request) {
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).holds(request)) {
                return false;
            }
        }
        return true;
    }

    /** The first that does not hold, for people; empty if all do. */
    public String failing(MatchedRequest request) {
        for (Condition condition : all) {
            if (!condition.holds(request)) {
                return condition.toString();
            }
        }
        return "";
    }

    /** Whether nothing is asked for. */
    public boolean isEmpty() {
        return all.isEmpty();
    }

    @Override
    public String toString() {
        return String.join(", ", all.stream().map(Condition::toString).toList());
    }
}
