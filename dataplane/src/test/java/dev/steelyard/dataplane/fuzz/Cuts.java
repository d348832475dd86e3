package dev.steelyard.dataplane.fuzz;

/** Where an input is split: its first two octets choose. */
public final class Cuts {

    private Cuts() {}

    /**
     * Two places, in order.
     *
     * @param input of at least two octets
     * @param length of what is split, at least 1
     */
    public static int[] of(byte[] input, int length) {
        int one = Math.floorMod(input[0], length);
        int other = Math.floorMod(input[1] * 7, length);
        return new int[] {Math.min(one, other), Math.max(one, other)};
    }
}
