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

/** What clients connect to: listeners, hosts, routes, default pool, policies. */
@JsonClassDescription("What clients connect to: listeners (address, port, protocol), host names, routes, a default "
        + "pool and policies. One virtual service replaces what would be a frontend in HAProxy, a server "
        + "in nginx or a virtual server elsewhere.")
@Group("steelyard.dev")
@Version("v1alpha1")
@Categories("steelyard")
@Labels("app.kubernetes.io/part-of=steelyard")
@ShortNames("svs")
@AdditionalPrinterColumn(name = "Addresses", jsonPath = ".status.summary.addresses")
@AdditionalPrinterColumn(name = "Ports", jsonPath = ".status.summary.ports")
@AdditionalPrinterColumn(name = "Endpoints", jsonPath = ".status.summary.endpoints")
@AdditionalPrinterColumn(name = "Nodes", jsonPath = ".status.summary.nodes")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Available\")].status")
@AdditionalPrinterColumn(
        name = "Age",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
@AdditionalPrinterColumn(
        name = "Accepted",
        priority = 1,
        jsonPath = ".status.conditions[?(@.type==\"Accepted\")].reason")
@AdditionalPrinterColumn(
        name = "Programmed",
        priority = 1,
        jsonPath = ".status.conditions[?(@.type==\"Programmed\")].reason")
@AdditionalPrinterColumn(name = "Hosts", priority = 1, jsonPath = ".spec.hosts")
public class VirtualService extends CustomResource<VirtualServiceSpec, VirtualServiceStatus> implements Namespaced {}
