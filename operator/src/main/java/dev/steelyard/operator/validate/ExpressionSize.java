package dev.steelyard.operator.validate;

import java.util.ArrayDeque;
import java.util.Deque;

/** How large an expression is once its counted repetitions are written out, without doing that. */
final class ExpressionSize {

    private static final long ENOUGH = 1_000_000_000;

    private final String expression;
    private int at;
    private long sum;
    private long last;

    /** Sizes of what stands before each open group. */
    private final Deque<Long> outer = new ArrayDeque<>();

    private ExpressionSize(String expression) {
        this.expression = expression;
    }

    /** About as many steps as the expression compiles to; never much more. Malformed ones get some number. */
    static long atLeast(String expression) {
        ExpressionSize size = new ExpressionSize(expression);
        while (size.at < expression.length()) {
            size.step();
        }
        while (!size.outer.isEmpty()) {
            size.close();
        }
        return size.sum;
    }

    private void step() {
        char c = expression.charAt(at++);
        switch (c) {
            case '(' -> {
                outer.push(sum);
                sum = 0;
                last = 0;
            }
            case ')' -> {
                if (!outer.isEmpty()) {
                    close();
                }
            }
            case '{' -> {
                int end = expression.indexOf('}', at);
                long times = end < 0 ? -1 : times(expression.substring(at, end));
                if (times < 0) {
                    atom();
                } else {
                    at = end + 1;
                    long repeated = Math.min(ENOUGH, last * Math.max(1, times));
                    sum = Math.min(ENOUGH, sum - last + repeated);
                    last = repeated;
                }
            }
            case '*', '+', '?', '|' -> {}
            case '\\' -> escape();
            case '[' -> {
                characterClass();
                atom();
            }
            default -> atom();
        }
    }

    private void atom() {
        last = 1;
        sum = Math.min(ENOUGH, sum + 1);
    }

    private void close() {
        last = sum;
        sum = Math.min(ENOUGH, outer.pop() + last);
    }

    /** {@code \Q…\E} is literal; of other escapes only the next character could be mistaken for an operator. */
    private void escape() {
        if (at >= expression.length()) {
            return;
        }
        char c = expression.charAt(at++);
        if (c == 'Q') {
            int end = expression.indexOf("\\E", at);
            int to = end < 0 ? expression.length() : end;
            for (; at < to; at++) {
                atom();
            }
            at = Math.min(expression.length(), to + 2);
            return;
        }
        boolean braced = (c == 'p' || c == 'P' || c == 'x') && at < expression.length() && expression.charAt(at) == '{';
        if (braced) {
            int end = expression.indexOf('}', at);
            at = end < 0 ? expression.length() : end + 1;
        }
        atom();
    }

    private void characterClass() {
        if (at < expression.length() && expression.charAt(at) == '^') {
            at++;
        }
        boolean first = true;
        while (at < expression.length()) {
            char c = expression.charAt(at++);
            if (c == '\\') {
                at++;
            } else if (c == '[' && at < expression.length() && expression.charAt(at) == ':') {
                int end = expression.indexOf(":]", at);
                at = end < 0 ? expression.length() : end + 2;
            } else if (c == ']' && !first) {
                return;
            }
            first = false;
        }
    }

    /** The larger count of {@code n}, {@code n,} or {@code n,m}; -1 if it is none, and the brace stands for itself. */
    private static long times(String counts) {
        int comma = counts.indexOf(',');
        String low = comma < 0 ? counts : counts.substring(0, comma);
        String high = comma < 0 ? "" : counts.substring(comma + 1);
        if (!number(low) || (!high.isEmpty() && !number(high))) {
            return -1;
        }
        return Long.parseLong(high.isEmpty() ? low : high);
    }

    private static boolean number(String text) {
        return !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
