package dev.steelyard.dataplane.http1.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\nA: b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nA: \u0000\r\n\r\n",
                "HTTP/1.1 200 O\u0000K\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/1.1 600 OK\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "\r\nHTTP/1.1 200 OK\r\n\r\n",
                "ICY 200 OK\r\n\r\n"
            })
    void whatIsNoPlainResponseIsRefused(String text) {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        ResponseHead head = new ResponseHead();
        assertThat(Heads.outcome(head.begin(false), octets)).startsWith("refused");
        for (int split = 1; split < octets.length; split++) {
            assertThat(Heads.outcome(head.begin(false), octets, split)).startsWith("refused");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "false,200,'Content-Length: 5',LENGTH,true",
        "false,200,'Content-Length: 0',NONE,true",
        "false,200,'Transfer-Encoding: chunked',CHUNKED,true",
        "false,200,'Server: x',UNTIL_CLOSE,false",
        "true,200,'Content-Length: 5',NONE,true",
        "true,200,'Transfer-Encoding: chunked',NONE,true",
        "false,204,'Content-Length: 5',NONE,true",
        "false,304,'Content-Length: 5',NONE,true",
        "false,100,'A: b',NONE,true",
        "false,200,'Connection: close',UNTIL_CLOSE,false",
        "true,200,'Connection: close',NONE,false"
    })
    void theBodyEndsAsTheStatusAndFieldsSay(
            boolean toHead, int status, String field, Framing framing, boolean keepAlive) throws MalformedMessage {
        ResponseHead head = read(toHead, "HTTP/1.1 " + status + " \r\n" + field + "\r\n\r\n");
        assertThat(head.framing()).isEqualTo(framing);
        assertThat(head.keepAlive()).isEqualTo(keepAlive);
    }

    @Test
    void anHttp10ResponseKeepsItsConnectionOnlyIfItSaysSo() throws MalformedMessage {
        assertThat(read(false, "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n").keepAlive())
                .isFalse();
        assertThat(read(false, "HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: Keep-Alive\r\n\r\n")
                        .keepAlive())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "timeout=5,5",
        "'max=10, timeout=7',7",
        "timeout=x,-1",
        "max=10,-1",
        "timeout=99999999999,-1",
        "'TIMEOUT=3',3"
    })
    void theKeepAliveHintIsRead(String value, int seconds) throws MalformedMessage {
        assertThat(read(false, "HTTP/1.1 200 OK\r\nKeep-Alive: " + value + "\r\n\r\n")
                        .keepAliveSeconds())
                .isEqualTo(seconds);
    }

    private static ResponseHead read(boolean toHead, String text) throws MalformedMessage {
        ResponseHead head = new ResponseHead().begin(toHead);
        assertThat(head.read(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1)))
                .isTrue();
        return head;
    }
}
