package dev.steelyard.dataplane.http2.frame;

/** Types and flags of frames, and numbers of settings (RFC 9113 sections 6 and 6.5.2, RFC 8441 section 3). */
public final class FrameType {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int PRIORITISED = 0x20;

    /** Octets before each payload. */
    public static final int HEADER_BYTES = 9;

    /** The least that every endpoint takes as payload, and all that this one does. */
    public static final int MAX_PAYLOAD = 16_384;

    public static final int SETTINGS_HEADER_TABLE_SIZE = 1;
    public static final int SETTINGS_ENABLE_PUSH = 2;
    public static final int SETTINGS_MAX_CONCURRENT_STREAMS = 3;
    public static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;
    public static final int SETTINGS_MAX_FRAME_SIZE = 5;
    public static final int SETTINGS_MAX_HEADER_LIST_SIZE = 6;
    public static final int SETTINGS_ENABLE_CONNECT_PROTOCOL = 8;

    private FrameType() {}
}
