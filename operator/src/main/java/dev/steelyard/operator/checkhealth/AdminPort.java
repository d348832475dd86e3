package dev.steelyard.operator.checkhealth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a dataplane's admin port. All answers together have to come within one time. */
final class AdminPort implements AutoCloseable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final String address;
    private final String token;
    private final Duration limit;
    private final long deadline;

    /**
     * @param address {@code HOST:PORT}
     * @param token sent as bearer token unless it is empty
     * @param limit for all answers together
     */
    AdminPort(String address, String token, Duration limit) {
        this.address = address;
        this.token = token;
        this.limit = limit;
        this.deadline = System.nanoTime() + limit.toNanos();
    }

    record Answer(int status, String body) {}

    /** There is no answer; the message says why. */
    static final class SilentException extends Exception {
        private static final long serialVersionUID = 1;

        private final String reason;

        SilentException(String reason) {
            super(reason);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    Answer get(String path) throws SilentException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + address + path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        CompletableFuture<HttpResponse<String>> response = client.sendAsync(request.build(), BodyHandlers.ofString());
        try {
            HttpResponse<String> came = response.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return new Answer(came.statusCode(), came.body());
        } catch (TimeoutException e) {
            throw new SilentException("no answer from " + address + " within " + limit.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new SilentException(reasonOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SilentException("interrupted");
        }
    }

    private String reasonOf(Throwable failure) {
        Throwable last = failure;
        boolean refused = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "the host of " + address + " is not known";
            }
            refused |= cause instanceof ConnectException;
            last = cause;
        }
        return refused ? "nothing listens on " + address : "no answer from " + address + ": " + last;
    }

    JsonNode json(String path) throws SilentException {
        Answer answer = get(path);
        if (answer.status() != 200) {
            throw new SilentException(address + path + " answers " + answer.status()
                    + (answer.status() == 401 ? ": set STEELYARD_ADMIN_TOKEN" : ""));
        }
        try {
            return new ObjectMapper().readTree(answer.body());
        } catch (IOException e) {
            throw new SilentException(address + path + " answers what is no JSON: is it an admin port?");
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
