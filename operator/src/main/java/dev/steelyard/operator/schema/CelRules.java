package dev.steelyard.operator.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntime.Program;
import dev.cel.runtime.CelRuntimeFactory;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.address.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of a schema in CEL ({@code x-kubernetes-validations}). Of Kubernetes' additions to the language it knows {@code isIP} and
 * {@code isCIDR}. Rules are compiled when first needed. Not thread-safe.
 */
final class CelRules {

    private final CelCompiler compiler = CelCompilerFactory.standardCelCompilerBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("self", SimpleType.DYN)
            .addFunctionDeclarations(predicate("isIP"), predicate("isCIDR"))
            .build();

    private final CelRuntime runtime = CelRuntimeFactory.legacyCelRuntimeBuilder()
            .addFunctionBindings(
                    CelFunctionBinding.from(
                            "isIP_string",
                            String.class,
                            text -> IpAddress.parse(text).isPresent()),
                    CelFunctionBinding.from(
                            "isCIDR_string",
                            String.class,
                            text -> Cidr.parse(text).isPresent()))
            .build();

    private final Map<String, Program> programs = new HashMap<>();

    /** Holds a value that fits its schema, defaults filled in, to the rules of the schema and of all parts of it. */
    void check(String path, Schema schema, JsonNode value, List<FieldError> errors) {
        for (Schema.Rule rule : schema.rules()) {
            if (!holds(rule.expression(), value)) {
                errors.add(new FieldError(path + rule.fieldPath(), rule.message()));
            }
        }
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                check(path + "[" + i + "]", schema.items(), value.get(i), errors);
            }
        } else if (value.isObject()) {
            schema.properties().forEach((name, field) -> {
                if (value.has(name)) {
                    check(path + "." + name, field, value.get(name), errors);
                }
            });
        }
    }

    private boolean holds(String rule, JsonNode value) {
        try {
            return Boolean.TRUE.equals(program(rule).eval(Map.of("self", plain(value))));
        } catch (CelEvaluationException e) {
            return false; // the API server refuses what a rule cannot be applied to
        }
    }

    private Program program(String rule) throws CelEvaluationException {
        Program program = programs.get(rule);
        if (program == null) {
            try {
                program = runtime.createProgram(compiler.compile(rule).getAst());
            } catch (CelValidationException e) {
                throw new IllegalStateException("a rule of the schema is no CEL: " + rule, e);
            }
            programs.put(rule, program);
        }
        return program;
    }

    private static Object plain(JsonNode value) {
        if (value.isArray()) {
            List<Object> list = new ArrayList<>(value.size());
            value.forEach(entry -> list.add(plain(entry)));
            return list;
        }
        if (value.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            value.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
            return map;
        }
        if (value.isIntegralNumber()) {
            return value.asLong();
        }
        if (value.isNumber()) {
            return value.asDouble();
        }
        return value.isBoolean() ? (Object) value.asBoolean() : value.asText();
    }

    private static CelFunctionDecl predicate(String name) {
        return CelFunctionDecl.newFunctionDeclaration(
                name, CelOverloadDecl.newGlobalOverload(name + "_string", SimpleType.BOOL, SimpleType.STRING));
    }
}
