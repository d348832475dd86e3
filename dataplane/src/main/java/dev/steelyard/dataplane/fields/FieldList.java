package dev.steelyard.dataplane.fields;

import io.netty.util.AsciiString;

/** A decompressed list of names and values, as sent and unchecked. */
public interface FieldList {

    /** Whether the list was larger than allowed: nothing of it is here. */
    boolean tooLarge();

    /** How many fields there are. */
    int count();

    /** Name of a field, as sent. */
    AsciiString name(int index);

    /** Value of a field, as sent. */
    AsciiString value(int index);
}
