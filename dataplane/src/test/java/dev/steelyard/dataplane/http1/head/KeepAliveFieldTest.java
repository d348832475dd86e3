package dev.steelyard.dataplane.http1.head;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeepAliveFieldTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "timeout=5|5",
                "timeout=5, max=100|5",
                "max=100,\ttimeout=5 |5",
                "TimeOut=15|15",
                "timeout=0|0",
                "timeout=999999999|1000000",
                "timeout=9999999999|-1",
                "timeout=|-1",
                "timeout= 5|-1",
                "timeout=-1|-1",
                "timeout=5s|-1",
                "timeouts=5|-1",
                "x-timeout=5|-1",
                "timeout|-1",
                "max=5|-1",
                ",,|-1",
                "timeout=x, timeout=5|-1"
            })
    void isRead(String value, int seconds) {
        byte[] octets = ("<" + value + ">").getBytes(StandardCharsets.US_ASCII);
        assertThat(KeepAliveField.timeout(octets, 1, octets.length - 1)).isEqualTo(seconds);
    }
}
