package dev.steelyard.operator.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The option {@code -f}, which several commands have. */
final class FileOptions {

    @Option(
            names = {"-f", "--file"},
            required = true,
            arity = "1..*",
            paramLabel = "PATH",
            description = {
                "Files, or folders with *.yaml, *.yml and *.json: VirtualService, Pool, Policy of steelyard.dev/v1alpha1,"
                        + " v1 Secret and Service, discovery.k8s.io/v1 EndpointSlice, v1 List. Other kinds are passed over."
            })
    @SuppressWarnings("NullAway.Init") // set by picocli
    List<Path> paths;
}
