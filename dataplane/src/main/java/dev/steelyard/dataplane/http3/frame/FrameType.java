package dev.steelyard.dataplane.http3.frame;

/** Numbers of frames, streams and settings (RFC 9114 sections 6.2, 7.2 and 11.2, RFC 9204 sections 4.2 and 5). */
public final class FrameType {

    public static final int DATA = 0x0;
    public static final int HEADERS = 0x1;
    public static final int CANCEL_PUSH = 0x3;
    public static final int SETTINGS = 0x4;
    public static final int PUSH_PROMISE = 0x5;
    public static final int GOAWAY = 0x7;
    public static final int MAX_PUSH_ID = 0xd;

    public static final int CONTROL_STREAM = 0x0;
    public static final int PUSH_STREAM = 0x1;
    public static final int ENCODER_STREAM = 0x2;
    public static final int DECODER_STREAM = 0x3;

    public static final int MAX_FIELD_SECTION_SIZE = 0x6;
    public static final int ENABLE_CONNECT_PROTOCOL = 0x8;

    private FrameType() {}

    /** Whether HTTP/2 has a frame of that number, and HTTP/3 none (RFC 9114 section 7.2.8). */
    public static boolean onlyInHttp2(long type) {
        return type == 0x2 || type == 0x6 || type == 0x8 || type == 0x9;
    }

    /** Whether HTTP/2 has a setting of that number, and HTTP/3 none (RFC 9114 section 7.2.4.1). */
    public static boolean settingOnlyInHttp2(long id) {
        return (id >= 0x2 && id <= 0x5) || id == 0x0;
    }
}
