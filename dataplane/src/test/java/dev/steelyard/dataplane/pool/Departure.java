package dev.steelyard.dataplane.pool;

/** Lets tests of other packages take endpoints out of their pools, which closes idle connections to them. */
public final class Departure {

    private Departure() {}

    public static void of(Endpoint endpoint) {
        endpoint.leave();
    }
}
