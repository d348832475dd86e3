package dev.steelyard.operator.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steelyard.crds.Definitions;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/** The schema of one custom resource, as in its definition. Not thread-safe. */
public final class KindSchema {

    private final Schema spec;
    private final CelRules rules = new CelRules();

    private KindSchema(Schema spec) {
        this.spec = spec;
    }

    /** The schema of a kind of this API. */
    public static KindSchema of(Class<? extends HasMetadata> kind) {
        return new KindSchema(
                new Schema(Definitions.schema(kind).path("properties").path("spec")));
    }

    /**
     * Fills in the defaults of {@code object}'s spec and checks it. Rules that span fields are looked at only when every single field is
     * right, as the API server does.
     *
     * @param object the whole object; changed
     * @return what is wrong with it, in the order of the fields
     */
    public List<FieldError> check(ObjectNode object) {
        List<FieldError> errors = new ArrayList<>();
        if (!object.has("spec")) {
            errors.add(new FieldError("spec", "is required"));
            return errors;
        }
        new SchemaWalk(errors).walk("spec", spec, object.get("spec"));
        if (errors.isEmpty()) {
            rules.check("spec", spec, object.get("spec"), errors);
        }
        return errors;
    }
}
