package dev.steelyard.dataplane.kubernetes;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.NodeReport.ListenerFailure;
import dev.steelyard.snapshot.NodeReport.Rejected;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** A report as the status of a DataplaneNode: field for field, within the bounds of its schema. */
final class NodeStatus {

    /** What the schema allows a reason. */
    private static final int MAX_REASON = 1024;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private NodeStatus() {}

    static Map<String, Object> of(NodeReport report) {
        NodeReport bounded = new NodeReport(
                report.version(),
                report.formatVersion(),
                report.epoch(),
                report.appliedRevision(),
                NodeReport.first(report.rejected(), NodeReport.MAX_ITEMS).stream()
                        .map(item -> new Rejected(
                                item.virtualService(), item.digest(), cut(item.reason()), item.servingDigest()))
                        .toList(),
                NodeReport.first(report.listenerFailures(), NodeReport.MAX_ITEMS).stream()
                        .map(item -> new ListenerFailure(
                                item.virtualService(), item.listener(), cut(item.reason()), item.http3()))
                        .toList(),
                NodeReport.first(report.down(), NodeReport.MAX_ITEMS).stream()
                        .map(item -> new EndpointDown(
                                item.pool(),
                                item.address(),
                                cut(item.reason()),
                                item.since().truncatedTo(ChronoUnit.SECONDS)))
                        .toList(),
                NodeReport.first(report.resolved(), NodeReport.MAX_POOLS),
                NodeReport.first(report.downCounts(), NodeReport.MAX_POOLS),
                report.totals());
        return JSON.convertValue(bounded, new TypeReference<>() {});
    }

    private static String cut(String reason) {
        return reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON - 1) + "…";
    }
}
