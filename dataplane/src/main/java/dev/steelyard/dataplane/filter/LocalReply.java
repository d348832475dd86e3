package dev.steelyard.dataplane.filter;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A response of our own, whole, whatever version of HTTP it is sent in. Immutable; for all threads. Date, length and fields about the
 * connection are added when it is sent.
 *
 * @param status 200..599
 * @param contentType empty if there is no body
 * @param body never changed; not sent in answer to HEAD, nor with 204, 205 and 304
 * @param fields further ones
 * @param reason a sentence for the client, for protocols that have a place of their own for it; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LocalReply(int status, String contentType, byte[] body, List<Field> fields, String reason) {

    private static final byte[] NOTHING = {};

    public LocalReply {
        fields = List.copyOf(fields);
    }

    /** One without a reason. */
    public LocalReply(int status, String contentType, byte[] body, List<Field> fields) {
        this(status, contentType, body, fields, "");
    }

    /**
     * A header field.
     *
     * @param value octets, taken for ISO-8859-1; no control characters
     */
    public record Field(String name, String value) {}

    /**
     * One sentence of plain text.
     *
     * @param reason for the client
     */
    public static LocalReply sentence(int status, String reason) {
        String text = status + " " + phrase(status) + ": " + reason + "\n";
        return new LocalReply(
                status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), List.of(), reason);
    }

    private static String phrase(int status) {
        return HttpResponseStatus.valueOf(status).reasonPhrase();
    }

    /** The reason phrase of the status. */
    public String phrase() {
        return phrase(status);
    }

    /** One without a body. */
    public static LocalReply empty(int status, List<Field> fields) {
        return new LocalReply(status, "", NOTHING, fields);
    }

    /** The same with another body. */
    public LocalReply showing(ErrorPages.Page page) {
        return new LocalReply(status, page.contentType(), page.octets(), fields, reason);
    }

    /** Whether it says no more than its status and reason do, so that another body takes nothing away. */
    public boolean bare() {
        return body.length == 0 || !reason.isEmpty();
    }

    /** The same with header fields changed, its content type among them. */
    public LocalReply changed(HeaderChanges changes) {
        List<Field> changed = new ArrayList<>();
        for (Field field : fields) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!changes.removed().contains(name) && !changes.removed().contains(name.replace('_', '-'))) {
                changed.add(field);
            }
        }
        for (HeaderChanges.Line line : changes.added()) {
            changed.add(new Field(line.name(), line.octets()));
        }
        return new LocalReply(
                status, changes.removed().contains("content-type") ? "" : contentType, body, changed, reason);
    }

    /** With another field. */
    public LocalReply with(Field field) {
        List<Field> more = new ArrayList<>(fields);
        more.add(field);
        return new LocalReply(status, contentType, body, more, reason);
    }

    /** Whether a response of that status has no body, and tells no length of one (RFC 9110 sections 8.6, 15.3.6). */
    public boolean bodiless() {
        return status == 204 || status == 304;
    }
}
