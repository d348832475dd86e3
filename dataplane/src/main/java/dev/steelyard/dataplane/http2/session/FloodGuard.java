package dev.steelyard.dataplane.http2.session;

import dev.steelyard.dataplane.http2.frame.Violation;

/**
 * Notices peers that keep to the protocol and make work for nothing: floods of PING, SETTINGS, PRIORITY, WINDOW_UPDATE, empty and unknown
 * frames (CVE-2019-9511 to -9518), and streams that are reset as soon as they are opened (CVE-2023-44487) or that the peer makes us reset
 * (CVE-2025-8671). Work that serves pays for what does not, and so does time.
 */
public final class FloodGuard {

    private static final int MOST_FRAMES = 2_000;
    private static final int FRAMES_PER_SECOND = 200;
    private static final int GOOD_PIECE = 256;
    private static final int FRAMES_FOR_GOOD_PIECE = 16;

    /** Streams of small messages are common with gRPC, and so are clients that measure their connection by a PING for each. */
    private static final int FRAMES_FOR_PIECE = 4;

    private static final int RESETS_PER_SECOND = 10;
    private static final long SECOND = 1_000_000_000L;

    private final int mostResets;
    private int frames = MOST_FRAMES;
    private int resets;
    private long paidUntil;

    /**
     * @param mostResets by which streams that end before their time may outnumber those that do not
     */
    public FloodGuard(long now, int mostResets) {
        this.paidUntil = now;
        this.mostResets = mostResets;
        this.resets = mostResets;
    }

    /**
     * A frame came that moves no request on.
     *
     * @param cost 1 for the cheapest
     * @param now in nanoseconds
     */
    public void idleFrame(int cost, long now) throws Violation {
        frames -= cost;
        if (frames < 0) {
            pay(now);
            if (frames < 0) {
                throw Violation.flood("too many frames that serve no request");
            }
        }
    }

    /** A request began, or a piece of a body went by. */
    public void useful(int octets) {
        frames = Math.min(MOST_FRAMES, frames + (octets >= GOOD_PIECE ? FRAMES_FOR_GOOD_PIECE : FRAMES_FOR_PIECE));
    }

    /** A stream was reset before it was done, by the peer or for what it did. */
    public void prematureReset(long now) throws Violation {
        if (--resets < 0) {
            pay(now);
            if (resets < 0) {
                throw Violation.flood("too many streams are reset");
            }
        }
    }

    /** A stream has ended as it should. */
    public void completed() {
        resets = Math.min(mostResets, resets + 1);
    }

    private void pay(long now) {
        long seconds = (now - paidUntil) / SECOND;
        paidUntil += seconds * SECOND;
        frames = (int) Math.min(MOST_FRAMES, frames + seconds * FRAMES_PER_SECOND);
        resets = (int) Math.min(mostResets, resets + seconds * RESETS_PER_SECOND);
    }
}
