package dev.steelyard.operator.checkhealth;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a check says: a state, what is wrong or else what is right, and figures. */
public final class Verdict {

    /** So many things that are wrong are named, since Nagios keeps 4 KiB and pagers show less. */
    private static final int NAMED = 4;

    private final List<Finding> findings = new ArrayList<>();
    private final List<String> figures = new ArrayList<>();
    private String summary = "";

    private record Finding(State state, String text) {}

    Verdict() {}

    /** A check that could not be made. */
    public static Verdict unknown(String why) {
        Verdict verdict = new Verdict();
        verdict.find(State.UNKNOWN, why);
        return verdict;
    }

    void find(State state, String text) {
        findings.add(new Finding(state, text));
    }

    /** What is said when nothing is wrong. */
    void summary(String text) {
        summary = text;
    }

    /** Adds a figure, with its unit; {@code rest} is thresholds and bounds: {@code warning;critical;least;most}. */
    void figure(String label, String value, String rest) {
        figures.add(label + "=" + value + (rest.isEmpty() ? "" : ";" + rest));
    }

    State state() {
        return findings.stream().map(Finding::state).max(State::compareTo).orElse(State.OK);
    }

    /** 0: OK, 1: WARNING, 2: CRITICAL, 3: UNKNOWN. */
    public int exitCode() {
        return state().exitCode;
    }

    /** The one line that a plugin prints, the worst first. */
    public String line() {
        List<String> texts = findings.stream()
                .sorted((one, other) -> other.state().compareTo(one.state()))
                .map(Finding::text)
                .toList();
        String text = texts.isEmpty() ? summary : texts.stream().limit(NAMED).collect(Collectors.joining("; "));
        if (texts.size() > NAMED) {
            text += "; and " + (texts.size() - NAMED) + " more";
        }
        // What ends the text is a bar, what ends the line is a line's end.
        String safe = text.replace('|', '/').replaceAll("\\s+", " ");
        return "STEELYARD " + state() + " - " + safe + (figures.isEmpty() ? "" : " | " + String.join(" ", figures));
    }
}
