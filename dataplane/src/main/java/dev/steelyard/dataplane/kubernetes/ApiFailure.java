package dev.steelyard.dataplane.kubernetes;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** Says in one line why the API server did not do something. */
final class ApiFailure {

    private ApiFailure() {}

    /** What the API server said, or why it could not be asked. */
    static String describe(Throwable failure) {
        if (failure instanceof KubernetesClientException refused) {
            Status status = refused.getStatus();
            if (status != null && status.getMessage() != null) {
                return status.getMessage();
            }
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
