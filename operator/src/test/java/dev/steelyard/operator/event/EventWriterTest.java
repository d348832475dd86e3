package dev.steelyard.operator.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server refuses Events with notes over 1,024 bytes and names that are no DNS names. */
class EventWriterTest {

    @Test
    void aShortNoteIsToldWhole() {
        assertThat(EventWriter.fitting("a".repeat(1024))).isEqualTo("a".repeat(1024));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "€", "😀", "ab😀"})
    void aLongNoteIsCutBetweenCharacters(String unit) {
        String note = unit.repeat(1025);

        String cut = EventWriter.fitting(note);

        assertThat(cut.getBytes(StandardCharsets.UTF_8).length).isBetween(1020, 1024);
        assertThat(cut).endsWith("…");
        assertThat(note).startsWith(cut.substring(0, cut.length() - 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", ".", "-."})
    void aLongNameIsCutToAName(String separator) {
        String stem = "a".repeat(200 - separator.length()) + separator + "b".repeat(20);
        HasMetadata object = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(stem)
                .withUid("u")
                .endMetadata()
                .build();

        String name = EventWriter.name(object, new Notice(Notice.Type.NORMAL, "Reason", "Action", "note"));

        assertThat(name).matches("[a-z0-9]+([-.][a-z0-9]+)*").hasSizeLessThan(253);
    }
}
