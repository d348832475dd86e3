package dev.steelyard.e2e.installed;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Looks after the shared installation: mends it after a test that failed, so that the others do not fail, too; fails the
 * class in which a program of it reported a leaked buffer; ends it after the last class. Registered for every test (see
 * {@code META-INF/services} and {@code junit-platform.properties}).
 */
public final class InstalledCare implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final Namespace STORE = Namespace.create(InstalledCare.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        // What is in the root's store is closed after the last class.
        context.getRoot().getStore(STORE).getOrComputeIfAbsent("end", _ ->
                (AutoCloseable) () -> Installed.started().ifPresent(Installed::close));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            Installed.started().ifPresent(Installed::heal);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Installed.started().ifPresent(Installed::requireNoLeaks);
    }
}
