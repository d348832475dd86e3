package dev.steelyard.dataplane.http2.frame;

import dev.steelyard.dataplane.fields.FieldList;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/**
 * Decompresses the header blocks of one connection (RFC 7541), each into the same list of names and values, as sent and unchecked. Every block
 * has to be read, in order, whatever becomes of its stream: the table of one is needed for the next.
 */
public final class FieldBlock extends FieldList {

    private final Decoder decoder;

    /**
     * @param maxListSize of a decompressed list (RFC 9113 section 6.5.2); of a larger one nothing is kept
     */
    public FieldBlock(long maxListSize) {
        decoder = new Decoder(maxListSize);
    }

    /** Netty's decoder, with lists that keep their order in place of its map. */
    private final class Decoder extends DefaultHttp2HeadersDecoder {

        private final Http2Headers list = new DefaultHttp2Headers(false, 2) {
            @Override
            public Http2Headers add(CharSequence name, CharSequence value) {
                keep((AsciiString) name, (AsciiString) value);
                return this;
            }
        };

        Decoder(long maxListSize) {
            super(false, maxListSize);
        }

        @Override
        protected Http2Headers newHeaders() {
            return list;
        }
    }

    /**
     * Reads a block; what was read before is forgotten.
     *
     * @throws Violation if it is no such block, so that no later one can be read
     */
    public void read(int stream, ByteBuf block) throws Violation {
        clear();
        try {
            decoder.decodeHeaders(stream, block);
        } catch (Http2Exception.HeaderListSizeException e) {
            refuse();
        } catch (Http2Exception e) {
            throw Violation.of(ErrorCode.COMPRESSION_ERROR, "a header block is malformed");
        }
    }
}
