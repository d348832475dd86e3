package dev.steelyard.dataplane.admin.stats;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes HTML; whatever is given as text or as a value is escaped. */
final class Html {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private final StringBuilder html = new StringBuilder();

    /** Writes markup as it is. */
    Html raw(String markup) {
        html.append(markup);
        return this;
    }

    Html text(String text) {
        html.append(escape(text));
        return this;
    }

    /** An element that holds text alone. */
    Html element(String name, String text) {
        return raw("<" + name + ">").text(text).raw("</" + name + ">");
    }

    /** A cell of a table. */
    Html cell(String text) {
        return element("td", text);
    }

    /** The same with a number, aligned as such. */
    Html number(String text) {
        return raw("<td class=\"n\">").text(text).raw("</td>");
    }

    /** What a row is about. */
    Html rowHeader(String text) {
        return raw("<th scope=\"row\">").text(text).raw("</th>");
    }

    /** A cell that says in word, sign and colour whether things are well. */
    Html state(boolean good, String word) {
        return raw("<td>").badge(good, word).raw("</td>");
    }

    /** A word with a sign and a colour that say whether things are well. */
    Html badge(boolean good, String word) {
        return raw(good ? "<span class=\"good\">" : "<span class=\"bad\">")
                .raw(good ? "<span aria-hidden=\"true\">✓ </span>" : "<span aria-hidden=\"true\">✕ </span>")
                .text(word)
                .raw("</span>");
    }

    Html time(Instant at) {
        return raw("<time datetime=\"" + at + "\">").text(TIME.format(at)).raw("</time>");
    }

    /**
     * Begins a table that may be scrolled by keyboard; {@link #endTable} ends it.
     *
     * @param id of what is replaced when the page is refreshed
     * @param columns headed by these; with a leading {@code #} for numbers
     */
    Html table(String id, String caption, String... columns) {
        raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"" + id
                        + "-caption\"><table><caption id=\"" + id + "-caption\">")
                .text(caption)
                .raw("</caption><thead><tr>");
        for (String column : columns) {
            boolean number = column.startsWith("#");
            raw(number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
                    .text(number ? column.substring(1) : column)
                    .raw("</th>");
        }
        return raw("</tr></thead><tbody id=\"" + id + "\" data-live>\n");
    }

    Html endTable() {
        return raw("</tbody></table></div>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return html.toString();
    }
}
