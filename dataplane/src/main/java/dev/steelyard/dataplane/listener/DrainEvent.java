package dev.steelyard.dataplane.listener;

/**
 * Fired through the pipeline of each open client connection when its listener begins to drain. HTTP/1.1: the response under way or next
 * carries {@code Connection: close}; an idle connection is read until the drain's deadline, since its client may be writing just now.
 */
public enum DrainEvent {
    INSTANCE
}
