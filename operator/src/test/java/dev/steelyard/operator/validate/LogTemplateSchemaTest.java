package dev.steelyard.operator.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.Formats;
import dev.steelyard.snapshot.LogField;
import dev.steelyard.snapshot.LogTemplate;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema lets templates through that can be read, and no others. */
class LogTemplateSchemaTest {

    private static final Pattern SCHEMA = Pattern.compile(Formats.LOG_TEMPLATE);

    private static boolean readable(String template) {
        try {
            LogTemplate.parse(template);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Test
    void allFieldsAndNoOthers() {
        String names = Formats.LOG_TEMPLATE.replaceFirst(".*%\\\\\\{\\(", "").replaceFirst("\\).*", "");
        assertThat(names.split("\\|"))
                .containsExactlyInAnyOrder(
                        Arrays.stream(LogField.values()).map(LogField::key).toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%{status}",
                "a%%b",
                "%{time} \"%{path}\" {}",
                "%",
                "%%%",
                "%{status",
                "%{colour}",
                "%{}",
                "%s",
                "a\nb",
                "ü %{host}"
            })
    void bothAgree(String template) {
        assertThat(SCHEMA.matcher(template).matches()).isEqualTo(readable(template));
    }
}
