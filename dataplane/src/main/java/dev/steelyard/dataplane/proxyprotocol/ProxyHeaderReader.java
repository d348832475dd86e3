package dev.steelyard.dataplane.proxyprotocol;

import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Local;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header that a connection begins with, of either version, strictly. Stateless: it is given all that has come so far until that is
 * enough, and refuses as soon as what has come can be no header.
 */
public final class ProxyHeaderReader {

    /** Bytes of the longest header read. Version 1 has at most 107; version 2's extensions (TLVs) in use are far below this. */
    public static final int MAX_BYTES = 4096;

    private static final byte[] PREFIX_V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE_V2 = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

    private ProxyHeaderReader() {}

    /** What a header of version 2 begins with. */
    static byte[] signature() {
        return SIGNATURE_V2.clone();
    }

    /**
     * Reads a header, if all of it is there.
     *
     * @param in all that has come; its reader index is moved behind the header, and otherwise left alone
     * @return null if more is needed
     * @throws MalformedProxyHeader if this cannot become a header
     */
    public static @Nullable ProxyHeader read(ByteBuf in) throws MalformedProxyHeader {
        if (!in.isReadable()) {
            return null;
        }
        byte first = in.getByte(in.readerIndex());
        boolean text = first == PREFIX_V1[0];
        byte[] beginning = text ? PREFIX_V1 : SIGNATURE_V2;
        int known = Math.min(beginning.length, in.readableBytes());
        for (int i = 0; i < known; i++) {
            if (in.getByte(in.readerIndex() + i) != beginning[i]) {
                throw new MalformedProxyHeader("no PROXY protocol header");
            }
        }
        if (known < beginning.length) {
            return null;
        }
        return text ? version1(in) : version2(in);
    }

    private static @Nullable ProxyHeader version1(ByteBuf in) throws MalformedProxyHeader {
        int length = Math.min(in.readableBytes(), Version1.MAX_BYTES);
        int lineFeed = in.indexOf(in.readerIndex(), in.readerIndex() + length, (byte) '\n');
        if (lineFeed < 0) {
            if (length == Version1.MAX_BYTES) {
                throw new MalformedProxyHeader("longer than a version 1 header can be");
            }
            return null;
        }
        if (in.getByte(lineFeed - 1) != '\r') {
            throw new MalformedProxyHeader("a line feed without carriage return");
        }
        int start = in.readerIndex() + PREFIX_V1.length;
        // Their CR may be the prefix's neighbour: "PROXY \r\n".
        String line = in.toString(start, Math.max(0, lineFeed - 1 - start), StandardCharsets.ISO_8859_1);
        ProxyHeader header = Version1.parse(line);
        in.readerIndex(lineFeed + 1);
        return header;
    }

    private static @Nullable ProxyHeader version2(ByteBuf in) throws MalformedProxyHeader {
        if (in.readableBytes() < Version2.FIXED_BYTES) {
            return null;
        }
        int start = in.readerIndex();
        int length = in.getUnsignedShort(start + SIGNATURE_V2.length + 2);
        if (Version2.FIXED_BYTES + length > MAX_BYTES) {
            throw new MalformedProxyHeader("longer than " + MAX_BYTES + " bytes");
        }
        int versionAndCommand = in.getUnsignedByte(start + SIGNATURE_V2.length);
        if (versionAndCommand != Version2.LOCAL && versionAndCommand != Version2.PROXY) {
            throw new MalformedProxyHeader("unknown version or command");
        }
        if (in.readableBytes() < Version2.FIXED_BYTES + length) {
            return null;
        }
        int family = in.getUnsignedByte(start + SIGNATURE_V2.length + 1);
        ByteBuf block = in.slice(start + Version2.FIXED_BYTES, length);
        // A receiver must take LOCAL whatever its block holds (section 2.2).
        ProxyHeader header = versionAndCommand == Version2.LOCAL ? Local.INSTANCE : Version2.parse(family, block);
        in.skipBytes(Version2.FIXED_BYTES + length);
        return header;
    }
}
