package dev.steelyard.snapshot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a component that is not written while it is 0, false or empty, and is read as that where it is missing: so what an earlier release
 * wrote can be read, and an earlier release reads what does not use it. All other components are required. For numbers, truth values,
 * Optionals and, with a constructor that makes null empty, collections.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.FIELD, ElementType.METHOD, ElementType.RECORD_COMPONENT})
@interface Defaulted {}
