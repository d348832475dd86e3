package dev.steelyard.dataplane.http1.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Accepted and refused request heads: whole, in two pieces split at every byte, and byte by byte. */
class RequestHeadTest {

    private static final String HOST = "Host: a.example\r\n";

    /** Each with what comes after the request line and a Host field. */
    static Stream<String> accepted() {
        return Stream.of(
                        "",
                        "Content-Length: 5\r\n",
                        "Content-Length:5\r\n",
                        "content-length: \t 5 \t\r\n",
                        "Content-Length: 0\r\n",
                        "Transfer-Encoding: chunked\r\n",
                        "transfer-encoding: CHUNKED\r\n",
                        "Empty:\r\n",
                        "Empty:   \r\n",
                        "X: \u00e9 obs-text\r\n",
                        "X: a\tb\r\n",
                        "!#$%&'*+-.^_`|~1: odd but legal\r\n",
                        "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n",
                        "Connection: , close ,\r\n",
                        "Expect: 100-continue\r\nContent-Length: 3\r\n")
                .map(fields -> "POST /a?b=c HTTP/1.1\r\n" + HOST + fields + "\r\n");
    }

    static Stream<String> acceptedWhole() {
        return Stream.of(
                "\r\n\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                "GET http://a.example/x HTTP/1.1\r\n" + HOST + "\r\n",
                "GET HTTPS://a.example:8443 HTTP/1.1\r\nHost: a.example:8443\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n",
                "BREW /pot HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /?q={\"a\":[1|2]}^`<> HTTP/1.1\r\n" + HOST + "\r\n",
                "GET / HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n",
                "GET / HTTP/1.1\r\nHOST:a_b.example.\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource({"accepted", "acceptedWhole"})
    void isAcceptedHoweverItArrives(String text) {
        byte[] octets = (text + "BODY").getBytes(StandardCharsets.ISO_8859_1);
        String whole = Heads.outcome(fresh(), octets);
        assertThat(whole).doesNotStartWith("refused").endsWith("left 4");
        splitEverywhere(octets, whole);
    }

    static Stream<String> refusedFields() {
        return Stream.of(
                "Content-Length: 5\r\nContent-Length: 5\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 5, 5\r\n",
                "Content-Length: 5 5\r\n",
                "Content-Length: +5\r\n",
                "Content-Length: -5\r\n",
                "Content-Length: 05\r\n",
                "Content-Length: 0x5\r\n",
                "Content-Length: 5.0\r\n",
                "Content-Length:\r\n",
                "Content-Length: 9999999999999999999\r\n",
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length : 5\r\n",
                "Content-Length\t: 5\r\n",
                " Content-Length: 5\r\n",
                "X: a\r\n folded\r\n",
                "X: a\r\n\tfolded\r\n",
                ": nameless\r\n",
                "no colon\r\n",
                "X Y: 1\r\n",
                "X(Y): 1\r\n",
                "X\u00e9: 1\r\n",
                "X: a\u0000b\r\n",
                "X: a\rb\r\n",
                "X: a\r\r\n",
                "X: a\nY: b\r\n",
                "X: a\n",
                "X: a\u0001\r\n",
                "X: a\u007f\r\n",
                "X: a\u000b\r\n",
                "\u0000: a\r\n",
                "Host: b.example\r\n",
                "Host: a.example\r\n",
                "Connection: a b\r\n",
                "Connection: \"close\"\r\n");
    }

    @ParameterizedTest
    @MethodSource("refusedFields")
    void ambiguousFieldsAreRefusedWith400(String fields) {
        refused(400, "POST / HTTP/1.1\r\n" + HOST + fields + "\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "501,identity",
        "501,'gzip, chunked'",
        "501,'chunked, chunked'",
        "501,'chunked,'",
        "501,xchunked",
        "501,chunkedx",
        "501,chunk",
        "501,"
    })
    void anyOtherTransferEncodingIsRefused(int status, String value) {
        refused(
                status,
                "POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: " + (value == null ? "" : value) + "\r\n\r\n");
    }

    static Stream<String> refusedWith400() {
        return Stream.of(
                "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost:\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: .\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [%65]\r\n\r\n",
                "GET http://b.example/ HTTP/1.1\r\n" + HOST + "\r\n",
                "GET http://u@a.example/ HTTP/1.1\r\n" + HOST + "\r\n",
                "GET http:///x HTTP/1.1\r\n" + HOST + "\r\n",
                "GET ftp://a.example/ HTTP/1.1\r\n" + HOST + "\r\n",
                "GET a.example HTTP/1.1\r\n" + HOST + "\r\n",
                "GET * HTTP/1.1\r\n" + HOST + "\r\n",
                "GET  / HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /  HTTP/1.1\r\n" + HOST + "\r\n",
                "GET / HTTP/1.1 \r\n" + HOST + "\r\n",
                "GET /\tHTTP/1.1\r\n" + HOST + "\r\n",
                " GET / HTTP/1.1\r\n" + HOST + "\r\n",
                "GET / http/1.1\r\n" + HOST + "\r\n",
                "GET / HTTP/1.10\r\n" + HOST + "\r\n",
                "GET / HTTP/11\r\n" + HOST + "\r\n",
                "GET /\r\n" + HOST + "\r\n",
                "GET\r\n" + HOST + "\r\n",
                "G(T / HTTP/1.1\r\n" + HOST + "\r\n",
                "GET / HTTP/1.1\n" + HOST + "\r\n",
                "\nGET / HTTP/1.1\r\n" + HOST + "\r\n",
                "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /#f HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /\u00e9 HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /?\u00e9 HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /\u0000 HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /a\\b HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /%00 HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /%zz HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /% HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /..%2fx HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /a/..;/x HTTP/1.1\r\n" + HOST + "\r\n");
    }

    @ParameterizedTest
    @MethodSource("refusedWith400")
    void malformedRequestsAreRefusedWith400(String text) {
        refused(400, text);
    }

    @ParameterizedTest
    @CsvSource({
        "505,GET / HTTP/2.0",
        "505,GET / HTTP/1.2",
        "505,GET / HTTP/0.9",
        "505,PRI * HTTP/2.0",
        "501,CONNECT a:443 HTTP/1.1",
        "501,TRACE / HTTP/1.1"
    })
    void otherVersionsAndMethodsAreRefusedByName(int status, String line) {
        refused(status, line + "\r\n" + HOST + "\r\n");
    }

    @Test
    void aHeadThatIsTooLargeSaysWhichPart() {
        refused(414, "GET /" + "a".repeat(40_000) + " HTTP/1.1\r\n" + HOST + "\r\n");
        refused(431, "GET / HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(40_000) + "\r\n\r\n");
        refused(431, "GET / HTTP/1.1\r\n" + HOST + "X: 1\r\n".repeat(128) + "\r\n");
    }

    @Test
    void aHeadOfExactlyTheLimitIsAccepted() {
        String start = "GET / HTTP/1.1\r\n" + HOST + "X: ";
        String text = start + "a".repeat(32_768 - start.length() - 4) + "\r\n\r\n";
        assertThat(Heads.outcome(fresh(), text.getBytes(StandardCharsets.US_ASCII)))
                .startsWith("GET");
        assertThat(Heads.outcome(fresh(), text.replace("X: ", "X:  ").getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("refused 431");
    }

    @Test
    void meaningIsReadFromTheFields() throws MalformedMessage {
        RequestHead head = Heads.read(String.join(
                "\r\n",
                "PUT /a/./b HTTP/1.1",
                "Host: A.Example.:80",
                "Content-Length: 12",
                "Connection: close, X-Hop",
                "X-Hop: 1",
                "TE: trailers",
                "",
                ""));
        assertThat(head.method()).isSameAs("PUT");
        assertThat(head.idempotent()).isTrue();
        assertThat(head.target().path()).isEqualTo("/a/b");
        assertThat(head.host()).isEqualTo("a.example");
        assertThat(head.framing()).isEqualTo(Framing.LENGTH);
        assertThat(head.contentLength()).isEqualTo(12);
        assertThat(head.keepAlive()).isFalse();
        assertThat(head.trailers()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "websocket,true",
        "h2c,false",
        "HTTP/2.0,false",
        "TLS/1.0,false",
        "'websocket, h2c',false",
        "SPDY/3.1,true"
    })
    void onlyProtocolsOtherThanHttpMayBeUpgradedTo(String protocol, boolean passable) throws MalformedMessage {
        RequestHead head =
                Heads.read("GET / HTTP/1.1\r\n" + HOST + "Connection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n");
        assertThat(head.upgradeField() >= 0).isEqualTo(passable);
    }

    @Test
    void anUpgradeNeedsItsOptionAndNoBody() throws MalformedMessage {
        String upgrade = "Upgrade: websocket\r\n";
        assertThat(Heads.read("GET / HTTP/1.1\r\n" + HOST + upgrade + "\r\n").upgradeField())
                .isNegative();
        assertThat(Heads.read("GET / HTTP/1.1\r\n" + HOST + upgrade
                                + "Connection: upgrade\r\nContent-Length: 1\r\n\r\n")
                        .upgradeField())
                .isNegative();
    }

    private static RequestHead fresh() {
        return new RequestHead().begin(32_768);
    }

    private static void refused(int status, String text) {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Heads.outcome(fresh(), octets)).isEqualTo("refused " + status);
        if (octets.length < 1_000) {
            splitEverywhere(octets, "refused " + status);
        }
    }

    private static void splitEverywhere(byte[] octets, String expected) {
        RequestHead reused = new RequestHead();
        for (int split = 1; split < octets.length; split++) {
            assertThat(Heads.outcome(reused.begin(32_768), octets, split)).isEqualTo(expected);
        }
        int[] everywhere = new int[octets.length - 1];
        for (int i = 0; i < everywhere.length; i++) {
            everywhere[i] = i + 1;
        }
        assertThat(Heads.outcome(reused.begin(32_768), octets, everywhere)).isEqualTo(expected);
    }
}
