package dev.steelyard.dataplane.fastcgi;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Writes parameters into PARAMS records. No pair lies across two records unless it is longer than one: php-fpm reads each record for itself.
 * One after the other: {@link #begin}, for each pair {@link #name}, its value straight into the buffer, {@link #endValue}; and {@link #end}.
 */
public final class ParameterWriter {

    private static final int LONG = 0x8000_0000;

    private final ByteBuf out;
    private int record;
    private int pair;
    private int lengths;
    private int value;

    /**
     * @param out what is written to; grows as needed
     */
    public ParameterWriter(ByteBuf out) {
        this.out = out;
    }

    /** Begins. */
    public void begin() {
        record = out.writerIndex();
        Records.header(out, Records.PARAMS, 0);
    }

    /** Begins a pair. */
    public void name(byte[] name) {
        name(name, 0, name.length, null);
    }

    /**
     * Begins a pair whose name is a field's, as CGI spells it: in upper case, underscores for hyphens.
     *
     * @param prefix before it
     */
    public void fieldName(byte[] prefix, byte[] octets, int from, int to) {
        name(octets, from, to, prefix);
    }

    private void name(byte[] octets, int from, int to, byte @Nullable [] prefix) {
        pair = out.writerIndex();
        int length = to - from + (prefix == null ? 0 : prefix.length);
        if (length < 0x80) {
            out.writeByte(length);
        } else {
            out.writeInt(LONG | length);
        }
        lengths = out.writerIndex();
        out.writeInt(LONG);
        if (prefix == null) {
            out.writeBytes(octets, from, to - from);
        } else {
            out.writeBytes(prefix);
            for (int i = from; i < to; i++) {
                byte octet = octets[i];
                boolean lower = octet >= 'a' && octet <= 'z';
                out.writeByte(lower ? octet - 0x20 : octet == '-' ? '_' : octet);
            }
        }
        value = out.writerIndex();
    }

    /** Ends the pair: what was written since its name is the value. */
    public void endValue() {
        out.setInt(lengths, LONG | (out.writerIndex() - value));
        while (content() > Records.MAX_CONTENT) {
            boolean others = pair > record + Records.HEADER;
            split(others ? pair : record + Records.HEADER + Records.MAX_CONTENT);
        }
    }

    private int content() {
        return out.writerIndex() - record - Records.HEADER;
    }

    /** Ends the record at {@code at}, and moves what follows into another. */
    private void split(int at) {
        ByteBuf rest = out.copy(at, out.writerIndex() - at);
        out.writerIndex(at);
        close();
        begin();
        pair = out.writerIndex();
        out.writeBytes(rest);
        rest.release();
    }

    private void close() {
        out.setShort(record + 4, content());
    }

    /** Ends the parameters. */
    public void end() {
        if (content() > 0) {
            close();
            begin();
        }
    }
}
