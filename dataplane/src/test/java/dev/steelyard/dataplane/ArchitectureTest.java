package dev.steelyard.dataplane;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.steelyard.dataplane.pool.Endpoint;

/** Which package may know which. */
@AnalyzeClasses(packages = "dev.steelyard.dataplane", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.steelyard.dataplane";

    @ArchTest
    static final ArchRule onlyOnePackageTouchesTheApiServer = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".kubernetes..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.fabric8..");

    @ArchTest
    static final ArchRule noCustomResourcesInside = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.steelyard.crds..", "dev.steelyard.operator..");

    /** What is served is known apart from how: engines and sources know editions, not the other way round. */
    @ArchTest
    static final ArchRule editionsKnowNoEngine = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".edition..", ROOT + ".tls..", ROOT + ".pool..", ROOT + ".balance..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + ".listener..",
                    ROOT + ".http1..",
                    ROOT + ".upstream..",
                    ROOT + ".tcp..",
                    ROOT + ".kubernetes..",
                    ROOT + ".cache..",
                    ROOT + ".admin..");

    @ArchTest
    static final ArchRule listenersKnowNoEngine = noClasses()
            .that()
            .resideInAPackage(ROOT + ".listener..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".http1..", ROOT + ".upstream..", ROOT + ".tcp..");

    /** Balancing knows nothing of pools but the endpoint, whose class lives there: the one pair of packages that know each other. */
    @ArchTest
    static final ArchRule packagesFormNoCycle = slices().matching(ROOT + ".(**)")
            .should()
            .beFreeOfCycles()
            .ignoreDependency(resideInAPackage(ROOT + ".balance.."), type(Endpoint.class));

    @ArchTest
    static final ArchRule nobodyButTheWiringKnowsTheWiring = classes()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAnyPackage(ROOT, ROOT + ".kubernetes..");
}
