package dev.steelyard.operator.claim;

import dev.steelyard.snapshot.ObjectKey;

/**
 * Why a claim cannot be had.
 *
 * @param holder who has it
 * @param field of the claimant
 * @param message what is wrong and what to do
 */
public record Clash(ObjectKey holder, String field, String message) {}
