package dev.steelyard.dataplane.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every target takes its seeds, and some inputs made of them by chance, the same in each build. */
@Timeout(120)
class FuzzTest {

    private static final List<String> SCRAPS = List.of(
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\r",
            "\0",
            " ",
            "\t",
            ":",
            ";",
            ",",
            "%",
            "%2f",
            "%2e",
            "..",
            "//",
            "\\",
            "\u00ff",
            "0",
            "f",
            "ffffffffffffffff",
            "Content-Length: 5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Host: a\r\n",
            "GET / HTTP/1.1\r\n",
            "HTTP/1.0",
            "Expect: 100-continue\r\n",
            "\"",
            "{",
            "}",
            "null",
            "\1\2",
            "Upgrade: websocket\r\nConnection: upgrade\r\n",
            "q=0.5",
            "10.0.0.0/8",
            "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
            ":path\t/",
            "-1",
            "1e9");

    @ParameterizedTest
    @EnumSource
    void nothingButRefusalComesOfStrangeInputs(Targets target) throws Exception {
        List<byte[]> seeds = Seeds.of(target);
        assertThat(seeds).isNotEmpty();
        FuzzTarget fed = target.make();
        for (byte[] seed : seeds) {
            feed(fed, seed);
        }
        SplittableRandom random = new SplittableRandom(target.folder().hashCode());
        int tries = switch (target) {
            case HEALTH_ANSWER, SNAPSHOT -> 150;
            case CLIENT_HELLO -> 50;
            default -> 2_000;
        };
        for (int i = 0; i < tries; i++) {
            feed(fed, mutated(seeds, random));
        }
    }

    private static void feed(FuzzTarget target, byte[] input) {
        try {
            target.feed(input);
        } catch (Exception | Error fault) {
            throw new AssertionError("input in hexadecimal: " + HexFormat.of().formatHex(input), fault);
        }
    }

    private static byte[] mutated(List<byte[]> seeds, SplittableRandom random) {
        byte[] input = seeds.get(random.nextInt(seeds.size())).clone();
        for (int steps = random.nextInt(1, 5); steps > 0; steps--) {
            int at = random.nextInt(input.length + 1);
            input = switch (random.nextInt(5)) {
                case 0 -> joined(input, at, new byte[] {(byte) random.nextInt(256)}, Math.min(at + 1, input.length));
                case 1 -> joined(input, at, scrap(random), at);
                case 2 -> joined(input, at, new byte[0], Math.min(at + random.nextInt(1, 8), input.length));
                case 3 -> joined(input, at, Arrays.copyOfRange(input, at, Math.min(at + 16, input.length)), at);
                default -> spliced(input, at, seeds.get(random.nextInt(seeds.size())), random);
            };
        }
        return input;
    }

    private static byte[] scrap(SplittableRandom random) {
        return SCRAPS.get(random.nextInt(SCRAPS.size())).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] spliced(byte[] input, int at, byte[] other, SplittableRandom random) {
        byte[] tail = Arrays.copyOfRange(other, random.nextInt(other.length + 1), other.length);
        return joined(input, at, tail, input.length);
    }

    /** {@code input} up to {@code at}, {@code middle}, and {@code input} from {@code from}. */
    private static byte[] joined(byte[] input, int at, byte[] middle, int from) {
        byte[] whole = Arrays.copyOf(input, at + middle.length + input.length - from);
        System.arraycopy(middle, 0, whole, at, middle.length);
        System.arraycopy(input, from, whole, at + middle.length, input.length - from);
        return whole;
    }
}
