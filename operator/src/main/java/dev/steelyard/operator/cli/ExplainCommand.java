package dev.steelyard.operator.cli;

import dev.steelyard.operator.standalone.Explain;
import dev.steelyard.operator.standalone.ExplainedRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code steelyard explain}. */
@Command(
        name = "explain",
        description = {
            "Tells which listener, virtual service, route, pool and endpoints a request would take by what files say,",
            "and why not others. It asks no endpoint whether it is up."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0: the request reaches a pool, or is answered as its route says", "1: it does not"})
final class ExplainCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private FileOptions files;

    @Option(
            names = "--url",
            required = true,
            paramLabel = "URL",
            description = "Such as http://shop.example.com:8080/api.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String url;

    @Option(names = "--method", paramLabel = "NAME", defaultValue = "GET", description = "Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String method;

    @Option(names = "--header", paramLabel = "NAME:VALUE", description = "A header field; may be repeated.")
    private List<String> headers = List.of();

    @Option(
            names = "--client",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Who sends it, for routes and policies that look at that. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String client;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        ExplainedRequest request;
        try {
            request = ExplainedRequest.of(url, method, headers, client);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return Explain.run(files.paths, request, InstantSource.system(), System.out, System.err) ? 0 : 1;
    }
}
