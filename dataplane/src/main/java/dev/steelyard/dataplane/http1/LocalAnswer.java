package dev.steelyard.dataplane.http1;

import dev.steelyard.dataplane.exchange.ResponseDate;
import dev.steelyard.dataplane.filter.LocalReply;
import dev.steelyard.dataplane.http1.body.Outbound;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Consumer;

/** A response of our own, as HTTP/1.1. */
final class LocalAnswer {

    private static final int FIXED_BYTES = 512;

    private LocalAnswer() {}

    /**
     * Writes it.
     *
     * @param toHead the request was HEAD: no body, but its length
     * @param now for the Date field
     * @param persistence writes what is said of the connection
     * @return octets of the body, as written
     */
    static int write(Outbound client, LocalReply reply, boolean toHead, Instant now, Consumer<ByteBuf> persistence) {
        StringBuilder head = new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(reply.status())
                .append(' ')
                .append(reply.phrase())
                .append("\r\nDate: ")
                .append(ResponseDate.of(now));
        if (!reply.contentType().isEmpty()) {
            head.append("\r\nContent-Type: ").append(reply.contentType());
        }
        for (LocalReply.Field field : reply.fields()) {
            head.append("\r\n").append(field.name()).append(": ").append(field.value());
        }
        if (!reply.bodiless()) {
            head.append("\r\nContent-Length: ").append(reply.body().length);
        }
        head.append("\r\n");
        ByteBuf out = client.room(head.length() + reply.body().length + FIXED_BYTES);
        out.writeCharSequence(head, StandardCharsets.ISO_8859_1);
        persistence.accept(out);
        out.writeByte('\r').writeByte('\n');
        if (toHead || reply.bodiless()) {
            return 0;
        }
        out.writeBytes(reply.body());
        return reply.body().length;
    }
}
