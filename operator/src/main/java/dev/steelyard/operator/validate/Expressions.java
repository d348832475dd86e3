package dev.steelyard.operator.validate;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/**
 * RE2 expressions in specs: whether the dataplane takes them. It matches them in time linear in the text times the expression's size, so that is
 * bounded. Pure.
 */
final class Expressions {

    /** As the dataplane's. */
    private static final int MAX_STEPS = 1_000;

    private Expressions() {}

    /** What is wrong with an expression, for its author; empty if nothing is. */
    static Optional<String> problem(String expression) {
        // Looked at first: to compile a{1000}{1000}{1000} takes more memory than there is.
        if (ExpressionSize.atLeast(expression) > 2L * MAX_STEPS) {
            return Optional.of(tooLarge());
        }
        try {
            return Pattern.compile(expression, Pattern.DOTALL).programSize() > MAX_STEPS
                    ? Optional.of(tooLarge())
                    : Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.of("this is no RE2 expression: " + e.getDescription() + place(expression, e.getPattern()));
        }
    }

    private static String tooLarge() {
        return "this expression is too large: with its repetitions written out it has more than " + MAX_STEPS
                + " steps; repeat less";
    }

    /** The library names the part that is wrong; all of it if something is missing at the end. */
    private static String place(String expression, String part) {
        int at = part.isEmpty() || part.equals(expression) ? -1 : expression.indexOf(part);
        return at < 0
                ? " at character " + (expression.length() + 1) + ", its end"
                : " at character " + (at + 1) + ": " + part;
    }
}
