package dev.steelyard.e2e.soak;

import dev.steelyard.e2e.process.Commands;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTTP/2 as h2load speaks it: a thousand requests a turn, over four connections with ten streams each.
 *
 * @param uri whose scheme says whether it is encrypted, and whose host is the one asked for
 */
record H2load(String uri, int port) implements Client {
    private static final int REQUESTS = 1_000;
    private static final String AGREED = "Application protocol: h2";
    private static final Pattern OUTCOME =
            Pattern.compile("(\\d+) succeeded, (\\d+) failed, (\\d+) errored, (\\d+) timeout");
    private static final Pattern STATUS = Pattern.compile("status codes: (\\d+) 2xx.*");

    @Override
    public void turn(Tally.Count count) throws IOException, InterruptedException {
        String to = "--connect-to=127.0.0.1:" + port;
        String seen =
                Commands.run("h2load", "-n" + REQUESTS, "-c4", "-m10", to, uri).requireSuccess();
        Matcher outcome = OUTCOME.matcher(seen);
        Matcher status = STATUS.matcher(seen);
        if (!seen.contains(AGREED) || !outcome.find() || !status.find()) {
            throw new IOException("h2load says: " + seen);
        }
        long right = Long.parseLong(status.group(1));
        count.done(right);
        if (right < REQUESTS) {
            count.failed(String.join("; ", List.of(outcome.group(), status.group())), REQUESTS - right);
        }
        Thread.sleep(200);
    }
}
