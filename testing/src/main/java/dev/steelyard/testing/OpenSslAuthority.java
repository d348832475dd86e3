package dev.steelyard.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An authority of {@code openssl}'s, which also says what it thinks of its certificates (RFC 6960). */
public final class OpenSslAuthority {

    private final Path folder;
    private int serial = 0x1000;

    /** @param folder its files, and those of what it issues */
    public OpenSslAuthority(Path folder) {
        this.folder = folder;
        List<String> key = newKey(true, "ca.key");
        run("req", "-x509", key, "-out", "ca.pem", "-days", "30", "-subj", "/CN=authority");
    }

    /**
     * A certificate for one DNS name.
     *
     * @param chain PEM, the authority's own at its end
     * @param key PKCS#8, PEM
     */
    public record Issued(String file, String serial, String chain, String key) {}

    /**
     * Issues one.
     *
     * @param elliptic with an EC key, or else an RSA key
     */
    public Issued issue(String dnsName, boolean elliptic) {
        String file = "leaf-" + ++serial;
        write(file + ".ext", "subjectAltName=DNS:" + dnsName + "\n");
        run("req", newKey(elliptic, file + ".key"), "-out", file + ".csr", "-subj", "/CN=" + dnsName);
        String number = Integer.toHexString(serial);
        run(
                "x509",
                "-req",
                "-in",
                file + ".csr",
                List.of("-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "0x" + number, "-days", "30"),
                "-extfile",
                file + ".ext",
                "-out",
                file + ".pem");
        return new Issued(file, number, read(file + ".pem") + read("ca.pem"), read(file + ".key"));
    }

    /**
     * What it says of a certificate, in DER.
     *
     * @param revoked that it is to be believed no more
     * @param further such as {@code -ndays}, {@code 1}, without which there is no end
     */
    public byte[] ocspResponse(Issued issued, boolean revoked, String... further) {
        String number = issued.serial().toUpperCase(Locale.ROOT);
        String entry = (revoked ? "R\t491231235959Z\t250101000000Z" : "V\t491231235959Z\t") + "\t" + number
                + "\tunknown\t/CN=any\n";
        write("index", entry);
        run("ocsp", "-issuer", "ca.pem", "-cert", issued.file() + ".pem", "-no_nonce", "-reqout", "request.der");
        List<String> signer = List.of("-CA", "ca.pem", "-rsigner", "ca.pem", "-rkey", "ca.key");
        run("ocsp", "-index", "index", signer, "-reqin", "request.der", "-respout", "response.der", List.of(further));
        try {
            return Files.readAllBytes(folder.resolve("response.der"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> newKey(boolean elliptic, String file) {
        List<String> kind = elliptic
                ? List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
                : List.of("-newkey", "rsa:2048");
        List<String> all = new ArrayList<>(kind);
        all.addAll(List.of("-nodes", "-keyout", file));
        return all;
    }

    private void run(Object... arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        for (Object argument : arguments) {
            if (argument instanceof List<?> several) {
                several.forEach(one -> command.add(String.valueOf(one)));
            } else {
                command.add(String.valueOf(argument));
            }
        }
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + printed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String read(String file) {
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
