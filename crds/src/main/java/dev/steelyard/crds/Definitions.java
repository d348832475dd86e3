package dev.steelyard.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * The custom resource definitions as they are installed in a cluster: the schemas that the API server holds objects to, and that
 * standalone mode holds files to.
 */
public final class Definitions {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Definitions() {}

    /**
     * The definition of a kind, read anew from this program's resources.
     *
     * @param kind one of this API's kinds
     * @throws IllegalArgumentException if it has no definition
     */
    public static CustomResourceDefinition of(Class<? extends HasMetadata> kind) {
        try (InputStream in = resource(fileName(HasMetadata.getFullResourceName(kind)))) {
            return Serialization.unmarshal(in, CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The schema of a kind, as in its definition but without descriptions, and in JSON, which is read in a fraction of the time.
     *
     * @param kind one of this API's kinds
     * @throws IllegalArgumentException if it has no definition
     */
    public static JsonNode schema(Class<? extends HasMetadata> kind) {
        try (InputStream in = resource(schemaFileName(HasMetadata.getFullResourceName(kind)))) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String file) {
        InputStream in = Definitions.class.getResourceAsStream(file);
        if (in == null) {
            throw new IllegalArgumentException("no definition " + file);
        }
        return in;
    }

    /**
     * Name of the file, beside this class and in the chart, that holds a definition.
     *
     * @param name of the definition, such as {@code pools.steelyard.dev}
     */
    public static String fileName(String name) {
        return name + ".yaml";
    }

    /** Name of the file, beside this class, that holds the schema alone. */
    public static String schemaFileName(String name) {
        return name + ".json";
    }
}
