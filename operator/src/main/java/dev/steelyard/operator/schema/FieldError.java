package dev.steelyard.operator.schema;

/**
 * A field that is not as the schema says.
 *
 * @param field such as {@code spec.listeners[0].port}
 * @param message what is wrong and what is right
 */
public record FieldError(String field, String message) {}
