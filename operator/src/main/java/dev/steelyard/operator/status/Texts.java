package dev.steelyard.operator.status;

import java.util.List;

/** Lists that people can take in. */
final class Texts {

    private Texts() {}

    /** The first {@code max} different ones, and how many more there are. */
    static String few(List<String> texts, int max, String separator) {
        List<String> all = texts.stream().distinct().toList();
        return all.size() <= max
                ? String.join(separator, all)
                : String.join(separator, all.subList(0, max)) + separator + "+" + (all.size() - max);
    }
}
