package dev.steelyard.e2e.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@link Load} as a program of its own, for networks that the tests' JVM is not in: until a file appears, then it writes its report. It says so when it has got its first answers. */
public final class LoadProgram {
    private static final ObjectMapper JSON = new ObjectMapper().findAndRegisterModules();

    private static final int FIRST = 20;

    /** What it prints then. */
    public static final String BEGUN = "begun";

    private LoadProgram() {}

    /** Arguments: address, port, host and path to ask for, the file that ends it, the file for the report. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Target target = Target.http(arguments[0], Integer.parseInt(arguments[1]), arguments[2], arguments[3]);
        Path end = Path.of(arguments[4]);
        Path report = Path.of(arguments[5]);
        Load load = Load.on(target).start();
        boolean begun = false;
        while (Files.notExists(end)) {
            Thread.sleep(20);
            if (!begun && load.answered() >= FIRST) {
                begun = true;
                System.out.println(BEGUN);
            }
        }
        Path partly = report.resolveSibling(report.getFileName() + ".part");
        Files.write(partly, JSON.writeValueAsBytes(load.stop()));
        Files.move(partly, report);
    }

    /** Reads what such a program wrote. */
    public static LoadReport read(Path report) throws IOException {
        return JSON.readValue(Files.readAllBytes(report), LoadReport.class);
    }
}
