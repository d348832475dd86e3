package dev.steelyard.operator;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** Arrows between packages, and what the pure ones must not touch. */
@AnalyzeClasses(packages = "dev.steelyard.operator", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] PURE = {
        "..operator.address..",
        "..operator.certificate..",
        "..operator.claim..",
        "..operator.compile..",
        "..operator.problem..",
        "..operator.resolve..",
        "..operator.validate.."
    };

    @ArchTest
    static final ArchRule pureCodeTouchesNoClient = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.fabric8.kubernetes.client..",
                    "io.javaoperatorsdk..",
                    "dev.steelyard.dataplane..",
                    "io.netty..");

    @ArchTest
    static final ArchRule pureCodeHasNoClockAndNoRandomness = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(
                    Clock.class,
                    InstantSource.class,
                    Random.class,
                    ThreadLocalRandom.class,
                    RandomGenerator.class,
                    java.security.SecureRandom.class)
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID");

    @ArchTest
    static final ArchRule pureCodeWritesNothing = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(resideInAPackage("org.slf4j.."))
            .orShould()
            .dependOnClassesThat(resideInAPackage("java.nio.file.."))
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule onlyStandaloneAndCommandsKnowTheDataplane = noClasses()
            .that()
            .resideOutsideOfPackages("..operator.standalone..", "..operator.cli..", "..operator.reconcile..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.steelyard.dataplane..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.steelyard.operator.(*)..").should().beFreeOfCycles();
}
