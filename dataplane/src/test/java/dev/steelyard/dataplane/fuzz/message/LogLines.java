package dev.steelyard.dataplane.fuzz.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steelyard.dataplane.accesslog.Lines;
import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.snapshot.AccessLog.Format;
import dev.steelyard.snapshot.LogField;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of the access log: whatever a client sends makes one line in any format; in the combined one it is read back octet for octet, in JSON
 * character for character.
 */
public final class LogLines implements FuzzTarget {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
    private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-9a-f]{2})");
    private static final int MOST = 4_096;

    @Override
    public void feed(byte[] input) throws Exception {
        if (input.length == 0 || input.length > MOST) {
            return;
        }
        for (Format format : List.of(Format.COMBINED, Format.JSON, Format.HA_PROXY)) {
            String line = Lines.of(format, input);
            Check.equal(line.indexOf('\n'), line.length() - 1, "where the line ends");
            switch (format) {
                case COMBINED -> combined(line, input);
                case JSON -> json(line, input);
                default -> Check.holds(line.matches("[^\\p{Cntrl}]*\n"), "a control character");
            }
        }
    }

    private static void combined(String line, byte[] sent) {
        List<String> quoted = new ArrayList<>();
        for (Matcher matcher = QUOTED.matcher(line); matcher.find(); ) {
            quoted.add(matcher.group(1));
        }
        String text = new String(sent, StandardCharsets.ISO_8859_1);
        Check.equal(quoted.size(), 3, "quoted parts");
        Check.equal(unescaped(quoted.get(0)), "GET " + text + " HTTP/1.1", "the request");
        Check.equal(unescaped(quoted.get(1)), text, "the referrer");
    }

    private static String unescaped(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(escape ->
                        Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(escape.group(1), 16))));
    }

    private static void json(String line, byte[] sent) throws Exception {
        String text = new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        JsonNode object = JSON.readTree(text);
        object.fieldNames()
                .forEachRemaining(name -> Check.holds(LogField.of(name).isPresent(), "a forged field " + name));
        String path = object.get("path").asText();
        try {
            String wanted = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(sent))
                    .toString();
            if (wanted.codePoints().allMatch(c -> c < 0x80 || Character.isLetter(c))) {
                Check.equal(path, wanted, "the path");
            }
        } catch (CharacterCodingException malformed) {
            Check.holds(!path.isEmpty(), "no path");
        }
    }
}
