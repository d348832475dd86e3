package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.filter.ErrorPages;
import dev.steelyard.dataplane.filter.LocalReply;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A response of an endpoint that the client gets another one instead of. It is read and thrown away, so that its connection serves on; one
 * that is long or slow is not worth that.
 */
final class ReplacedResponse {

    /** How long it may take. */
    static final long READ_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int MAX_OCTETS = 65_536;

    /** Fields that describe a body (RFC 9110 section 8, RFC 9530), and what is said anew. */
    private static final Set<String> OF_BODIES = Set.of(
            "accept-ranges",
            "content-digest",
            "content-disposition",
            "content-encoding",
            "content-language",
            "content-length",
            "content-location",
            "content-md5",
            "content-range",
            "content-type",
            "date",
            "digest",
            "etag",
            "last-modified",
            "repr-digest",
            "trailer");

    private final LocalReply instead;
    private final boolean worthReading;
    private int octets;

    /**
     * @param head of the endpoint's response
     * @param page the body to show
     */
    ReplacedResponse(ResponseHead head, ErrorPages.Page page) {
        this.instead = fields(head).showing(page);
        this.worthReading = head.framing() != Framing.UNTIL_CLOSE && head.contentLength() <= MAX_OCTETS;
    }

    /** Clients of gRPC read its own status, and no body. */
    static boolean isForPeople(ResponseHead head) {
        int type = head.find("content-type", 0);
        return type < 0 || !head.value(type).toLowerCase(Locale.ROOT).startsWith("application/grpc");
    }

    /** A response with that status and those fields that do not describe the body; whatever else it says to its client stays. */
    private static LocalReply fields(ResponseHead head) {
        head.dropWhatIsNotRelayed();
        List<LocalReply.Field> kept = new ArrayList<>();
        for (int i = 0; i < head.count(); i++) {
            if (!head.dropped(i) && !OF_BODIES.contains(head.name(i).toLowerCase(Locale.ROOT))) {
                kept.add(new LocalReply.Field(head.name(i), head.value(i)));
            }
        }
        return LocalReply.empty(head.status(), kept);
    }

    /** Whether its body is likely to be small. */
    boolean worthReading() {
        return worthReading;
    }

    /** Takes a piece of the body, and its ownership; false if that was too much of it. */
    boolean read(ByteBuf piece) {
        octets += piece.readableBytes();
        piece.release();
        return octets <= MAX_OCTETS;
    }

    /** What the client gets, still to be changed as the route asks. */
    LocalReply instead() {
        return instead;
    }
}
