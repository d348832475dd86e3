package dev.steelyard.operator.reconcile;

import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.operator.event.EventWriter;
import dev.steelyard.operator.event.Notices;
import dev.steelyard.operator.status.Conditions;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Carries desired statuses to the objects of one kind: at most one write for an object in {@link #QUIET}, unless a condition turns.
 * That nodes are yet to come to a new revision is written only if they take longer than {@link #PATIENCE}. For JOSDK's threads,
 * which never reconcile one object twice at a time.
 */
final class StatusWriter<P extends CustomResource<C, S>, C, S> {

    static final Duration QUIET = Duration.ofSeconds(5);
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final PatchContext SERVER_SIDE_APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("steelyard-operator")
            .withForce(true)
            .build();

    private final StatusKind<P, C, S> kind;
    private final Board<S> board;
    private final BooleanSupplier leading;
    private final EventWriter events;
    private final Clock clock;
    private final Map<ObjectKey, Written<S>> written = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Instant> pendingSince = new ConcurrentHashMap<>();

    /**
     * A write of ours.
     *
     * @param version resource version that it gave the object
     */
    private record Written<S>(Instant at, String version, S status) {}

    StatusWriter(StatusKind<P, C, S> kind, Board<S> board, BooleanSupplier leading, EventWriter events, Clock clock) {
        this.kind = kind;
        this.board = board;
        this.leading = leading;
        this.events = events;
        this.clock = clock;
        board.onGone(this::forget);
    }

    /** Nobody reconciles an object that is gone. */
    private void forget(ObjectKey key) {
        written.remove(key);
        pendingSince.remove(key);
    }

    /** Objects of which something is remembered. */
    int remembered() {
        return written.size() + pendingSince.size();
    }

    UpdateControl<P> reconcile(P object, Context<P> context) {
        ObjectKey key = new ObjectKey(
                object.getMetadata().getNamespace(), object.getMetadata().getName());
        Board.Desired<S> desired = board.of(key)
                .filter(found -> found.uid().equals(object.getMetadata().getUid()))
                .orElse(null);
        if (desired == null || !leading.getAsBoolean()) {
            forget(key);
            return UpdateControl.noUpdate();
        }
        S present = present(object, key);
        Instant now = clock.instant();
        S next = kind.settle().apply(desired.status(), present, now.truncatedTo(ChronoUnit.SECONDS));
        if (next.equals(present)) {
            pendingSince.remove(key);
            return UpdateControl.noUpdate();
        }
        List<Condition> before = kind.conditions().apply(present);
        List<Condition> after = kind.conditions().apply(next);
        Duration wait = wait(key, before, after, now);
        if (wait.isPositive()) {
            return UpdateControl.<P>noUpdate().rescheduleAfter(wait);
        }
        return write(object, key, present, next, context, now);
    }

    private Duration wait(ObjectKey key, List<Condition> before, List<Condition> after, Instant now) {
        boolean pending = Conditions.find(after, Conditions.PROGRAMMED)
                .filter(condition -> condition.status() == Condition.Status.FALSE
                        && condition.reason().equals("Pending"))
                .isPresent();
        if (pending) {
            Instant since = pendingSince.computeIfAbsent(key, _ -> now);
            if (now.isBefore(since.plus(PATIENCE))) {
                return Duration.between(now, since.plus(PATIENCE));
            }
        } else {
            pendingSince.remove(key);
        }
        Written<S> last = written.get(key);
        if (last == null || !now.isBefore(last.at().plus(QUIET)) || Conditions.turned(before, after)) {
            return Duration.ZERO;
        }
        return Duration.between(now, last.at().plus(QUIET));
    }

    /** What is stored: what the cache shows, unless it has not caught up with our last write. */
    private S present(P object, ObjectKey key) {
        Written<S> last = written.get(key);
        if (last != null && isOlder(object.getMetadata().getResourceVersion(), last.version())) {
            return last.status();
        }
        return object.getStatus() == null ? kind.none() : object.getStatus();
    }

    /** Resource versions of one kind are numbers that grow. */
    private static boolean isOlder(String version, String than) {
        return version.length() == than.length() ? version.compareTo(than) < 0 : version.length() < than.length();
    }

    private UpdateControl<P> write(P object, ObjectKey key, S present, S next, Context<P> context, Instant now) {
        P patch = kind.fresh().get();
        patch.setMetadata(new ObjectMetaBuilder()
                .withNamespace(key.namespace())
                .withName(key.name())
                .withUid(object.getMetadata().getUid())
                .build());
        patch.setStatus(next);
        try {
            // Not by the SDK's own means: they hide what happens to the object meanwhile, a change of its spec as well.
            P stored = context.getClient().resource(patch).subresource("status").patch(SERVER_SIDE_APPLY);
            written.put(key, new Written<>(now, stored.getMetadata().getResourceVersion(), next));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                return UpdateControl.noUpdate();
            }
            throw e;
        }
        Notices.between(kind.gist().apply(present), kind.gist().apply(next))
                .forEach(notice -> events.tell(object, notice));
        return UpdateControl.noUpdate();
    }
}
