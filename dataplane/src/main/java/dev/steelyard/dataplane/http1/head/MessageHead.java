package dev.steelyard.dataplane.http1.head;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A start line and fields, or trailer fields, as received: their bytes and where each field is. Fed as bytes arrive, in pieces of any size, or
 * field by field from versions of HTTP that have no lines; no field becomes a String unless asked for. Holds a copy: the buffers read from are not kept. May be {@link #reset} and used again.
 */
public abstract class MessageHead {

    /** Fields of one message: more are refused. */
    public static final int MAX_FIELDS = 128;

    private static final int PIECE = 4096;
    private static final int KEPT_CAPACITY = 16_384;
    private static final int LINE_START = 0;
    private static final int NAME_END = 1;
    private static final int VALUE_START = 2;
    private static final int VALUE_END = 3;
    private static final int SLOT = 4;

    private static final AsciiString COLON = AsciiString.cached(": ");
    private static final AsciiString CRLF = AsciiString.cached("\r\n");

    private int maxBytes;
    private byte[] octets = new byte[1024];
    private int length;
    private int lineStart;
    private int searchedTo;
    private boolean startLineSeen;
    private int[] slots = new int[16 * SLOT];
    private KnownField[] known = new KnownField[16];
    private boolean[] dropped = new boolean[16];
    private int count;

    /** Forgets everything; the next head is refused once it is longer than {@code maxBytes}. */
    protected final void reset(int limit) {
        maxBytes = limit;
        if (octets.length > KEPT_CAPACITY) {
            octets = new byte[1024];
        }
        length = 0;
        lineStart = 0;
        searchedTo = 0;
        startLineSeen = false;
        count = 0;
    }

    /**
     * Takes the bytes that belong to the head, and no more. Does not release {@code in}.
     *
     * @return whether the head is complete; if not, {@code in} is used up
     * @throws MalformedMessage if it is refused; it is of no further use then
     */
    public final boolean read(ByteBuf in) throws MalformedMessage {
        while (in.isReadable()) {
            int piece = Math.min(in.readableBytes(), Math.min(PIECE, maxBytes - length));
            if (piece == 0) {
                throw tooLong(startLineSeen);
            }
            if (octets.length < length + piece) {
                octets = Arrays.copyOf(octets, Math.max(length + piece, octets.length * 2));
            }
            in.readBytes(octets, length, piece);
            length += piece;
            if (readLines()) {
                in.readerIndex(in.readerIndex() - (length - lineStart));
                length = lineStart;
                complete();
                return true;
            }
        }
        if (length >= maxBytes) {
            throw tooLong(startLineSeen);
        }
        return false;
    }

    /** Whether any byte has been taken. */
    public final boolean begun() {
        return length > 0;
    }

    /** Bytes taken so far. */
    public final int length() {
        return length;
    }

    /** Reads all whole lines; true at the empty one that ends the head. */
    private boolean readLines() throws MalformedMessage {
        for (; ; ) {
            int lf = indexOfLf(searchedTo);
            if (lf < 0) {
                searchedTo = length;
                return false;
            }
            if (lf == lineStart || octets[lf - 1] != '\r') {
                throw MalformedMessage.bad("a line does not end in CR LF");
            }
            int from = lineStart;
            int to = lf - 1;
            lineStart = lf + 1;
            searchedTo = lineStart;
            if (!startLineSeen) {
                startLineSeen = startLine(octets, from, to);
            } else if (from == to) {
                return true;
            } else {
                field(from, to);
            }
        }
    }

    private int indexOfLf(int from) {
        byte[] searched = octets;
        for (int i = from; i < length; i++) {
            if (searched[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** RFC 9112 section 5: {@code field-name ":" OWS field-value OWS}. */
    private void field(int from, int to) throws MalformedMessage {
        byte[] line = octets;
        int nameEnd = from;
        while (nameEnd < to && Octets.is(Octets.TOKEN, line[nameEnd])) {
            nameEnd++;
        }
        if (nameEnd == from || nameEnd == to || line[nameEnd] != ':') {
            throw MalformedMessage.bad(
                    Octets.isBlank(line[from]) ? "a field line is folded" : "a field name is malformed");
        }
        int valueStart = nameEnd + 1;
        while (valueStart < to && Octets.isBlank(line[valueStart])) {
            valueStart++;
        }
        for (int i = valueStart; i < to; i++) {
            if (!Octets.is(Octets.FIELD, line[i])) {
                throw MalformedMessage.bad("a field value holds a control character");
            }
        }
        int valueEnd = to;
        while (valueEnd > valueStart && Octets.isBlank(line[valueEnd - 1])) {
            valueEnd--;
        }
        slot(from, nameEnd, valueStart, valueEnd);
    }

    private void slot(int from, int nameEnd, int valueStart, int valueEnd) throws MalformedMessage {
        if (count == MAX_FIELDS) {
            throw MalformedMessage.refused(431, "there are too many fields");
        }
        keep(from, nameEnd, valueStart, valueEnd, KnownField.of(octets, from, nameEnd));
    }

    private void keep(int from, int nameEnd, int valueStart, int valueEnd, KnownField field) {
        if (count == known.length) {
            slots = Arrays.copyOf(slots, slots.length * 2);
            known = Arrays.copyOf(known, known.length * 2);
            dropped = Arrays.copyOf(dropped, dropped.length * 2);
        }
        int slot = count * SLOT;
        slots[slot + LINE_START] = from;
        slots[slot + NAME_END] = nameEnd;
        slots[slot + VALUE_START] = valueStart;
        slots[slot + VALUE_END] = valueEnd;
        known[count] = field;
        dropped[count] = false;
        count++;
    }

    /**
     * Adds a field to a complete head: it is written as any other, but what is done to fields that a sender may not set is not done to it.
     *
     * @param name a token
     * @param value its octets, taken for ISO-8859-1: no control characters, no white space at its ends
     * @return its index
     */
    public final int addToComplete(String name, String value) {
        int from = length - 2;
        int end = from + name.length() + value.length() + 6;
        if (octets.length < end) {
            octets = Arrays.copyOf(octets, Math.max(end, octets.length * 2));
        }
        int at = put(name, from);
        octets[at++] = ':';
        octets[at++] = ' ';
        int valueStart = at;
        at = put(value, at);
        int valueEnd = at;
        for (int i = 0; i < 2; i++) {
            octets[at++] = '\r';
            octets[at++] = '\n';
        }
        length = at;
        keep(from, from + name.length(), valueStart, valueEnd, KnownField.OTHER);
        return count - 1;
    }

    @SuppressWarnings("deprecation") // the text is octets
    private int put(String text, int at) {
        text.getBytes(0, text.length(), octets, at);
        return at + text.length();
    }

    /**
     * Keeps all fields of a name from {@link #writeFields}, and those whose name has underscores where it has hyphens: CGI and WSGI cannot
     * tell them apart, so a sender could bring back what is removed.
     */
    public final void remove(String lowerCaseName) {
        for (int i = 0; i < count; i++) {
            int slot = i * SLOT;
            if (Octets.equalHyphenated(octets, slots[slot + LINE_START], slots[slot + NAME_END], lowerCaseName)) {
                dropped[i] = true;
            }
        }
    }

    /** Becomes the same as another complete head. */
    protected final void copy(MessageHead other) {
        maxBytes = other.maxBytes;
        octets = Arrays.copyOf(other.octets, other.length);
        length = other.length;
        lineStart = other.lineStart;
        searchedTo = other.searchedTo;
        startLineSeen = other.startLineSeen;
        slots = other.slots.clone();
        known = other.known.clone();
        dropped = other.dropped.clone();
        count = other.count;
    }

    /**
     * Reads the line before the fields.
     *
     * @return false if it is to be passed over, and the start line is still to come
     */
    abstract boolean startLine(byte[] line, int from, int to) throws MalformedMessage;

    /** Reads meaning from the fields, once all are there. */
    abstract void complete() throws MalformedMessage;

    /** The head outgrew its limit. */
    abstract MalformedMessage tooLong(boolean inFields);

    /** For heads without a start line: fields begin at once. */
    final void noStartLine() {
        startLineSeen = true;
    }

    /** How many fields there are. */
    public final int count() {
        return count;
    }

    /** Which field the one with that index is. */
    public final KnownField field(int index) {
        return known[index];
    }

    /** Name of a field, as sent. */
    public final String name(int index) {
        int slot = index * SLOT;
        return text(slots[slot + LINE_START], slots[slot + NAME_END]);
    }

    /**
     * The next field of a name, dropped or not.
     *
     * @param from index of the first to look at
     * @return its index, or -1
     */
    public final int find(String lowerCaseName, int from) {
        for (int i = from; i < count; i++) {
            int slot = i * SLOT;
            if (Octets.equal(octets, slots[slot + LINE_START], slots[slot + NAME_END], lowerCaseName)) {
                return i;
            }
        }
        return -1;
    }

    /** Value of a field without the white space around it. Octets above 127 are taken as ISO-8859-1. */
    public final String value(int index) {
        return text(valueStart(index), valueEnd(index));
    }

    /** Keeps a field from {@link #writeFields}. */
    public final void drop(int index) {
        dropped[index] = true;
    }

    /** Drops every field about this connection alone, and those that its {@code Connection} options named. */
    public final void dropHopByHop() {
        for (int i = 0; i < count; i++) {
            if (known[i].hopByHop()) {
                dropped[i] = true;
            }
        }
    }

    /** The most that {@link #writeFields} writes. */
    public final int fieldBytes() {
        return length;
    }

    /** Writes the lines of all fields that are not dropped, as received. */
    public final void writeFields(ByteBuf out) {
        int i = 0;
        while (i < count) {
            if (dropped[i]) {
                i++;
                continue;
            }
            int from = slots[i * SLOT + LINE_START];
            while (i < count && !dropped[i]) {
                i++;
            }
            out.writeBytes(octets, from, lineEnd(i) - from);
        }
    }

    /** Where the line before the one with that index ends: after its CR LF. */
    private int lineEnd(int next) {
        return next < count ? slots[next * SLOT + LINE_START] : length - 2;
    }

    /** Writes the value of a field. */
    public final void writeValue(int index, ByteBuf out) {
        out.writeBytes(octets, valueStart(index), valueEnd(index) - valueStart(index));
    }

    final void nominate(int from, int to) {
        for (int i = 0; i < count; i++) {
            int slot = i * SLOT;
            if (known[i].open() && Octets.equal(octets, slots[slot + LINE_START], slots[slot + NAME_END], from, to)) {
                dropped[i] = true;
            }
        }
    }

    /** Index of the first field of that name, given in lower case; -1 if there is none. */
    public final int find(byte[] lowerCase) {
        for (int i = 0; i < count; i++) {
            int slot = i * SLOT;
            if (Octets.equal(octets, slots[slot + LINE_START], slots[slot + NAME_END], lowerCase)) {
                return i;
            }
        }
        return -1;
    }

    /** What the positions of names and values refer to; not to be changed, and valid until the next field is added. */
    public final byte[] octets() {
        return octets;
    }

    /** Whether a field is kept from being passed on. */
    public final boolean dropped(int index) {
        return dropped[index];
    }

    /** Where a field's name begins in {@link #octets}. */
    public final int nameStart(int index) {
        return slots[index * SLOT + LINE_START];
    }

    /** Where a field's name ends in {@link #octets}. */
    public final int nameEnd(int index) {
        return slots[index * SLOT + NAME_END];
    }

    /** Where a field's value begins in {@link #octets}. */
    public final int valueStart(int index) {
        return slots[index * SLOT + VALUE_START];
    }

    /** Where a field's value ends in {@link #octets}. */
    public final int valueEnd(int index) {
        return slots[index * SLOT + VALUE_END];
    }

    /**
     * Adds a field that did not come in a line of its own (HTTP/2).
     *
     * @throws MalformedMessage if name or value hold what they may not (RFC 9113 section 8.2.1, RFC 9110 section 5.5), or the head outgrows
     *     its limit
     */
    public final void add(AsciiString name, AsciiString value) throws MalformedMessage {
        int from = length;
        append(name);
        int nameEnd = length;
        for (int i = from; i < nameEnd; i++) {
            byte octet = octets[i];
            if (!Octets.is(Octets.TOKEN, octet) || (octet >= 'A' && octet <= 'Z')) {
                throw MalformedMessage.bad("a field name is malformed");
            }
        }
        if (nameEnd == from) {
            throw MalformedMessage.bad("a field name is malformed");
        }
        append(COLON);
        int valueStart = length;
        append(value);
        int valueEnd = length;
        for (int i = valueStart; i < valueEnd; i++) {
            if (!Octets.is(Octets.FIELD, octets[i])) {
                throw MalformedMessage.bad("a field value holds a control character");
            }
        }
        if (valueEnd > valueStart && (Octets.isBlank(octets[valueStart]) || Octets.isBlank(octets[valueEnd - 1]))) {
            throw MalformedMessage.bad("there is white space around a field value");
        }
        append(CRLF);
        slot(from, nameEnd, valueStart, valueEnd);
    }

    /** Adds octets as they are. */
    final void append(AsciiString text) throws MalformedMessage {
        int more = text.length();
        if (length + more > maxBytes) {
            throw tooLong(startLineSeen);
        }
        if (octets.length < length + more) {
            octets = Arrays.copyOf(octets, Math.max(length + more, octets.length * 2));
        }
        System.arraycopy(text.array(), text.arrayOffset(), octets, length, more);
        length += more;
    }

    /** Ends the start line that was appended; fields follow. */
    final void startLineAppended() throws MalformedMessage {
        append(CRLF);
        startLineSeen = true;
    }

    /** Ends the fields that were added, and reads meaning from them. */
    final void allAdded() throws MalformedMessage {
        append(CRLF);
        complete();
    }

    final boolean valueIs(int index, byte[] lowerCase) {
        return Octets.equal(octets, valueStart(index), valueEnd(index), lowerCase);
    }

    final String text(int from, int to) {
        return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
    }

    final void write(int from, int to, ByteBuf out) {
        out.writeBytes(octets, from, to - from);
    }
}
