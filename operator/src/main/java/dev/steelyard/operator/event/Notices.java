package dev.steelyard.operator.event;

import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.operator.status.Conditions;
import dev.steelyard.operator.status.VirtualServiceStatuses;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what is worth an Event: a stored condition that changes its meaning. Since the comparison is with what is stored, a
 * restarted operator tells nothing twice.
 */
public final class Notices {

    /** On the way from one state to the next: over in a moment, or else another reason tells. */
    private static final Set<String> TRANSIENT =
            Set.of("Pending", "NotProgrammed", "NotAccepted", Conditions.NOT_REPORTED);

    private Notices() {}

    /**
     * @param before as stored until now
     * @param after as stored from now on
     */
    public static List<Notice> between(Gist before, Gist after) {
        List<Notice> notices = new ArrayList<>();
        for (Condition condition : after.conditions()) {
            boolean told = notices.stream()
                    .anyMatch(notice -> notice.reason().equals(condition.reason())
                            && notice.note().equals(condition.message()));
            if (!told && isNews(before, after, condition)) {
                notices.add(new Notice(
                        condition.status() == Condition.Status.TRUE && !warns(condition)
                                ? Notice.Type.NORMAL
                                : Notice.Type.WARNING,
                        condition.reason(),
                        condition.type(),
                        condition.message()));
            }
        }
        return notices;
    }

    private static boolean isNews(Gist earlier, Gist later, Condition now) {
        Optional<Condition> before = Conditions.find(earlier.conditions(), now.type());
        boolean good = now.status() == Condition.Status.TRUE;
        if (!good && TRANSIENT.contains(now.reason())) {
            return false;
        }
        if (before.isEmpty()) {
            return !good || isMilestone(now.type());
        }
        Condition old = before.get();
        boolean fromTransient = old.status() != Condition.Status.TRUE && TRANSIENT.contains(old.reason());
        if (good && fromTransient) {
            // A node that joins makes each virtual service pending for a while: that is not news of any of them.
            return now.type().equals(Conditions.PROGRAMMED)
                    ? !later.programmed().equals(earlier.programmed())
                    : isMilestone(now.type());
        }
        if (old.status() != now.status() || !old.reason().equals(now.reason())) {
            return true;
        }
        return switch (now.type()) {
            case Conditions.ACCEPTED, Conditions.RESOLVED_REFS ->
                (!good || warns(now)) && !old.message().equals(now.message());
            case Conditions.PROGRAMMED ->
                good
                        ? !Objects.equals(old.observedGeneration(), now.observedGeneration())
                        : failsElsewise(earlier, later, old, now);
            default -> false;
        };
    }

    /** Whether what is accepted will fail all the same, such as with a certificate that expires soon. */
    private static boolean warns(Condition condition) {
        return condition.message().startsWith(Conditions.VALID_BUT);
    }

    /** A message also counts nodes, which come and go. What is news is a node that fails, or fails for another reason. */
    private static boolean failsElsewise(Gist earlier, Gist later, Condition old, Condition now) {
        return now.reason().equals(VirtualServiceStatuses.PUBLISH_FAILED)
                ? !old.message().equals(now.message())
                : !earlier.failing().containsAll(later.failing());
    }

    /** Conditions whose first fulfilment is worth telling; the others are only missed when they fail. */
    private static boolean isMilestone(String type) {
        return type.equals(Conditions.ACCEPTED) || type.equals(Conditions.PROGRAMMED);
    }
}
