package dev.steelyard.dataplane.accesslog;

import dev.steelyard.dataplane.accesslog.LineBuffer.Escaping;
import dev.steelyard.snapshot.LogField;
import dev.steelyard.snapshot.LogTemplate.Piece;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line by a template. What is not known is a dash; where values are escaped as JSON demands, nothing, or null for a number, so that the
 * line stays JSON whether or not the template has quotes around it. An unknown status is 000 elsewhere, since readers of the combined format
 * expect a number.
 */
final class TemplateLine implements LineForm {

    private static final byte[] NULL = LineWriter.ascii("null");
    private static final byte[] NO_STATUS = LineWriter.ascii("000");

    private final byte[][] texts;
    private final @Nullable LogField[] fields;
    private final Escaping escaping;

    TemplateLine(List<Piece> pieces) {
        texts = new byte[pieces.size()][];
        fields = new @Nullable LogField[pieces.size()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = new byte[0];
            switch (pieces.get(i)) {
                case Piece.Text text -> texts[i] = text.text().getBytes(StandardCharsets.UTF_8);
                case Piece.Value value -> fields[i] = value.field();
            }
        }
        boolean json = !pieces.isEmpty()
                && pieces.getFirst() instanceof Piece.Text first
                && first.text().startsWith("{");
        escaping = json ? Escaping.JSON : Escaping.HEX;
    }

    @Override
    public void write(LogEntry entry, LineWriter to) {
        for (int i = 0; i < texts.length; i++) {
            LogField field = fields[i];
            if (field == null) {
                to.line().octets(texts[i]);
            } else if (to.known(entry, field)) {
                to.value(entry, field, escaping);
            } else if (escaping == Escaping.HEX) {
                unknown(field, to.line());
            } else if (LineWriter.numeric(field)) {
                to.line().octets(NULL);
            }
        }
    }

    private static void unknown(LogField field, LineBuffer line) {
        switch (field) {
            case STATUS -> line.octets(NO_STATUS);
            case BODY_BYTES_SENT, BYTES_SENT, BYTES_RECEIVED, ATTEMPTS -> line.octet('0');
            default -> line.octet('-');
        }
    }
}
