package dev.steelyard.dataplane.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steelyard.snapshot.Conditions.ValueMatch;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {

    @ParameterizedTest
    @CsvSource({
        "EXACT, canary, canary, true",
        "EXACT, canary, Canary, false",
        "EXACT, canary, 'canary, x', false",
        "EXACT, '', '', true",
        "EXACT, \u00e9, \u00c3\u00a9, true",
        "REGEX, 'ca.*', canary, true",
        "REGEX, 'ca', canary, false",
        "REGEX, 'c\u00e9.', 'c\u00c3\u00a9x', true",
        "PRESENT, '', anything, true",
        "PRESENT, '', '', true"
    })
    void aHeaderIsComparedWhole(ValueMatch.Type type, String wanted, String sent, boolean holds) {
        Conditions conditions = headers(type, "X-Env", wanted);
        assertThat(conditions.hold(PlainRequest.with("x-ENV: " + sent))).isEqualTo(holds);
        assertThat(conditions.hold(PlainRequest.with("X-Env: other", "X-Env: " + sent)))
                .as("one of several is enough")
                .isEqualTo(holds || type == ValueMatch.Type.PRESENT);
        assertThat(conditions.hold(PlainRequest.with("X-Env2: " + sent))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "plan=gold, true",
        "a=b; plan=gold; c=d, true",
        "a=b;plan=gold, true",
        "plan=gold2, false",
        "xplan=gold, false",
        "plan, false",
        "plan=silver; plan=gold, true",
        "plan=\"gold\", false",
        "Plan=gold, false",
        "a=plan=gold, false"
    })
    void cookies(String sent, boolean holds) {
        Conditions conditions =
                conditions(List.of(), List.of(new ValueMatch(ValueMatch.Type.EXACT, "plan", "gold")), List.of());
        assertThat(conditions.hold(PlainRequest.with("Cookie: " + sent))).isEqualTo(holds);
        assertThat(conditions.hold(PlainRequest.with("Cookie: x=y", "Cookie: " + sent)))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({
        "v=2, true",
        "a=1&v=2, true",
        "a=1&v=2&b, true",
        "v=1&v=2, true",
        "%76=%32, true",
        "v=2;a=1, false",
        "v=22, false",
        "v, false",
        "av=2, false",
        "'', false"
    })
    void queries(String query, boolean holds) {
        Conditions conditions =
                conditions(List.of(), List.of(), List.of(new ValueMatch(ValueMatch.Type.EXACT, "v", "2")));
        assertThat(conditions.hold(PlainRequest.asking(query))).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({"q=a+b, true", "q=a%20b, true", "q=a%2Bb, false", "q=a%zz, false", "q=%c3%a9, false"})
    void queriesAreDecodedAsForms(String query, boolean holds) {
        Conditions conditions =
                conditions(List.of(), List.of(), List.of(new ValueMatch(ValueMatch.Type.EXACT, "q", "a b")));
        assertThat(conditions.hold(PlainRequest.asking(query))).isEqualTo(holds);
        Conditions accented =
                conditions(List.of(), List.of(), List.of(new ValueMatch(ValueMatch.Type.EXACT, "q", "\u00e9")));
        assertThat(accented.hold(PlainRequest.asking(query))).isEqualTo(query.contains("%c3"));
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, true",
        "'application/json; charset=utf-8', true",
        "Application/JSON, true",
        "image/png, true",
        "application/jsonx, false",
        "text/plain, false",
        "application, false",
        "'', false"
    })
    void contentTypes(String sent, boolean holds) {
        Conditions conditions = types(List.of("application/json", "image/*"), List.of());
        assertThat(conditions.hold(PlainRequest.with("Content-Type: " + sent))).isEqualTo(holds);
        assertThat(conditions.hold(PlainRequest.with())).isFalse();
        assertThat(conditions.hold(PlainRequest.with("Content-Type: " + sent, "Content-Type: text/plain")))
                .as("two fields are read by different servers in different ways")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, true",
        "'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false",
        "'text/html, application/json', true",
        "'text/html;q=0.9, application/json', true",
        "'text/html, application/json;q=0.9', false",
        "'application/*', true",
        "'application/*;q=0.5, text/html;q=0.1', true",
        "'application/json;q=0', false",
        "'application/json;q=0, application/*', false",
        "'application/*;q=0.2, application/json;q=0.8, text/html;q=0.8', true",
        "'APPLICATION/JSON', true",
        "'application/json;v=1;q=0.5, text/html;q=0.6', false",
        "'application/json;q=2', false",
        "*/*, false",
        "'', false",
        "json, false"
    })
    void acceptTypesArePreferred(String sent, boolean holds) {
        Conditions conditions = types(List.of(), List.of("application/json"));
        assertThat(conditions.hold(PlainRequest.with("Accept: " + sent))).isEqualTo(holds);
        assertThat(conditions.hold(PlainRequest.with("Accept: ", "Accept: " + sent)))
                .isEqualTo(holds);
        assertThat(conditions.hold(PlainRequest.with())).isFalse();
    }

    @Test
    void aWholeTypeIsPreferredIfAnyOfItIs() {
        Conditions conditions = types(List.of(), List.of("image/*"));
        assertThat(conditions.hold(PlainRequest.with("Accept: image/webp, */*;q=0.8")))
                .isTrue();
        assertThat(conditions.hold(PlainRequest.with("Accept: text/html, image/webp;q=0.8")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3, true", "11.0.0.1, false", "2001:db8::7, true", "2001:db9::7, false"})
    void sources(String client, boolean holds) {
        Conditions conditions = Conditions.of(new dev.steelyard.snapshot.Conditions(
                List.of(), List.of(), List.of(), List.of(), List.of(), List.of("10.0.0.0/8", "2001:db8::/32")));
        assertThat(conditions.hold(PlainRequest.from(client))).isEqualTo(holds);
    }

    @Test
    void saysWhatFails() {
        Conditions conditions = conditions(
                List.of(
                        new ValueMatch(ValueMatch.Type.PRESENT, "x-a", ""),
                        new ValueMatch(ValueMatch.Type.REGEX, "x-b", "b.*"),
                        new ValueMatch(ValueMatch.Type.EXACT, "x-c", "c")),
                List.of(),
                List.of());
        assertThat(conditions.failing(PlainRequest.with("X-A: 1", "X-B: b", "X-C: d")))
                .isEqualTo("header x-c=c");
        assertThat(conditions).hasToString("header x-a, header x-b~b.*, header x-c=c");
    }

    @Test
    void expressionsAreBounded() {
        assertThatThrownBy(() -> headers(ValueMatch.Type.REGEX, "x", "(a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the expression (a: missing closing )");
        assertThatThrownBy(() -> headers(ValueMatch.Type.REGEX, "x", "[a-z]{900}[a-z]{900}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("is too large");
    }

    private static Conditions headers(ValueMatch.Type type, String name, String value) {
        return conditions(List.of(new ValueMatch(type, name, value)), List.of(), List.of());
    }

    private static Conditions conditions(List<ValueMatch> headers, List<ValueMatch> cookies, List<ValueMatch> query) {
        return Conditions.of(
                new dev.steelyard.snapshot.Conditions(headers, cookies, query, List.of(), List.of(), List.of()));
    }

    private static Conditions types(List<String> contentTypes, List<String> acceptTypes) {
        return Conditions.of(new dev.steelyard.snapshot.Conditions(
                List.of(), List.of(), List.of(), contentTypes, acceptTypes, List.of()));
    }
}
