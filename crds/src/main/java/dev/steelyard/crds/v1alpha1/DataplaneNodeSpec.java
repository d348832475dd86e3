package dev.steelyard.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import dev.steelyard.crds.ApiObject;

/** Empty: a dataplane takes its configuration from snapshots, not from here. */
@JsonClassDescription("Empty: a dataplane takes its configuration from snapshots, not from here.")
@ApiObject
public record DataplaneNodeSpec() {}
