package dev.steelyard.dataplane.handover;

import io.netty.channel.unix.FileDescriptor;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** What a process has to pass on, as {@link Handover} sees it. For all threads. */
public interface Estate {

    /**
     * Has {@code send} pass on the listening sockets. None of them is closed before it returns, so it has to return soon.
     *
     * @return completes once it has returned
     */
    CompletionStage<Void> lend(Consumer<List<FileDescriptor>> send);

    /**
     * The next process accepts connections now: this one leaves that to it, but keeps its sockets until it is stopped.
     *
     * @param sockets the addresses of those it has taken, as {@link SocketNames} writes them
     * @return completes once this process has let go of what only one can have, too
     */
    CompletionStage<Void> succeeded(Set<String> sockets);

    /** The next process has ended, and this one has not been stopped: it serves again. */
    void forsaken();
}
