package dev.steelyard.dataplane.fuzz;

import java.util.Locale;
import java.util.function.Supplier;

/** All fuzz targets: a new parser gets a line here and a folder of inputs in the test resources, {@code fuzz/NAME}. */
public enum Targets {
    REQUEST_HEAD(RequestHeads::new),
    REQUEST_STREAM(RequestStreams::new),
    RESPONSE_HEAD(ResponseHeads::new),
    CHUNKED(ChunkedBodies::new),
    FASTCGI(FastCgiResponses::new),
    PATH(Paths::new),
    HOST(Hosts::new),
    SNAPSHOT(Snapshots::new),
    CLIENT_HELLO(ClientHellos::new),
    HEALTH_ANSWER(HealthAnswers::new),
    DNS_ANSWER(DnsAnswers::new),
    FIELD_SECTION(FieldSections::new),
    HTTP3_FRAMES(Http3Frames::new);

    @SuppressWarnings("ImmutableEnumChecker") // constructors
    private final Supplier<FuzzTarget> maker;

    Targets(Supplier<FuzzTarget> maker) {
        this.maker = maker;
    }

    /** A new one, to be used by one thread. */
    public FuzzTarget make() {
        return maker.get();
    }

    /** Its folder of inputs, and what {@code make fuzz} calls it. */
    public String folder() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
