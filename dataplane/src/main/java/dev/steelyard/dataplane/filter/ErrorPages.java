package dev.steelyard.dataplane.filter;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Bodies of error responses by their status. Immutable; for all threads. */
public final class ErrorPages {

    private static final int FIRST = 400;
    private static final int LAST = 599;

    private final @Nullable Page[] byStatus = new Page[LAST - FIRST + 1];

    private ErrorPages() {}

    /**
     * One body.
     *
     * @param octets never changed
     * @param replaceUpstream whether responses of the pool have it, too
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Page(byte[] octets, String contentType, boolean replaceUpstream) {

        private static Page of(dev.steelyard.snapshot.ErrorPages.Page page) {
            return new Page(page.body().getBytes(StandardCharsets.UTF_8), page.contentType(), page.replaceUpstream());
        }
    }

    /** Compiles them. */
    public static ErrorPages of(dev.steelyard.snapshot.ErrorPages said) {
        ErrorPages pages = new ErrorPages();
        for (dev.steelyard.snapshot.ErrorPages.Page page : said.pages().reversed()) {
            Page compiled = Page.of(page);
            for (int status = FIRST; status <= LAST; status++) {
                if (page.names(status)) {
                    pages.byStatus[status - FIRST] = compiled;
                }
            }
        }
        return pages;
    }

    /** The page for a status; null if there is none. */
    public @Nullable Page page(int status) {
        return status < FIRST || status > LAST ? null : byStatus[status - FIRST];
    }
}
