package dev.steelyard.dataplane.fields;

import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.Trailers;
import org.jspecify.annotations.Nullable;

/** Trailer fields (RFC 9113 section 8.1, RFC 9114 section 4.1). */
public final class TrailerFields {

    private TrailerFields() {}

    /** The fields of a block; null if they are malformed: pseudo-header fields, or what no field may hold. */
    public static @Nullable Trailers read(FieldList block) {
        if (block.tooLarge()) {
            return null;
        }
        Trailers trailers = new Trailers();
        try {
            for (int i = 0; i < block.count(); i++) {
                // A pseudo-header field's colon is in no name.
                trailers.add(block.name(i), block.value(i));
            }
            trailers.end();
        } catch (MalformedMessage e) {
            return null;
        }
        return trailers;
    }
}
