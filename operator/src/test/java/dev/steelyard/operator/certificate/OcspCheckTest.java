package dev.steelyard.operator.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.testing.OpenSslAuthority;
import dev.steelyard.testing.OpenSslAuthority.Issued;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OCSP responses as openssl makes them, and what is wrong with others. */
class OcspCheckTest {

    private static final ObjectKey SECRET = new ObjectKey("demo", "shop-tls");

    @TempDir
    private static Path folder;

    private static OpenSslAuthority authority;
    private static Issued shop;

    @BeforeAll
    static void issue() {
        authority = new OpenSslAuthority(folder);
        shop = authority.issue("shop.example", true);
    }

    private static OcspCheck.Result check(Issued issued, String chain, byte[] response) {
        CertificateCheck.Result result = CertificateCheck.check(
                SECRET,
                CertificateCheck.TYPE,
                chain,
                issued.key(),
                Base64.getEncoder().encodeToString(response));
        assertThat(result).isInstanceOf(CertificateCheck.Good.class);
        return ((CertificateCheck.Good) result).ocsp().orElseThrow();
    }

    private static String problem(byte[] response) {
        OcspCheck.Result result = check(shop, shop.chain(), response);
        assertThat(result).isInstanceOf(OcspCheck.Bad.class);
        String message = ((OcspCheck.Bad) result).message();
        assertThat(message).startsWith("tls.ocsp-staple of Secret shop-tls ");
        return message.substring("tls.ocsp-staple of Secret shop-tls ".length());
    }

    @Test
    void aGoodOneIsUsableUntilItsEnd() {
        byte[] response = authority.ocspResponse(shop, false, "-ndays", "7");
        OcspCheck.Result result = check(shop, shop.chain(), response);
        assertThat(result).isInstanceOf(OcspCheck.Good.class);
        OcspCheck.Good good = (OcspCheck.Good) result;
        assertThat(Base64.getDecoder().decode(good.staple().response())).isEqualTo(response);
        assertThat(Duration.between(good.from(), good.staple().until())).isEqualTo(Duration.ofDays(7));
        assertThat(Duration.between(good.from(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(5));
    }

    @Test
    void oneWithoutAnEndIsNot() {
        assertThat(problem(authority.ocspResponse(shop, false))).contains("nextUpdate");
    }

    @Test
    void whatSaysThatTheCertificateIsRevokedIsNot() {
        assertThat(problem(authority.ocspResponse(shop, true, "-ndays", "7"))).contains("revoked");
    }

    @Test
    void oneForAnotherCertificateIsNot() {
        Issued other = authority.issue("shop.example", true);
        assertThat(problem(authority.ocspResponse(other, false, "-ndays", "7"))).contains("another certificate");
    }

    /** Another authority has given the same number. */
    @Test
    void oneOfAnotherAuthorityIsNot() throws Exception {
        OpenSslAuthority stranger = new OpenSslAuthority(Files.createDirectory(folder.resolve("stranger")));
        Issued twin = stranger.issue("shop.example", true);
        assertThat(twin.serial()).isEqualTo(shop.serial());
        assertThat(problem(stranger.ocspResponse(twin, false, "-ndays", "7")))
                .contains("does not show the certificate to be good");
    }

    @Test
    void oneWhoseSignatureIsWrongIsNot() {
        byte[] response = authority.ocspResponse(shop, false, "-ndays", "7");
        byte[] forged = response.clone();
        forged[lastTime(forged) + "202".length()]++;
        assertThat(problem(forged)).contains("does not show the certificate to be good");
    }

    /** Where the last GeneralizedTime begins: nextUpdate. */
    private static int lastTime(byte[] der) {
        for (int i = der.length - 16; i > 1; i--) {
            if (der[i - 2] == 0x18 && der[i - 1] == 15 && der[i + 14] == 'Z') {
                return i;
            }
        }
        throw new AssertionError("no time in it");
    }

    @Test
    void anUnsuccessfulOneIsNot() {
        assertThat(problem(HexFormat.of().parseHex("30030a0103"))).isEqualTo("is not successful, but tryLater");
    }

    @Test
    void withoutTheIssuerNothingIsVerified() {
        String leaf =
                shop.chain().substring(0, shop.chain().indexOf("-----END") + "-----END CERTIFICATE-----".length());
        OcspCheck.Result result = check(shop, leaf, authority.ocspResponse(shop, false, "-ndays", "7"));
        assertThat(result).isInstanceOf(OcspCheck.Bad.class);
        assertThat(((OcspCheck.Bad) result).message()).contains("put the issuer's certificate into tls.crt");
    }

    @Test
    void whatIsCutShortOrDamagedIsNoFault() {
        byte[] response = authority.ocspResponse(shop, false, "-ndays", "7");
        for (int length = 1; length < response.length; length++) {
            assertThat(check(shop, shop.chain(), Arrays.copyOf(response, length)))
                    .isInstanceOf(OcspCheck.Bad.class);
        }
        for (int i = 0; i < response.length; i += 3) {
            byte[] damaged = response.clone();
            damaged[i] ^= (byte) 0xff;
            assertThat(check(shop, shop.chain(), damaged)).isNotNull();
        }
    }
}
