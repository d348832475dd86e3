package dev.steelyard.e2e.documents;

import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;

/** A document of the repository. */
record Markdown(String text) {

    static Markdown of(String path) {
        try {
            return new Markdown(Files.readString(SourceTree.resolve(path)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fenced blocks of a language, such as {@code sh}, in their order. */
    List<String> blocks(String language) {
        return Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** The commands of a block, one on each line. */
    static List<String> commands(String block) {
        return block.lines().filter(line -> !line.isBlank()).toList();
    }
}
