package dev.steelyard.crds.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.VirtualService;
import org.junit.jupiter.api.Test;

class DefinitionYamlTest {

    private final String yaml = DefinitionYaml.write(DefinitionGenerator.generate(VirtualService.class));

    @Test
    void quotesTextThatKubectlWouldTakeForABoolean() {
        assertThat(yaml).contains("- \"True\"", "- \"False\"").doesNotContain("- True", "- False");
    }

    @Test
    void writesWholeBoundsWithoutAFraction() {
        assertThat(yaml).contains("maximum: 65535\n", "maximum: 9007199254740991\n");
    }
}
