package dev.steelyard.snapshot;

import java.util.ArrayList;
import java.util.List;

/**
 * The template of a custom line: text in which {@code %{name}} stands for a {@link LogField} and {@code %%} for a percent sign. (Not
 * {@code ${name}}, which tools that fill in manifests take for theirs.)
 */
public final class LogTemplate {

    private LogTemplate() {}

    /** A part of a line. */
    public sealed interface Piece {

        /** Text that is the same in each line. */
        record Text(String text) implements Piece {}

        /** What is known of the request. */
        record Value(LogField field) implements Piece {}
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException with a message for the user, if it names no field that there is
     */
    public static List<Piece> parse(String template) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at++);
            if (c < ' ' || c == 0x7f) {
                throw new IllegalArgumentException("a line cannot hold control characters");
            }
            if (c != '%') {
                text.append(c);
            } else if (template.startsWith("%", at)) {
                text.append('%');
                at++;
            } else {
                int end = template.indexOf('}', at);
                if (!template.startsWith("{", at) || end < 0) {
                    throw new IllegalArgumentException(
                            "% begins a placeholder such as %{status}; write %% for a percent sign");
                }
                String name = template.substring(at + 1, end);
                LogField field = LogField.of(name)
                        .orElseThrow(() -> new IllegalArgumentException("there is no placeholder %{" + name + "}"));
                if (!text.isEmpty()) {
                    pieces.add(new Piece.Text(text.toString()));
                    text.setLength(0);
                }
                pieces.add(new Piece.Value(field));
                at = end + 1;
            }
        }
        if (!text.isEmpty()) {
            pieces.add(new Piece.Text(text.toString()));
        }
        return pieces;
    }
}
