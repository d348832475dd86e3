package dev.steelyard.dataplane.fuzz;

/** Something that reads what strangers send. */
@FunctionalInterface
public interface FuzzTarget {

    /**
     * Feeds it one input. Refusing it is fine.
     *
     * @throws Exception if the input shows a fault; so does an error
     */
    void feed(byte[] input) throws Exception;
}
