package dev.steelyard.dataplane.fastcgi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steelyard.snapshot.FastCgi;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationTest {

    private static Application application(String fallback, String... scripts) {
        FastCgi settings = new FastCgi("/srv", "index.php", List.of(scripts), fallback, new TreeMap<>(), false, 0);
        return Objects.requireNonNull(Application.of(new Pool(
                new ObjectKey("a", "b"),
                new Pool.Revision(Instant.EPOCH, 1),
                Pool.PoolProtocol.FAST_CGI,
                Pool.Algorithm.ROUND_ROBIN,
                List.of(),
                Optional.empty(),
                Pool.Connections.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.of(settings))));
    }

    @ParameterizedTest
    @CsvSource({
        "/index.php, /index.php, ''",
        "/, /index.php, ''",
        "/info.php/a/b.php, /info.php, /a/b.php",
        "/info.php/, /info.php, /",
        "/info.php//a%2Fb%20c, /info.php, //a/b c",
        "/%C3%A9.php, /\u00c3\u00a9.php, ''",
        "/wp-admin/x.php, /wp-admin/x.php, ''",
        "/wp-admin/, /wp-admin/index.php, ''",
        "/lib/a/b/c.php, /lib/a/b/c.php, ''",
        "/lib/c.php/d.php, /lib/c.php, /d.php",
    })
    void pathsNameScripts(String path, String name, String pathInfo) {
        Application application = application("", "/*.php", "/wp-admin/*.php", "/lib/**/*.php");
        assertThat(application.script(path)).isEqualTo(new Script(name, pathInfo));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/x.jpg",
                "/upload/x.php",
                "/upload/x.jpg/y.php",
                "/lib/x.jpg/y.php",
                "/lib/x.jpg/a/y.php",
                "/lib//y.php",
                "//index.php",
                "/.php",
                "/.hidden.php",
                "/lib/.git/x.php",
                "/index.php%2Fa",
                "/index%0A.php",
                "/index%5C.php",
                "/index.PHP",
                "/wp-admin/a/b.php",
                "/lib/",
                "/images/",
            })
    void othersDoNot(String path) {
        Application application = application("", "/*.php", "/wp-admin/*.php", "/lib/**/x*.php", "/lib/**/y.php");
        assertThat(application.script(path)).isNull();
        assertThat(application("/front.php").script(path)).isEqualTo(new Script("/front.php", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.php", "/", "/a//b", "/**", "/a/**/**/b", "/a/"})
    void patternsThatAreNoneAreRefused(String pattern) {
        assertThatThrownBy(() -> application("", pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void starsTakeOneCharacterAtLeast() {
        Application application = application("", "/a*b*c");
        assertThat(application.script("/aXbYc")).isNotNull();
        assertThat(application.script("/aXbYbZc")).isNotNull();
        assertThat(application.script("/abYc")).isNull();
        assertThat(application.script("/aXbc")).isNull();
    }

    @Test
    @Timeout(10)
    void longPathsTakeNoLongTime() {
        Application application = application("", "/lib/**/a*a*a*a*b", "/**/x");
        for (int i = 0; i < 200; i++) {
            assertThat(application.script("/lib" + "/a.b".repeat(8_000))).isNull();
            assertThat(application.script("/lib/" + "a".repeat(250))).isNull();
        }
    }
}
