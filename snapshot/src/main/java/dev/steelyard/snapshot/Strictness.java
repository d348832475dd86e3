package dev.steelyard.snapshot;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every component of a record is required and not null, and is written, unless it is {@link Defaulted}. */
final class Strictness extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1;

    @Override
    public @Nullable Boolean hasRequiredMarker(AnnotatedMember member) {
        return member instanceof AnnotatedParameter ? Boolean.valueOf(!member.hasAnnotation(Defaulted.class)) : null;
    }

    @Override
    public JsonSetter.Value findSetterInfo(Annotated member) {
        boolean mayBeNull = member.hasAnnotation(Defaulted.class) || member.getRawType() == Optional.class;
        return member instanceof AnnotatedParameter && !mayBeNull
                ? JsonSetter.Value.forValueNulls(Nulls.FAIL)
                : super.findSetterInfo(member);
    }

    @Override
    public JsonInclude.Value findPropertyInclusion(Annotated member) {
        return member.hasAnnotation(Defaulted.class)
                ? JsonInclude.Value.construct(JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.ALWAYS)
                : super.findPropertyInclusion(member);
    }
}
