package dev.steelyard.dataplane.health;

import dev.steelyard.snapshot.HealthCheck.FastCgi;
import dev.steelyard.snapshot.HealthCheck.Http;
import dev.steelyard.snapshot.HealthCheck.Https;
import dev.steelyard.snapshot.HealthCheck.Probe;
import dev.steelyard.snapshot.HealthCheck.Tcp;
import dev.steelyard.snapshot.HealthCheck.Tls;

/** The kinds of health check: the registry. */
public final class HealthChecks {

    private HealthChecks() {}

    /**
     * The check that a definition asks for.
     *
     * @param socket what probes connect by
     */
    public static HealthCheck of(Probe probe, ProbeSocket socket) {
        return switch (probe) {
            case Tcp tcp -> new TcpCheck(socket);
            case Tls tls -> new TlsCheck(tls, socket);
            case Http http -> new HttpCheck(http, socket, false);
            case Https https -> new HttpCheck(https.request(), socket, true);
            case FastCgi fastCgi -> new FastCgiCheck(fastCgi, socket);
        };
    }
}
