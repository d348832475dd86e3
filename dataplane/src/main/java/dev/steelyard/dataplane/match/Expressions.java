package dev.steelyard.dataplane.match;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * RE2 expressions: matched in time linear in the text, whatever the expression, so that no request can hold an event loop. How long that is
 * depends on the size of the expression, which is bounded.
 */
public final class Expressions {

    /** Most steps of a compiled expression; each character of a text costs at most as many. */
    public static final int MAX_STEPS = 1_000;

    private Expressions() {}

    /**
     * Compiles an expression. {@code .} matches every character.
     *
     * @throws IllegalArgumentException if it is malformed or too large, with a message for the user
     */
    public static Pattern compile(String expression) {
        try {
            Pattern pattern = Pattern.compile(expression, Pattern.DOTALL);
            if (pattern.programSize() > MAX_STEPS) {
                throw new IllegalArgumentException("the expression " + expression + " is too large");
            }
            return pattern;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("the expression " + expression + ": " + e.getDescription(), e);
        }
    }
}
