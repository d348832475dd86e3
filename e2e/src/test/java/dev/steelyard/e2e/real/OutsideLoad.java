package dev.steelyard.e2e.real;

import dev.steelyard.e2e.load.LoadProgram;
import dev.steelyard.e2e.load.LoadReport;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Clients outside of the cluster that ask its nodes, each node by as many; until {@link #stop}. */
final class OutsideLoad implements AutoCloseable {
    private final Path folder = SourceTree.newFolder("load");
    private final Path end = folder.resolve("end");
    private final List<String> addresses;
    private final List<ServerProcess> programs = new ArrayList<>();

    /** Asks the nodes with these addresses for {@code /} of {@code host}, on port 80; returns once all have answered some requests. */
    OutsideLoad(RealCluster cluster, List<String> addresses, String host) {
        this.addresses = List.copyOf(addresses);
        for (String address : addresses) {
            programs.add(ServerProcess.start(
                    "load on " + address,
                    folder.resolve(address + ".log"),
                    Map.of(),
                    cluster.outside(List.of(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "-Xshare:auto",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            LoadProgram.class.getName(),
                            address,
                            "80",
                            host,
                            "/",
                            end.toString(),
                            report(address).toString()))));
        }
        programs.forEach(program -> program.await(
                "answered", Duration.ofSeconds(60), () -> program.output().contains(LoadProgram.BEGUN)));
    }

    private Path report(String address) {
        return folder.resolve(address + ".json");
    }

    /** Ends it, and tells what the clients of each address saw. */
    List<LoadReport> stop() throws IOException {
        Files.createFile(end);
        List<LoadReport> reports = new ArrayList<>();
        for (int i = 0; i < programs.size(); i++) {
            programs.get(i).awaitEnd(Duration.ofSeconds(60));
            reports.add(LoadProgram.read(report(addresses.get(i))));
        }
        return reports;
    }

    /** Ends it; fails if a request has, or if there were too few to show anything. */
    void stopWithoutFailures(String what) throws IOException {
        List<LoadReport> reports = stop();
        long answered = reports.stream().mapToLong(LoadReport::answered).sum();
        System.out.printf(
                "e2e: %s: %d requests from outside, %d failed%n",
                what,
                answered,
                reports.stream().mapToLong(report -> report.failures().size()).sum());
        reports.forEach(report -> report.requireNoFailures(100));
    }

    @Override
    public void close() {
        programs.forEach(ServerProcess::close);
    }
}
