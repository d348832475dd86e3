package dev.steelyard.e2e.load;

import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What wrk measured.
 *
 * @param requests complete answers
 * @param perSecond of these
 * @param errors broken connections, timeouts, and answers with status 400 or above
 */
public record Wrk(long requests, double perSecond, long errors) {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final Pattern BAD_STATUS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern SOCKET_ERRORS =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    /** Runs wrk with one thread. */
    public static Wrk run(String url, int connections, Duration time, String... fields) {
        List<String> command =
                new ArrayList<>(List.of("wrk", "-t1", "-c" + connections, "-d" + time.toSeconds() + "s"));
        for (String field : fields) {
            command.addAll(List.of("-H", field));
        }
        command.add(url);
        CommandResult result = Commands.run(command, Map.of(), "", time.plusSeconds(30));
        return parse(result.requireSuccess());
    }

    static Wrk parse(String output) {
        long errors = sum(BAD_STATUS.matcher(output)) + sum(SOCKET_ERRORS.matcher(output));
        Matcher rate = RATE.matcher(output);
        if (!rate.find()) {
            throw new AssertionError("wrk printed: " + output);
        }
        return new Wrk(sum(REQUESTS.matcher(output)), Double.parseDouble(rate.group(1)), errors);
    }

    private static long sum(Matcher numbers) {
        long sum = 0;
        if (numbers.find()) {
            for (int i = 1; i <= numbers.groupCount(); i++) {
                sum += Long.parseLong(numbers.group(i));
            }
        }
        return sum;
    }
}
