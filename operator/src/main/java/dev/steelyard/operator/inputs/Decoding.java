package dev.steelyard.operator.inputs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.steelyard.crds.ApiObject;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * How a client reads objects, so that one that is newer than this release stops nobody from reading its neighbours: with a value in it
 * that an enumeration does not have yet, it is read with another value and marked. A marked object is refused (see {@link #defect}).
 */
public final class Decoding {

    /** Among the object's metadata, where the API server lets nobody else put it. */
    private static final String MARK = "steelyard.dev/defect";

    private Decoding() {}

    /** For a client's builder. */
    public static KubernetesSerialization serialization() {
        ObjectMapper mapper = new ObjectMapper();
        mapper.addHandler(new UnknownValues());
        mapper.registerModule(new SimpleModule().setDeserializerModifier(new Marking()));
        return new KubernetesSerialization(mapper, true);
    }

    /** What of an object could not be read, for people; empty if it was read whole. */
    static String defect(HasMetadata object) {
        Object mark = object.getMetadata().getAdditionalProperties().get(MARK);
        return mark instanceof String text ? text : "";
    }

    /** Takes any value for one that is not known; the text of the mark waits in the context until the object is read. */
    private static final class UnknownValues extends DeserializationProblemHandler {

        @Override
        public Object handleWeirdStringValue(
                DeserializationContext context, Class<?> type, String value, String failure) {
            boolean ours = type.isEnum() && type.getPackageName().startsWith(ApiObject.class.getPackageName());
            if (!ours) {
                return NOT_HANDLED;
            }
            String field = field(context.getParser());
            if (field.startsWith("spec") && context.getAttribute(MARK) == null) {
                context.setAttribute(
                        MARK,
                        field + ": " + value
                                + " is not known to this release of Steelyard: use another value or upgrade");
            }
            return type.getEnumConstants()[0];
        }

        /** Such as {@code spec.listeners[0].protocol}: what is read may be a list of objects, or an event with one in it. */
        private static String field(JsonParser parser) {
            String pointer = parser.getParsingContext().pathAsPointer().toString();
            int spec = pointer.indexOf("/spec");
            return spec < 0
                    ? ""
                    : pointer.substring(spec + 1)
                            .replaceAll("/([0-9]+)(?=/|$)", "[$1]")
                            .replace('/', '.');
        }
    }

    private static final class Marking extends BeanDeserializerModifier {

        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public JsonDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription description, JsonDeserializer<?> deserializer) {
            return CustomResource.class.isAssignableFrom(description.getBeanClass())
                    ? new MarkingDeserializer(deserializer)
                    : deserializer;
        }
    }

    private static final class MarkingDeserializer extends DelegatingDeserializer {

        @Serial
        private static final long serialVersionUID = 1L;

        MarkingDeserializer(JsonDeserializer<?> delegate) {
            super(delegate);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> delegate) {
            return new MarkingDeserializer(delegate);
        }

        @Override
        public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            context.setAttribute(MARK, null);
            Object read = super.deserialize(parser, context);
            Object mark = context.getAttribute(MARK);
            if (mark != null && read instanceof HasMetadata object) {
                object.getMetadata().setAdditionalProperty(MARK, mark);
            }
            return read;
        }
    }
}
