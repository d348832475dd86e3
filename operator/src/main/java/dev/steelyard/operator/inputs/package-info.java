/** From Kubernetes objects, read from an API server or from files, to the resolver's inputs. */
@NullMarked
package dev.steelyard.operator.inputs;

import org.jspecify.annotations.NullMarked;
