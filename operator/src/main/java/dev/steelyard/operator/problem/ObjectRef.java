package dev.steelyard.operator.problem;

import dev.steelyard.snapshot.ObjectKey;
import java.util.Comparator;

/**
 * A kind and a name.
 *
 * @param kind the kind
 * @param key the name
 */
public record ObjectRef(Kind kind, ObjectKey key) implements Comparable<ObjectRef> {

    private static final Comparator<ObjectRef> ORDER =
            Comparator.comparing(ObjectRef::kind).thenComparing(ObjectRef::key);

    /** The kinds that problems are about. */
    public enum Kind {
        VIRTUAL_SERVICE("VirtualService"),
        POOL("Pool"),
        POLICY("Policy"),
        SERVICE("Service"),
        SECRET("Secret"),
        ENDPOINT_SLICE("EndpointSlice");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** As in the object's {@code kind} field. */
        public String text() {
            return text;
        }
    }

    /** A VirtualService. */
    public static ObjectRef virtualService(ObjectKey key) {
        return new ObjectRef(Kind.VIRTUAL_SERVICE, key);
    }

    /** A Pool. */
    public static ObjectRef pool(ObjectKey key) {
        return new ObjectRef(Kind.POOL, key);
    }

    /** A Policy. */
    public static ObjectRef policy(ObjectKey key) {
        return new ObjectRef(Kind.POLICY, key);
    }

    @Override
    public int compareTo(ObjectRef other) {
        return ORDER.compare(this, other);
    }

    /** {@code Kind/name} in the default namespace, else {@code Kind/namespace/name}. */
    @Override
    public String toString() {
        return kind.text() + "/" + (key.namespace().equals("default") ? key.name() : key.toString());
    }
}
