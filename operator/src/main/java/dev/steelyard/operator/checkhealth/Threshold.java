package dev.steelyard.operator.checkhealth;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range that a figure has to stay in, or with {@code @} out of, as the Monitoring Plugins' guidelines write it: {@code 10} is 0 to 10,
 * {@code 10:} from 10 on, {@code ~:10} up to 10, {@code 10:20} between. Bounds belong to it.
 */
public final class Threshold {

    private static final Pattern FORM = Pattern.compile("(@?)(?:(~|-?[0-9.]+):)?(-?[0-9.]+)?");

    private final String text;
    private final double least;
    private final double most;
    private final boolean inside;

    private Threshold(String text, double least, double most, boolean inside) {
        this.text = text;
        this.least = least;
        this.most = most;
        this.inside = inside;
    }

    /** @throws IllegalArgumentException saying what is wrong with it */
    public static Threshold parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || (form.group(2) == null && form.group(3) == null)) {
            throw wrong(text);
        }
        double least = form.group(2) == null ? 0 : bound(form.group(2), text);
        double most = form.group(3) == null ? Double.POSITIVE_INFINITY : bound(form.group(3), text);
        if (least > most) {
            throw new IllegalArgumentException("begins above its end: " + text);
        }
        return new Threshold(text, least, most, !form.group(1).isEmpty());
    }

    private static double bound(String number, String text) {
        try {
            return number.equals("~") ? Double.NEGATIVE_INFINITY : new BigDecimal(number).doubleValue();
        } catch (NumberFormatException e) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("must be a range such as 10, 10:, ~:10, 10:20 or @10:20, and is " + text);
    }

    /** Whether a figure is to be told. */
    boolean alertsOn(double figure) {
        return (figure >= least && figure <= most) == inside;
    }

    @Override
    public String toString() {
        return text;
    }
}
