package dev.steelyard.operator.status;

import dev.steelyard.snapshot.ObjectKey;
import java.util.Set;

/** The ready endpoints of Services, as the EndpointSlices say. */
@FunctionalInterface
public interface ServiceEndpoints {

    /**
     * @param service the Service
     * @param portName name of the port in the EndpointSlices; empty for the unnamed one
     * @return {@code IP:port} of each, IPv6 in brackets
     */
    Set<String> ready(ObjectKey service, String portName);
}
