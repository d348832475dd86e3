package dev.steelyard.operator.reconcile;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/** How the programs reach the API server. */
public final class Connection {

    /**
     * An API server that vanishes without closing its connections (its machine loses power) is noticed after this time, twice at most: every
     * HTTP/2 connection and every WebSocket is pinged so often, and is closed when the ping before was not answered.
     */
    private static final long PING_MILLIS = 5_000;

    private Connection() {}

    /**
     * A client's settings: few retries, and pings on every connection.
     *
     * @param kubeconfig absent: as kubectl finds it, or the pod's service account
     * @throws IOException if the file cannot be read
     */
    public static Config config(Optional<Path> kubeconfig) throws IOException {
        Config config = kubeconfig.isPresent()
                ? Config.fromKubeconfig(Files.readString(kubeconfig.get()))
                : Config.autoConfigure(null);
        ConfigBuilder builder = settings(new ConfigBuilder(config));
        if (usesEllipticCurve(config)) {
            builder.withClientKeyAlgo("EC");
        }
        return builder.build();
    }

    /** The settings that do not depend on which API server is meant. */
    public static ConfigBuilder settings(ConfigBuilder builder) {
        return builder
                // What fails is tried again by those who know whether it still matters.
                .withRequestRetryBackoffLimit(1)
                .withWatchReconnectInterval(200)
                .withWebsocketPingInterval(PING_MILLIS);
    }

    /** The client takes every key for an RSA key unless it is told; k3s, for one, makes EC keys. */
    private static boolean usesEllipticCurve(Config config) throws IOException {
        String pem = "";
        if (config.getClientKeyData() != null) {
            pem = new String(Base64.getMimeDecoder().decode(config.getClientKeyData()), StandardCharsets.UTF_8);
        } else if (config.getClientKeyFile() != null) {
            pem = Files.readString(Path.of(config.getClientKeyFile()));
        }
        if (pem.contains("BEGIN EC PRIVATE KEY")) {
            return true;
        }
        if (!pem.contains("BEGIN PRIVATE KEY")) {
            return false;
        }
        byte[] key = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)) != null;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
