package dev.steelyard.dataplane.accesslog;

import dev.steelyard.dataplane.accesslog.LineBuffer.Escaping;
import dev.steelyard.snapshot.LogField;
import java.util.Arrays;

/** An object with all that is known, in the order of {@link LogField}; what is not known is left out. */
record JsonLine() implements LineForm {

    private static final LogField[] FIELDS = Arrays.stream(LogField.values())
            .filter(field -> field != LogField.TIME_CLF)
            .toArray(LogField[]::new);
    private static final byte[][] NAMES = Arrays.stream(FIELDS)
            .map(field -> LineWriter.ascii("\"" + field.key() + "\":"))
            .toArray(byte[][]::new);

    @Override
    public void write(LogEntry entry, LineWriter to) {
        LineBuffer line = to.line();
        char before = '{';
        for (int i = 0; i < FIELDS.length; i++) {
            LogField field = FIELDS[i];
            if (to.known(entry, field)) {
                line.octet(before).octets(NAMES[i]);
                before = ',';
                if (LineWriter.numeric(field)) {
                    to.value(entry, field, Escaping.JSON);
                } else {
                    line.octet('"');
                    to.value(entry, field, Escaping.JSON);
                    line.octet('"');
                }
            }
        }
        line.octet('}');
    }
}
