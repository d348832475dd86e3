package dev.steelyard.dataplane.fuzz;

import dev.steelyard.dataplane.fuzz.configuration.LogTemplates;
import dev.steelyard.dataplane.fuzz.configuration.Networks;
import dev.steelyard.dataplane.fuzz.configuration.Snapshots;
import dev.steelyard.dataplane.fuzz.connection.ClientHellos;
import dev.steelyard.dataplane.fuzz.connection.DnsAnswers;
import dev.steelyard.dataplane.fuzz.connection.HealthAnswers;
import dev.steelyard.dataplane.fuzz.connection.ProxyHeaders;
import dev.steelyard.dataplane.fuzz.connection.ServerNames;
import dev.steelyard.dataplane.fuzz.frames.FieldBlocks;
import dev.steelyard.dataplane.fuzz.frames.FieldSections;
import dev.steelyard.dataplane.fuzz.frames.Http2Frames;
import dev.steelyard.dataplane.fuzz.frames.Http3Frames;
import dev.steelyard.dataplane.fuzz.match.Cookies;
import dev.steelyard.dataplane.fuzz.match.MediaRanges;
import dev.steelyard.dataplane.fuzz.match.Queries;
import dev.steelyard.dataplane.fuzz.message.ChunkedBodies;
import dev.steelyard.dataplane.fuzz.message.FastCgiResponses;
import dev.steelyard.dataplane.fuzz.message.ForwardedFor;
import dev.steelyard.dataplane.fuzz.message.Hosts;
import dev.steelyard.dataplane.fuzz.message.LogLines;
import dev.steelyard.dataplane.fuzz.message.Paths;
import dev.steelyard.dataplane.fuzz.message.RequestHeads;
import dev.steelyard.dataplane.fuzz.message.RequestLists;
import dev.steelyard.dataplane.fuzz.message.RequestStreams;
import dev.steelyard.dataplane.fuzz.message.ResponseHeads;
import dev.steelyard.dataplane.fuzz.message.Upgrades;
import java.util.Locale;
import java.util.function.Supplier;

/** All fuzz targets: a new parser gets a line here and a folder of inputs in the test resources, {@code fuzz/NAME}. */
public enum Targets {
    REQUEST_HEAD(RequestHeads::new),
    REQUEST_STREAM(RequestStreams::new),
    REQUEST_LIST(RequestLists::new),
    RESPONSE_HEAD(ResponseHeads::new),
    CHUNKED(ChunkedBodies::new),
    FASTCGI(FastCgiResponses::new),
    UPGRADE(Upgrades::new),
    PATH(Paths::new),
    HOST(Hosts::new),
    FORWARDED_FOR(ForwardedFor::new),
    COOKIE(Cookies::new),
    QUERY(Queries::new),
    MEDIA_RANGE(MediaRanges::new),
    LOG_LINE(LogLines::new),
    LOG_TEMPLATE(LogTemplates::new),
    NETWORK(Networks::new),
    SNAPSHOT(Snapshots::new),
    PROXY_HEADER(ProxyHeaders::new),
    CLIENT_HELLO(ClientHellos::new),
    SERVER_NAME(ServerNames::new),
    HEALTH_ANSWER(HealthAnswers::new),
    DNS_ANSWER(DnsAnswers::new),
    HTTP2_FRAMES(Http2Frames::new),
    FIELD_BLOCK(FieldBlocks::new),
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
