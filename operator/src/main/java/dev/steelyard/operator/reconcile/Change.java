package dev.steelyard.operator.reconcile;

/** What a change touches. */
enum Change {
    /** What is declared, or what is published: everything has to be looked at. */
    DECLARED,
    /** Only what nodes and endpoints report: statuses have to be looked at. */
    REPORTED
}
