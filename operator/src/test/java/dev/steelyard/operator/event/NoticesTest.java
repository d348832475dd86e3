package dev.steelyard.operator.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoticesTest {

    /** Columns: type; before and after as STATUS/REASON/MESSAGE/GENERATION, - for none; the notice as TYPE/REASON, - for none. */
    @ParameterizedTest
    @CsvSource({
        "Accepted, -, TRUE/Accepted/valid/1, Normal/Accepted",
        "Accepted, -, FALSE/Invalid/bad port/1, Warning/Invalid",
        "Accepted, TRUE/Accepted/valid/1, TRUE/Accepted/valid/2, -",
        "Accepted, TRUE/Accepted/valid/1, FALSE/Conflict/taken by x/2, Warning/Conflict",
        "Accepted, FALSE/Conflict/taken by x/2, FALSE/Conflict/taken by y/2, Warning/Conflict",
        "Accepted, FALSE/Conflict/taken by x/2, FALSE/Conflict/taken by x/3, -",
        "Accepted, FALSE/Conflict/taken by x/2, TRUE/Accepted/valid/2, Normal/Accepted",
        "Accepted, TRUE/Accepted/valid/1, 'TRUE/Accepted/the spec is valid, but tls expires soon/1', Warning/Accepted",
        "Accepted, 'TRUE/Accepted/the spec is valid, but a/1', 'TRUE/Accepted/the spec is valid, but a/2', -",
        "Accepted, 'TRUE/Accepted/the spec is valid, but a/1', TRUE/Accepted/valid/1, -",
        "ResolvedRefs, -, TRUE/ResolvedRefs/all/1, -",
        "ResolvedRefs, FALSE/RefNotFound/no pool/1, TRUE/ResolvedRefs/all/1, Normal/ResolvedRefs",
        "Programmed, -, FALSE/Pending/0 of 3/1, -",
        "Programmed, FALSE/Pending/0 of 3/1, TRUE/Programmed/3 of 3/1, Normal/Programmed",
        "Programmed, TRUE/Programmed/3 of 3/1, FALSE/Pending/2 of 3/2, -",
        "Programmed, TRUE/Programmed/3 of 3/1, TRUE/Programmed/3 of 3 generation 2/2, Normal/Programmed",
        "Programmed, TRUE/Programmed/3 of 3/1, TRUE/Programmed/2 of 2/1, -",
        "Programmed, TRUE/Programmed/3 of 3/1, FALSE/NodesFailing/n1: no/1, Warning/NodesFailing",
        "Programmed, TRUE/Programmed/3 of 3/1, FALSE/NotAccepted/old/2, -",
        "Programmed, FALSE/Pending/3 of 4 again/1, TRUE/Programmed/4 of 4/1, -",
        "Programmed, FALSE/NodesFailing/2 of 3 n1: no/1, TRUE/Programmed/3 of 3/1, Normal/Programmed",
        "Programmed, FALSE/NodesFailing/2 of 3 n1: no/1, FALSE/NodesFailing/3 of 4 n1: no/1, -",
        "Programmed, FALSE/NodesFailing/2 of 4 n1: no and n2: no/1, FALSE/NodesFailing/3 of 4 n1: no/1, -",
        "Programmed, FALSE/NodesFailing/2 of 3 n1: no/1, FALSE/NodesFailing/2 of 4 n1: no and n2: no/1, Warning/NodesFailing",
        "Programmed, FALSE/PublishFailed/quota/1, FALSE/PublishFailed/webhook/1, Warning/PublishFailed",
        "Programmed, TRUE/Programmed/3 of 3/1, UNKNOWN/NotReported/2 of 3/1, -",
        "Programmed, UNKNOWN/NotReported/2 of 3 again/1, TRUE/Programmed/3 of 3/1, -",
        "Available, -, TRUE/Available/served/1, -",
        "Available, FALSE/NotProgrammed/no node/1, TRUE/Available/served/1, -",
        "Available, TRUE/Available/served/1, FALSE/NoEndpoints/pool web/1, Warning/NoEndpoints",
        "Available, FALSE/NoEndpoints/pool web/1, TRUE/Available/served/1, Normal/Available",
        "Available, TRUE/Available/3 of 3/1, TRUE/Available/2 of 3/1, -",
    })
    void tellsChangesOfMeaning(String type, String before, String after, String notice) {
        List<Notice> told = Notices.between(gist(type, before), gist(type, after));
        if (notice.equals("-")) {
            assertThat(told).isEmpty();
        } else {
            assertThat(told)
                    .singleElement()
                    .satisfies(one ->
                            assertThat(one.type().text() + "/" + one.reason()).isEqualTo(notice));
        }
    }

    /** The generation that is programmed is that of the condition if it holds, else the one before. */
    private static Gist gist(String type, String text) {
        List<Condition> conditions = conditions(type, text);
        if (conditions.isEmpty()) {
            return Gist.of(conditions);
        }
        Condition one = conditions.getFirst();
        long generation = Objects.requireNonNull(one.observedGeneration());
        boolean holds = one.status() == Condition.Status.TRUE;
        Optional<Long> programmed =
                Optional.of(holds ? generation : generation - 1).filter(known -> known > 0);
        return new Gist(
                conditions,
                one.message().contains("again") ? Optional.of(generation) : programmed,
                one.reason().equals("NodesFailing")
                        ? Set.of(one.message().replaceFirst(".* of . ", "").split(" and "))
                        : Set.of());
    }

    private static List<Condition> conditions(String type, String text) {
        if (text.equals("-")) {
            return List.of();
        }
        String[] parts = text.split("/", -1);
        return List.of(new Condition(
                type, Condition.Status.valueOf(parts[0]), parts[1], parts[2], Long.parseLong(parts[3]), Instant.EPOCH));
    }
}
