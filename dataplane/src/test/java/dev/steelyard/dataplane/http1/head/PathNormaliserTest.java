package dev.steelyard.dataplane.http1.head;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathNormaliserTest {

    @ParameterizedTest
    @CsvSource({
        "/,/,",
        "/a/b,/a/b,",
        "/a/./b,/a/b,",
        "/a/../b,/b,",
        "/a/b/..,/a/,",
        "/a/b/.,/a/b/,",
        "/../../x,/x,",
        "/..,/,",
        "/%61%2D%2e%5f%7E,/a-._~,",
        "/public/%2e%2E/admin,/admin,",
        "/.%2e/admin,/admin,",
        "/a%2fb,/a%2Fb,/a/b",
        "/a%5cb,/a%5Cb,/a/b",
        "/a//b,/a//b,/a/b",
        "//,//,/",
        "/a//../b,/a/b,",
        "/a;v=1/b,/a;v=1/b,/a/b",
        "/...,/...,",
        "/%252e%252e/x,/%252e%252e/x,",
        "/caf%c3%a9,/caf%C3%A9,",
        "/a/..b,/a/..b,"
    })
    void aPathHasOneNormalForm(String raw, String path, String loose) throws MalformedMessage {
        RequestHead head = Heads.read("GET " + raw + "?x=/../y HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(head.target().path()).isEqualTo(path);
        assertThat(head.target().loosePath()).isEqualTo(loose);
    }

    @Property
    void normalisingAgainChangesNothingAndLeavesNoDotSegment(
            @ForAll
                    @StringLength(max = 24)
                    @Chars({'/', '.', '%', '2', 'e', 'f', 'F', '5', 'c', ';'})
                    @CharRange(from = 'a', to = 'b')
                    String rest) {
        PathNormaliser.Readings once;
        try {
            once = PathNormaliser.normalise("/" + rest);
        } catch (MalformedMessage e) {
            assertThat(e.status()).isEqualTo(400);
            return;
        }
        assertThat(once.path()).startsWith("/").doesNotContain("/../", "/./");
        assertThat(once.loose() == null ? "/" : once.loose()).doesNotContain("//", "/../", "%2F");
        try {
            assertThat(PathNormaliser.normalise(once.path())).isEqualTo(once);
        } catch (MalformedMessage e) {
            throw new AssertionError("refused its own output " + once, e);
        }
    }
}
