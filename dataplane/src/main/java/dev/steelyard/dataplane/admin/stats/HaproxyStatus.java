package dev.steelyard.dataplane.admin.stats;

import dev.steelyard.dataplane.pool.AdminState;
import dev.steelyard.dataplane.pool.EndpointView;
import dev.steelyard.snapshot.HealthCheck;

/** What endpoints and their checks are, in HAProxy's words. */
final class HaproxyStatus {

    private HaproxyStatus() {}

    /** Of a server. */
    static String of(EndpointView endpoint) {
        if (endpoint.admin() == AdminState.DOWN) {
            return "MAINT";
        }
        if (endpoint.state() == EndpointView.State.DOWN) {
            return "DOWN";
        }
        if (endpoint.admin() == AdminState.DRAIN || endpoint.weight() == 0) {
            return "DRAIN";
        }
        return switch (endpoint.state()) {
            case UP, ASSUMED_UP -> "UP";
            case UNCHECKED -> "no check";
            case UNPROVEN -> "NOLB";
            case DOWN -> "DOWN";
            case NOT_READY -> "MAINT";
            case TERMINATING, DRAINING -> "DRAIN";
        };
    }

    /** Of the last check that decided something. */
    static String ofCheck(EndpointView endpoint, HealthCheck.Probe check) {
        int layer = layer(check);
        return switch (endpoint.state()) {
            case ASSUMED_UP, UNPROVEN -> "INI";
            case NOT_READY, TERMINATING, DRAINING, UNCHECKED -> "UNK";
            case UP -> "L" + layer + "OK";
            case DOWN ->
                switch (endpoint.checks().fault()) {
                    case NONE -> "UNK";
                    case CONNECTION -> "L4CON";
                    case HANDSHAKE -> "L6RSP";
                    case TIMEOUT -> "L" + layer + "TOUT";
                    case STATUS -> "L7STS";
                    case ANSWER -> "L7RSP";
                };
        };
    }

    private static int layer(HealthCheck.Probe check) {
        return switch (check) {
            case HealthCheck.Tcp _ -> 4;
            case HealthCheck.Tls _ -> 6;
            case HealthCheck.Http _, HealthCheck.Https _, HealthCheck.FastCgi _ -> 7;
        };
    }
}
