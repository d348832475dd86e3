/**
 * The contract between operator and dataplane: what one virtual service compiles to, the index that names the snapshots in
 * force, and what a node reports back. Plain records with a canonical JSON form; depends on Jackson alone.
 *
 * <p>A change of meaning here raises {@link dev.steelyard.snapshot.SnapshotCodec#FORMAT_VERSION}: dataplanes read that version
 * and the one before.
 */
@NullMarked
package dev.steelyard.snapshot;

import org.jspecify.annotations.NullMarked;
