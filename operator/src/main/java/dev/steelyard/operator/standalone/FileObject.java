package dev.steelyard.operator.standalone;

import dev.steelyard.operator.problem.ObjectRef;
import io.fabric8.kubernetes.api.model.HasMetadata;

/**
 * An object read from a file.
 *
 * @param file as the user named it
 * @param ref kind and name
 * @param object the object, defaults filled in; not to be changed
 */
record FileObject(String file, ObjectRef ref, HasMetadata object) {}
