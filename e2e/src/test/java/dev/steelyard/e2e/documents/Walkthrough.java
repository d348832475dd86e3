package dev.steelyard.e2e.documents;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.process.SourceTree;
import java.util.ArrayDeque;
import java.util.Queue;

/** An example's README, followed command by command by a tenant of the shared installation. */
final class Walkthrough {
    private final Shell shell;
    private final Node node;
    private final Queue<String> commands = new ArrayDeque<>();

    Walkthrough(String example, Tenant tenant, Node node) {
        this.shell = Shell.in(SourceTree.resolve("")).with(tenant.kubectl());
        this.node = node;
        Markdown.of("examples/" + example + "/README.md")
                .blocks("sh")
                .forEach(block -> commands.addAll(Markdown.commands(block)));
    }

    /** Types the next command, which begins as said, until it succeeds and prints all of these texts. */
    void next(String beginning, String... texts) {
        String command = commands.remove();
        assertThat(command).startsWith(beginning);
        String here = command.replace("NODE", node.address());
        eventually().untilAsserted(() -> {
            String printed = shell.run(here).requireSuccess();
            assertThat(texts).allSatisfy(text -> assertThat(printed).contains(text));
        });
    }

    /** The README says no more. */
    void end() {
        assertThat(commands).isEmpty();
    }
}
