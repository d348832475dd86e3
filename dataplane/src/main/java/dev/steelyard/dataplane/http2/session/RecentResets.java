package dev.steelyard.dataplane.http2.session;

/** The streams that we have ended last, more than can be open at once: what the peer still sends on them it sent without knowing. */
final class RecentResets {

    private static final int REMEMBERED = 128;
    private static final int[] NONE = {};

    private int[] ids = NONE;
    private int added;

    void add(int id) {
        if (ids.length == 0) {
            ids = new int[REMEMBERED];
        }
        ids[added++ % REMEMBERED] = id;
    }

    boolean contains(int id) {
        for (int each : ids) {
            if (each == id) {
                return true;
            }
        }
        return false;
    }
}
