package dev.steelyard.e2e.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * What a client asks for, where, and which answer is right.
 *
 * @param host the Host field, and the name asked for in TLS
 * @param tls for HTTPS: what is trusted
 * @param due whether an answer is the one that was due
 */
public record Target(
        InetSocketAddress address, String host, String path, Optional<SSLContext> tls, Predicate<Answer> due) {

    /** Plain HTTP; any answer with status 200 and a body is right. */
    public static Target http(String address, int port, String host, String path) {
        return new Target(
                new InetSocketAddress(address, port),
                host,
                path,
                Optional.empty(),
                answer -> answer.status() == 200 && answer.body().length > 0);
    }

    /** The same, but right is only what {@code wanted} accepts. */
    public Target expecting(Predicate<Answer> wanted) {
        return new Target(address, host, path, tls, wanted);
    }

    /** The same, but right are only answers with status 200 and one of these texts as body, without its last newline. */
    public Target expectingOneOf(String... texts) {
        List<String> wanted = List.of(texts);
        return expecting(answer ->
                answer.status() == 200 && wanted.contains(answer.text().stripTrailing()));
    }

    /** The same over TLS. */
    public Target over(SSLContext trusting) {
        return new Target(address, host, path, Optional.of(trusting), due);
    }

    /** The same with another path. */
    public Target at(String otherPath) {
        return new Target(address, host, otherPath, tls, due);
    }

    Socket connect(int timeoutMillis) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMillis);
            socket.connect(address, timeoutMillis);
            return tls.isPresent() ? secure(socket, tls.get()) : socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Socket secure(Socket plain, SSLContext context) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, address.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }
}
