package dev.steelyard.e2e.cluster;

import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes kubeconfigs that log in as a service account, by a token, with the rights that it has. */
final class ServiceAccountLogin {
    private ServiceAccountLogin() {}

    /**
     * A kubeconfig for a service account that exists.
     *
     * @param administrator may make tokens
     */
    static Path as(Kubectl administrator, String namespace, String account) {
        String token = administrator
                .get("create", "token", account, "--namespace=" + namespace, "--duration=24h")
                .strip();
        Path kubeconfig = SourceTree.newFolder("login-" + account).resolve("kubeconfig");
        try {
            Files.copy(administrator.kubeconfig(), kubeconfig);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Kubectl kubectl = Connection.kubectl(administrator.program(), kubeconfig);
        kubectl.get("config", "set-credentials", account, "--token=" + token);
        kubectl.get("config", "set-context", "--current", "--user=" + account);
        return kubeconfig;
    }

    /**
     * A kubeconfig with all rights. k3s gives its administrator an EC key, which the client of the tests reads only with
     * BouncyCastle beside it.
     */
    static Path asAdministrator(Kubectl administrator) {
        String namespace = "kube-system";
        String account = "steelyard-e2e";
        administrator.get("create", "serviceaccount", account, "--namespace=" + namespace);
        administrator.get(
                "create",
                "clusterrolebinding",
                account,
                "--clusterrole=cluster-admin",
                "--serviceaccount=" + namespace + ":" + account);
        return as(administrator, namespace, account);
    }
}
