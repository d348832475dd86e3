package dev.steelyard.crds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** What each text format takes and refuses; the API server's tests hold the same patterns to RE2. */
class FormatsTest {

    static final List<Arguments> FORMATS = List.of(
            of(
                    Formats.NAME,
                    List.of("web", "a", "web-1.example"),
                    List.of("", "Web", "-web", "web-", "a..b", "ns/web")),
            of(Formats.OPTIONAL_NAME, List.of("", "web"), List.of("Web", " ")),
            of(Formats.LABEL, List.of("web", "0"), List.of("", "a.b", "-a", "a_b")),
            of(
                    Formats.HOST_PATTERN,
                    List.of("example.com", "*.example.com", "localhost", "xn--bcher-kva.example"),
                    List.of("", "*", "*example.com", "a.*.com", "*.*.com", "Example.com", "example.com.", "a_b.com")),
            of(Formats.HOST, List.of("example.com"), List.of("*.example.com", "example.com:80", "a".repeat(64))),
            of(Formats.OPTIONAL_HOST, List.of("", "example.com"), List.of("*.example.com")),
            of(Formats.AUTHORITY, List.of("example.com", "example.com:8080", "[::1]:80"), List.of("", "a b", "a/b")),
            of(Formats.DURATION, List.of("5s", "1h30m", "250ms", "0s"), List.of("", "5", "1.5s", "-1s", "5d")),
            of(Formats.CIDR, List.of("10.0.0.0/8", "::/0"), List.of("", "10.0.0.0", "a/b")),
            of(Formats.IP, List.of("192.0.2.1", "2001:db8::1"), List.of("", "[::1]", "fe80::1%eth0", "example.com")),
            of(Formats.METHOD, List.of("GET", "VERSION-CONTROL", "M-SEARCH"), List.of("", "get", "GET ")),
            of(Formats.TOKEN, List.of("X-Env", "a!#$%&'*+.^_`|~-"), List.of("", "X Env", "X-Env:", "ä", "a\r\n")),
            of(Formats.OPTIONAL_TOKEN, List.of("", "X-Env"), List.of("X-Env:")),
            of(Formats.PARAMETER, List.of("id", "ids[]"), List.of("", "a=b", "a&b=")),
            of(
                    Formats.FIELD_VALUE,
                    List.of("", "a", "a b", "a\tb", "é"),
                    List.of(" ", " a", "a ", "a\r\nb: c", "a\nb", "\u0000", "a\u007f")),
            of(
                    Formats.MEDIA_TYPE,
                    List.of("text/html", "text/*", "image/svg+xml"),
                    List.of("", "json", "*/*", "Text/html")),
            of(
                    Formats.CONTENT_TYPE,
                    List.of("text/plain", "text/html; charset=utf-8"),
                    List.of("", "text", "text/plain\r\nX: y", "text/plain;")),
            of(Formats.STATUS_RANGE, List.of("204", "200-399"), List.of("", "2xx", "99", "600", "200-", "200-399-")),
            of(
                    Formats.ERROR_STATUS_RANGE,
                    List.of("503", "400-599"),
                    List.of("", "5xx", "200", "600", "200-500", "500-")),
            of(Formats.PATH, List.of("/", "/a?b=c", "/ä"), List.of("", "a", "/a b", "/a#b", "/a\r\n")),
            of(
                    Formats.HTTP_URL,
                    List.of("https://example.com", "http://[::1]:80/keys?x"),
                    List.of("", "ftp://a", "https://user@a", "https://a/ b")),
            of(
                    Formats.ORIGIN,
                    List.of("*", "https://a.example.com", "https://*.example.com:8443"),
                    List.of("", "example.com", "https://a/", "https://a*.com")),
            of(Formats.OBJECT_KEY, List.of("shop/web"), List.of("", "web", "/web", "a/b/c")));

    private static Arguments of(String pattern, List<String> good, List<String> bad) {
        return Arguments.of(pattern, good, bad);
    }

    @ParameterizedTest
    @FieldSource("FORMATS")
    void takesAndRefuses(String pattern, List<String> good, List<String> bad) {
        assertThat(good).allMatch(text -> text.matches(pattern));
        assertThat(bad).noneMatch(text -> text.matches(pattern));
    }
}
