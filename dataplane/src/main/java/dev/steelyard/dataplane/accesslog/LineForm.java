package dev.steelyard.dataplane.accesslog;

import dev.steelyard.snapshot.AccessLog.Format;
import dev.steelyard.snapshot.LogTemplate;

/** How a line looks. Immutable. */
sealed interface LineForm permits JsonLine, TemplateLine, HaproxyLine {

    /** Apache's and nginx's combined format. */
    LineForm COMBINED = new TemplateLine(LogTemplate.parse(
            "%{client_address} - - [%{time_clf}] \"%{method} %{path} %{protocol}\" %{status} %{body_bytes_sent}"
                    + " \"%{referer}\" \"%{user_agent}\""));

    /** Writes the line of an entry, without a line feed. */
    void write(LogEntry entry, LineWriter to);

    static LineForm of(dev.steelyard.snapshot.AccessLog config) {
        Format format = config.format();
        return switch (format) {
            case COMBINED -> COMBINED;
            case HA_PROXY -> new HaproxyLine();
            case JSON -> new JsonLine();
            case CUSTOM -> new TemplateLine(config.pieces());
        };
    }
}
