package dev.steelyard.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One malformed, ambiguous or odd HTTP/1.1 message and what has to become of it, from the tables in the resources {@code /strictness}; their
 * README tells the format. Texts hold one octet in each character.
 *
 * @param client what the client sends; empty if the table leaves it to the test
 * @param endpoint what the endpoint sends
 * @param through what comes out on the other side; may hold <code>{told HOST}</code> and <code>{local}</code>, for the test to replace
 * @param answers statuses that the client gets, in order
 * @param after what becomes of the client's connection: {@code open}, {@code close}, {@code broken}
 * @param remarks the words after the semicolon
 */
public record WireCase(
        String name,
        String client,
        String endpoint,
        String through,
        List<Integer> answers,
        String after,
        Set<String> remarks) {

    private static final List<String> REQUESTS = List.of(
            "requests-lines.txt",
            "requests-targets.txt",
            "requests-fields.txt",
            "requests-lengths.txt",
            "requests-chunks.txt");
    private static final List<String> RESPONSES = List.of("responses.txt");

    /** What clients may send. */
    public static List<WireCase> requests() {
        return REQUESTS.stream().flatMap(file -> read(file).stream()).toList();
    }

    /** What endpoints may send. */
    public static List<WireCase> responses() {
        return RESPONSES.stream().flatMap(file -> read(file).stream()).toList();
    }

    /** Whether another request on the client's connection is answered. */
    public boolean open() {
        return after.equals("open");
    }

    /** Whether that was remarked. */
    public boolean is(String remark) {
        return remarks.contains(remark);
    }

    @Override
    public String toString() {
        return name;
    }

    private static List<WireCase> read(String file) {
        List<WireCase> cases = new ArrayList<>();
        Draft draft = null;
        for (String line : lines(file)) {
            if (line.startsWith("== ")) {
                draft = new Draft(line.substring(3));
            } else if (!line.isEmpty() && line.charAt(0) != '#') {
                Objects.requireNonNull(draft, "before the first case: " + line).line(line);
                if (line.charAt(0) == '=') {
                    cases.add(draft.whole());
                }
            }
        }
        return cases;
    }

    private static List<String> lines(String file) {
        try (InputStream in = Objects.requireNonNull(WireCase.class.getResourceAsStream("/strictness/" + file))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Draft {
        private final String name;
        private final StringBuilder client = new StringBuilder();
        private final StringBuilder endpoint = new StringBuilder();
        private final StringBuilder through = new StringBuilder();
        private String verdict = "";

        Draft(String name) {
            this.name = name;
        }

        void line(String line) {
            switch (line.charAt(0)) {
                case '>' -> client.append(text(line));
                case '<' -> endpoint.append(text(line));
                case '|' -> through.append(text(line));
                case '=' -> verdict = line.substring(1).strip();
                default -> throw new IllegalArgumentException(name + ": " + line);
            }
        }

        private static String text(String line) {
            boolean continued = line.endsWith("\\c");
            String text = line.length() < 2 ? "" : line.substring(2, line.length() - (continued ? 2 : 0));
            return unescape(text) + (continued ? "" : "\r\n");
        }

        WireCase whole() {
            String[] halves = verdict.split(";", 2);
            String[] words = halves[0].strip().split(" ");
            List<Integer> answers = Arrays.stream(words, 0, words.length - 1)
                    .filter(word -> !word.equals("-"))
                    .map(Integer::valueOf)
                    .toList();
            Set<String> remarks = halves.length < 2
                    ? Set.of()
                    : Arrays.stream(halves[1].split(",")).map(String::strip).collect(Collectors.toSet());
            String after = words[words.length - 1];
            return new WireCase(
                    name, client.toString(), endpoint.toString(), through.toString(), answers, after, remarks);
        }
    }

    private static String unescape(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char kind = text.charAt(++i);
            switch (kind) {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case '0' -> out.append('\0');
                case '\\' -> out.append('\\');
                case 'x' -> {
                    out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                case '{' -> {
                    int end = closing(text, i);
                    out.append(braces(text.substring(i + 1, end)));
                    i = end;
                }
                default -> throw new IllegalArgumentException("no escape: \\" + kind + " in " + text);
            }
        }
        return out.toString();
    }

    private static int closing(String text, int open) {
        int depth = 0;
        for (int i = open; i < text.length(); i++) {
            depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("not closed: " + text);
    }

    /** {@code N*TEXT} that often; anything else stays for the test. */
    private static String braces(String inside) {
        int star = inside.indexOf('*');
        boolean repeated = star > 0 && inside.substring(0, star).chars().allMatch(Character::isDigit);
        return repeated
                ? unescape(inside.substring(star + 1)).repeat(Integer.parseInt(inside.substring(0, star)))
                : "{" + inside + "}";
    }
}
