package dev.steelyard.crds.generate;

import dev.steelyard.crds.Formats;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What goes with the pattern of a text format.
 *
 * @param minLength in characters
 * @param maxLength in characters
 * @param format the API server's own check
 * @param words for people, who seldom read patterns
 */
record TextFormat(int minLength, int maxLength, @Nullable String format, String words) {

    private static final Map<String, TextFormat> BY_PATTERN = Map.ofEntries(
            Map.entry(Formats.NAME, new TextFormat(1, 253, null, "name of an object")),
            Map.entry(Formats.OPTIONAL_NAME, new TextFormat(0, 253, null, "name of an object, or empty")),
            Map.entry(Formats.LABEL, new TextFormat(1, 63, null, "DNS label")),
            Map.entry(
                    Formats.HOST_PATTERN,
                    new TextFormat(1, 253, null, "lower-case host name, perhaps with `*` as first label")),
            Map.entry(Formats.HOST, new TextFormat(1, 253, null, "lower-case host name")),
            Map.entry(Formats.OPTIONAL_HOST, new TextFormat(0, 253, null, "lower-case host name, or empty")),
            Map.entry(Formats.AUTHORITY, new TextFormat(1, 259, null, "host name or address, perhaps with a port")),
            Map.entry(Formats.DURATION, new TextFormat(2, 28, null, "duration")),
            Map.entry(Formats.CIDR, new TextFormat(4, 49, "cidr", "address block (CIDR)")),
            Map.entry(Formats.IP, new TextFormat(2, 45, null, "IP address")),
            Map.entry(Formats.METHOD, new TextFormat(1, 32, null, "upper-case method")),
            Map.entry(Formats.TOKEN, new TextFormat(1, 128, null, "token")),
            Map.entry(Formats.OPTIONAL_TOKEN, new TextFormat(0, 128, null, "token, or empty")),
            Map.entry(Formats.PARAMETER, new TextFormat(1, 128, null, "token, brackets allowed")),
            Map.entry(
                    Formats.FIELD_VALUE,
                    new TextFormat(0, 4096, null, "no control characters, no white space at its ends")),
            Map.entry(
                    Formats.MEDIA_TYPE,
                    new TextFormat(3, 127, null, "lower-case media type, perhaps with `*` as subtype")),
            Map.entry(Formats.CONTENT_TYPE, new TextFormat(3, 256, null, "media type, perhaps with parameters")),
            Map.entry(Formats.STATUS_RANGE, new TextFormat(3, 7, null, "`204` or `200-399`")),
            Map.entry(Formats.ERROR_STATUS_RANGE, new TextFormat(3, 7, null, "`503` or `500-599`")),
            Map.entry(Formats.PATH, new TextFormat(1, 1024, null, "begins with `/`")),
            Map.entry(Formats.HTTP_URL, new TextFormat(8, 2048, null, "http or https URL")),
            Map.entry(
                    Formats.ORIGIN,
                    new TextFormat(1, 512, null, "`scheme://host[:port]`, `*` as first label allowed, or `*`")),
            Map.entry(Formats.LOG_TEMPLATE, new TextFormat(1, 2048, null, "text with `%{name}`")),
            Map.entry(Formats.FILE_PATH, new TextFormat(1, 1024, null, "absolute path")),
            Map.entry(Formats.OPTIONAL_FILE_NAME, new TextFormat(0, 255, null, "file name, or empty")),
            Map.entry(Formats.FILE_PATTERN, new TextFormat(2, 256, null, "absolute path, perhaps with `*` and `**`")),
            Map.entry(Formats.VARIABLE, new TextFormat(1, 128, null, "upper-case name of a variable")),
            Map.entry(Formats.OBJECT_KEY, new TextFormat(3, 317, null, "`namespace/name`")));

    /** The format that has a pattern, if the pattern is one of {@link Formats}. */
    static Optional<TextFormat> of(@Nullable String pattern) {
        return Optional.ofNullable(pattern).map(BY_PATTERN::get);
    }
}
