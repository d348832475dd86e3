package dev.steelyard.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.Labels;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A set of endpoints, how one is chosen and how their health is known. */
@JsonClassDescription("A set of endpoints, how one of them is chosen for each request or connection, and how their "
        + "health is known.")
@Group("steelyard.dev")
@Version("v1alpha1")
@Categories("steelyard")
@Labels("app.kubernetes.io/part-of=steelyard")
@ShortNames("pool")
@AdditionalPrinterColumn(name = "Protocol", jsonPath = ".spec.protocol")
@AdditionalPrinterColumn(name = "Algorithm", jsonPath = ".spec.algorithm")
@AdditionalPrinterColumn(
        name = "Healthy",
        type = AdditionalPrinterColumn.Type.INTEGER,
        jsonPath = ".status.endpoints.healthy")
@AdditionalPrinterColumn(
        name = "Total",
        type = AdditionalPrinterColumn.Type.INTEGER,
        jsonPath = ".status.endpoints.total")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Available\")].status")
@AdditionalPrinterColumn(
        name = "Age",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(
        name = "Draining",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1,
        jsonPath = ".status.endpoints.draining")
@AdditionalPrinterColumn(
        name = "Accepted",
        priority = 1,
        jsonPath = ".status.conditions[?(@.type==\"Accepted\")].reason")
public class Pool extends CustomResource<PoolSpec, PoolStatus> implements Namespaced {}
