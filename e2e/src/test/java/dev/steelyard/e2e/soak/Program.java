package dev.steelyard.e2e.soak;

import dev.steelyard.e2e.process.Commands;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A client that is a program and runs for a while. It prints {@code done N} and, for each reason, {@code failed N WHY}, as
 * {@code e2e/clients/tally.py} does.
 */
record Program(List<String> command) implements Client {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Override
    public void turn(Tally.Count count) throws IOException, InterruptedException {
        String told = Commands.run(command, Map.of(), "", LIMIT).requireSuccess();
        for (String line : told.lines().toList()) {
            String[] words = line.split(" ", 3);
            long times = Long.parseLong(words[1]);
            if (words[0].equals("done")) {
                count.done(times);
            } else {
                count.failed(words[2], times);
            }
        }
    }
}
