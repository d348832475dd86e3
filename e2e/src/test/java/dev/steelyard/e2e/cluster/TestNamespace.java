package dev.steelyard.e2e.cluster;

/** A namespace of one test. */
public final class TestNamespace implements AutoCloseable {
    private final String name;
    private final Kubectl kubectl;

    public TestNamespace(Kubectl kubectl, String name) {
        this.name = name;
        this.kubectl = kubectl.inNamespace(name);
        kubectl.get("create", "namespace", name);
    }

    public String name() {
        return name;
    }

    /** kubectl in this namespace. */
    public Kubectl kubectl() {
        return kubectl;
    }

    /**
     * Deletes Steelyard's objects, so that no operator or dataplane of a later test sees them, then asks for the
     * deletion of the namespace, which the API server's controllers do in the background.
     */
    @Override
    public void close() {
        kubectl.get("delete", "virtualservices,pools,policies", "--all");
        kubectl.get("delete", "namespace", name, "--wait=false");
    }
}
