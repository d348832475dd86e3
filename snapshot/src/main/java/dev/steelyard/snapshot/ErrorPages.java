package dev.steelyard.snapshot;

import java.util.List;
import java.util.Optional;

/**
 * Bodies of error responses, as one policy says. Held once for each virtual service, however many of its routes have them.
 *
 * @param policy whose they are: the name by which {@link Filters#errorPages} refers to them
 * @param pages the first that names the status is taken
 */
public record ErrorPages(String policy, List<Page> pages) {

    public ErrorPages {
        pages = List.copyOf(pages);
    }

    /**
     * One body.
     *
     * @param statuses within 400..599
     * @param body sent as UTF-8
     * @param replaceUpstream whether responses of the pool have it, too
     */
    public record Page(
            List<HealthCheck.StatusRange> statuses, String body, String contentType, boolean replaceUpstream) {

        public Page {
            statuses = List.copyOf(statuses);
        }

        /** Whether it is for that status. */
        public boolean names(int status) {
            return statuses.stream().anyMatch(range -> range.contains(status));
        }
    }

    /** The page for a status. */
    public Optional<Page> page(int status) {
        return pages.stream().filter(page -> page.names(status)).findFirst();
    }
}
