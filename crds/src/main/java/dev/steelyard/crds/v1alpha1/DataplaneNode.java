package dev.steelyard.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.Labels;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** What the dataplane on one node reports of itself. Named as its node, owned by it, written by that dataplane alone. */
@JsonClassDescription("What the dataplane on one node reports of itself: the configuration that it has applied and "
        + "whatever is wrong. It has the name of its node and is written by that dataplane alone; there is "
        + "nothing to edit.")
@Group("steelyard.dev")
@Version("v1alpha1")
@Categories("steelyard")
@Labels("app.kubernetes.io/part-of=steelyard")
@ShortNames("dpn")
@AdditionalPrinterColumn(
        name = "Revision",
        type = AdditionalPrinterColumn.Type.INTEGER,
        jsonPath = ".status.appliedRevision")
@AdditionalPrinterColumn(name = "Rejected", jsonPath = ".status.rejected[*].virtualService")
@AdditionalPrinterColumn(name = "Unbound", jsonPath = ".status.listenerFailures[*].virtualService")
@AdditionalPrinterColumn(name = "Version", jsonPath = ".status.version")
@AdditionalPrinterColumn(
        name = "Age",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(
        name = "Epoch",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1,
        jsonPath = ".status.epoch")
@AdditionalPrinterColumn(
        name = "Format",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1,
        jsonPath = ".status.formatVersion")
public class DataplaneNode extends CustomResource<DataplaneNodeSpec, DataplaneNodeStatus> {}
