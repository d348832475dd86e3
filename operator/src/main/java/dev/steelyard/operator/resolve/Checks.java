package dev.steelyard.operator.resolve;

import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.snapshot.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Tells good objects of one kind from bad ones, and remembers what it found of those that have not changed. For one thread.
 *
 * @param <S> spec
 */
final class Checks<S> {

    private final Function<ObjectKey, ObjectRef> ref;
    private final Memo<ObjectKey, Declared<S>, List<Problem>> current;
    private final Memo<ObjectKey, Declared<S>, List<Problem>> last;

    /**
     * Begins with nothing remembered.
     *
     * @param rules what has to hold within a spec; pure
     */
    Checks(Function<ObjectKey, ObjectRef> ref, BiFunction<ObjectKey, S, List<Problem>> rules) {
        this.ref = ref;
        this.current = new Memo<>(object -> apply(rules, object));
        this.last = new Memo<>(object -> apply(rules, object));
    }

    /** An object that the rules themselves stumble over, such as one older than the schema, hurts only itself. */
    private List<Problem> apply(BiFunction<ObjectKey, S, List<Problem>> rules, Declared<S> object) {
        if (!object.defect().isEmpty()) {
            Findings findings = new Findings(ref.apply(object.key()));
            findings.refused("", Reason.INVALID, object.defect());
            return findings.problems();
        }
        try {
            return rules.apply(object.key(), object.spec());
        } catch (RuntimeException e) {
            Findings findings = new Findings(ref.apply(object.key()));
            findings.refused("spec", Reason.INVALID, "cannot be understood: " + e.getMessage());
            return findings.problems();
        }
    }

    /**
     * What may be in force.
     *
     * @param current states that are good
     * @param last the last good states of objects that still exist, as far as they still are good
     */
    record Candidates<S>(SortedMap<ObjectKey, Declared<S>> current, SortedMap<ObjectKey, Declared<S>> last) {

        /** Of each object the current state if that is good, else the last good one. */
        SortedMap<ObjectKey, Declared<S>> inForce() {
            SortedMap<ObjectKey, Declared<S>> inForce = new TreeMap<>(last);
            inForce.putAll(current);
            return inForce;
        }
    }

    /**
     * Checks objects.
     *
     * @param further a check that depends on more than the object, and so is made each time
     * @param problems receives those of the current states
     */
    Candidates<S> candidates(
            SortedMap<ObjectKey, Declared<S>> declared,
            SortedMap<ObjectKey, Declared<S>> lastGood,
            BiConsumer<Declared<S>, Findings> further,
            List<Problem> problems) {
        SortedMap<ObjectKey, Declared<S>> good = good(declared, current, further, problems);
        SortedMap<ObjectKey, Declared<S>> older = new TreeMap<>();
        SortedMap<ObjectKey, Declared<S>> same = new TreeMap<>();
        lastGood.forEach((key, object) -> {
            Declared<S> now = declared.get(key);
            if (object.equals(now)) {
                same.put(key, object);
            } else if (now != null) {
                older.put(key, object);
            }
        });
        same.keySet().retainAll(good.keySet());
        same.putAll(good(older, last, further, new ArrayList<>()));
        return new Candidates<>(good, same);
    }

    private SortedMap<ObjectKey, Declared<S>> good(
            SortedMap<ObjectKey, Declared<S>> objects,
            Memo<ObjectKey, Declared<S>, List<Problem>> rules,
            BiConsumer<Declared<S>, Findings> further,
            List<Problem> problems) {
        SortedMap<ObjectKey, Declared<S>> good = new TreeMap<>();
        rules.apply(objects).forEach((key, found) -> {
            Declared<S> object = Objects.requireNonNull(objects.get(key));
            Findings findings = new Findings(ref.apply(key));
            further.accept(object, findings);
            problems.addAll(found);
            problems.addAll(findings.problems());
            if (!Findings.refuse(found) && !Findings.refuse(findings.problems())) {
                good.put(key, object);
            }
        });
        return good;
    }
}
