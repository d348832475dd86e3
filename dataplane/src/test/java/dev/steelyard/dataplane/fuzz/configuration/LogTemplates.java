package dev.steelyard.dataplane.fuzz.configuration;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.snapshot.LogTemplate;
import dev.steelyard.snapshot.LogTemplate.Piece;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Templates of access log lines: what is read, and written again, is read alike; no two texts follow one another, and no line ends early. */
public final class LogTemplates implements FuzzTarget {

    @Override
    public void feed(byte[] input) {
        List<Piece> pieces;
        try {
            pieces = LogTemplate.parse(new String(input, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            Check.holds(refused.getMessage() != null, "no reason");
            return;
        }
        StringBuilder written = new StringBuilder();
        boolean text = false;
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Text(String verbatim) -> {
                    Check.holds(!text && !verbatim.isEmpty(), "a text after a text, or none");
                    Check.holds(verbatim.indexOf('\n') < 0, "a line feed");
                    written.append(verbatim.replace("%", "%%"));
                    text = true;
                }
                case Piece.Value(var field) -> {
                    written.append("%{").append(field.key()).append('}');
                    text = false;
                }
            }
        }
        Check.equal(LogTemplate.parse(written.toString()), pieces, "written and read again");
    }
}
