package dev.steelyard.crds;

/** Limits that several fields share. */
public final class Bounds {

    /** Generations, revisions and other counters: what a double, and so JavaScript, holds exactly. */
    public static final double COUNT = 9_007_199_254_740_991.0;

    /** Endpoints of one object. */
    public static final double ENDPOINTS = 1_000_000;

    /** Nodes of a cluster. */
    public static final double NODES = 100_000;

    /** Characters of a sentence for people. */
    public static final long MESSAGE = 1_024;

    private Bounds() {}
}
