package dev.steelyard.dataplane.fields;

import io.netty.util.AsciiString;
import java.util.Arrays;

/** A decompressed list of names and values, as sent and unchecked; filled anew by each block that its subclass reads. */
public abstract class FieldList {

    private AsciiString[] names = new AsciiString[32];
    private AsciiString[] values = new AsciiString[32];
    private int count;
    private boolean tooLarge;

    /** Forgets what was read before. */
    protected final void clear() {
        count = 0;
        tooLarge = false;
    }

    /** Appends a field. */
    protected final void keep(AsciiString name, AsciiString value) {
        if (count == names.length) {
            names = Arrays.copyOf(names, 2 * count);
            values = Arrays.copyOf(values, 2 * count);
        }
        names[count] = name;
        values[count] = value;
        count++;
    }

    /** The list is larger than allowed: nothing of it is kept. */
    protected final void refuse() {
        count = 0;
        tooLarge = true;
    }

    /** Whether the list was larger than allowed: nothing of it is here. */
    public final boolean tooLarge() {
        return tooLarge;
    }

    /** How many fields there are. */
    public final int count() {
        return count;
    }

    /** Name of a field, as sent. */
    public final AsciiString name(int index) {
        return names[index];
    }

    /** Value of a field, as sent. */
    public final AsciiString value(int index) {
        return values[index];
    }
}
