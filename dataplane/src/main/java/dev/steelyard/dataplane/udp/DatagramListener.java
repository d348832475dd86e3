package dev.steelyard.dataplane.udp;

import dev.steelyard.dataplane.edition.ListenerPlan;
import java.util.concurrent.CompletableFuture;

/** A listener for datagrams, whatever is in them. Opened, changed and closed by the control thread. */
public interface DatagramListener {

    /** Whether it can do what a plan says. */
    boolean takes(ListenerPlan plan);

    /** Puts another plan in force that it {@link #takes}. */
    void plan(ListenerPlan plan);

    /** What it is bound to. */
    int port();

    /**
     * Binds its sockets.
     *
     * @param exclusive whether none of our own sockets may be there, so that whoever is there is another program
     * @return why it could not, for the user; empty if it could
     */
    String bind(boolean exclusive);

    /**
     * Leaves its port to whoever binds it next, here or in another process: takes nobody new, and closes with the last of those who are there.
     *
     * @return completes when it is closed
     */
    CompletableFuture<Void> drain();

    /**
     * Prepares for another process on the same address, between whose sockets and ours the kernel then deals clients out anew: those who are
     * here reach these all the same.
     *
     * @return completes when that is so
     */
    CompletableFuture<Void> lend();

    /** Completes when it is closed. */
    CompletableFuture<Void> closed();

    /** Closes it at once. From any thread. */
    void close();
}
