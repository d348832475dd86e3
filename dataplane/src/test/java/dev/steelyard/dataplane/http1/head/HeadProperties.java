package dev.steelyard.dataplane.http1.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However a head arrives, the same is understood; and whatever arrives, nothing but {@link MalformedMessage} comes of it. */
class HeadProperties {

    private static final List<String> SCRAPS = List.of(
            "GET ",
            "POST ",
            "/",
            "/a/%2e%2e/b",
            "http://a",
            " HTTP/1.1",
            " HTTP/1.0",
            "\r\n",
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\r",
            " ",
            "\t",
            ":",
            "Host: a",
            "Content-Length: 3",
            "Content-Length:",
            "Transfer-Encoding: chunked",
            "Connection: close, x",
            "X: y",
            "x",
            "5",
            ",",
            "HTTP/1.1 200 OK",
            "\u0000",
            "\u00ff",
            "Upgrade: websocket",
            "Expect: 100-continue");

    @Provide
    Arbitrary<byte[]> scrappyHeads() {
        return Arbitraries.of(SCRAPS)
                .list()
                .ofMaxSize(20)
                .map(scraps -> String.join("", scraps).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Provide
    Arbitrary<byte[]> plausibleHeads() {
        return Arbitraries.of(SCRAPS)
                .list()
                .ofMaxSize(8)
                .map(fields -> ("POST /p HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields) + "\r\n\r\nrest")
                        .getBytes(StandardCharsets.ISO_8859_1));
    }

    @Property(tries = 2_000)
    void requestsAreReadAlikeHoweverTheyArrive(@ForAll("scrappyHeads") byte[] octets, @ForAll List<Integer> cuts) {
        alike(new RequestHead().begin(200), new RequestHead().begin(200), octets, cuts);
    }

    @Property(tries = 2_000)
    void plausibleRequestsToo(@ForAll("plausibleHeads") byte[] octets, @ForAll List<Integer> cuts) {
        alike(new RequestHead().begin(4_096), new RequestHead().begin(4_096), octets, cuts);
    }

    @Property(tries = 2_000)
    void responsesToo(@ForAll("scrappyHeads") byte[] octets, @ForAll List<Integer> cuts) {
        alike(new ResponseHead().begin(false), new ResponseHead().begin(false), octets, cuts);
    }

    @Property(tries = 1_000)
    void noiseNeverDoesAnythingElse(@ForAll byte[] octets, @ForAll List<Integer> cuts) {
        alike(new RequestHead().begin(100), new RequestHead().begin(100), octets, cuts);
    }

    private static void alike(MessageHead whole, MessageHead split, byte[] octets, List<Integer> cuts) {
        TreeSet<Integer> places = new TreeSet<>();
        for (int cut : cuts) {
            if (octets.length > 1) {
                places.add(1 + Math.floorMod(cut, octets.length - 1));
            }
        }
        int[] splits = places.stream().mapToInt(Integer::intValue).toArray();
        assertThat(Heads.outcome(split, octets, splits)).isEqualTo(Heads.outcome(whole, octets));
    }
}
