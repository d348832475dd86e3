package dev.steelyard.crds.generate;

import dev.steelyard.crds.Definitions;
import dev.steelyard.crds.v1alpha1.Kinds;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that is made from the types of the API. */
final class GeneratedFiles {

    private static final Path REFERENCE = Path.of("docs/reference");

    private GeneratedFiles() {}

    /** What each file should hold, by its path from the root of the repository. */
    static Map<Path, String> all() {
        Map<Path, String> files = new TreeMap<>();
        List<CustomResourceDefinition> definitions =
                Kinds.ALL.stream().map(DefinitionGenerator::generate).toList();
        for (CustomResourceDefinition definition : definitions) {
            String file = Definitions.fileName(definition.getMetadata().getName());
            String yaml = DefinitionYaml.write(definition);
            files.put(Path.of("crds/src/main/resources/dev/steelyard/crds", file), yaml);
            files.put(Path.of("helm/steelyard/crds", file), yaml);
            files.put(
                    Path.of(
                            "crds/src/main/resources/dev/steelyard/crds",
                            Definitions.schemaFileName(definition.getMetadata().getName())),
                    SchemaJson.write(definition));
            files.put(REFERENCE.resolve(ReferencePage.fileName(definition)), ReferencePage.write(definition));
        }
        files.put(REFERENCE.resolve("README.md"), ReferenceIndex.write(definitions));
        return files;
    }
}
