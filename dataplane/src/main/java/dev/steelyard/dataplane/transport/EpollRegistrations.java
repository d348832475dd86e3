package dev.steelyard.dataplane.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells epoll what sockets wait for once in each turn of the loop, just before it waits: what changes to and fro meanwhile, as when a connection
 * comes about and is read at once, costs one system call or none. The loop's {@link Turns} are its own.
 *
 * <p>It also keeps sockets in epoll that wait for nothing at the moment: those whose peer has ended its side, or that are not read because
 * another is slow. Netty 4.2.13 to 4.2.19 take such a socket out of epoll and then fail to put it back, so that the next pause in sending, or
 * the next reading, closes the connection in the midst of a message (Netty pull request 16689). Asked for nothing, epoll is asked for edges
 * only here: it tells a reset once, and does not spin.
 */
final class EpollRegistrations implements IoHandler {

    private static final EpollIoEvent FIRST_READ = () -> EpollIoOps.EPOLLIN;

    private static final Logger LOG = LoggerFactory.getLogger(EpollRegistrations.class);

    /** After so many turns epoll is told of a connection however much there is to do: a few milliseconds. */
    private static final int MOST_TURNS = 16;

    private final IoHandler epoll;
    private final ThreadAwareExecutor executor;
    private final Turns turns = new Turns();
    private final Glance glance = new Glance();

    /** Those that wait for something else than epoll has been told. */
    private final List<Registration> changed = new ArrayList<>();

    /** Those that are over, of which epoll does not know yet. */
    private final List<IoRegistration> cancelled = new ArrayList<>();

    /** Accepted ones that are still to be read for the first time. */
    private final List<Registration> arrived = new ArrayList<>();

    /** Those that epoll is told of when there is time. */
    private final List<Registration> unhurried = new ArrayList<>();

    private EpollRegistrations(IoHandler epoll, ThreadAwareExecutor executor) {
        this.epoll = epoll;
        this.executor = executor;
    }

    /** @param turns is given those of each loop, before the loop begins */
    static IoHandlerFactory factory(BiConsumer<ThreadAwareExecutor, Turns> turns) {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                EpollRegistrations made = new EpollRegistrations(factory.newHandler(executor), executor);
                turns.accept(executor, made.turns);
                return made;
            }

            @Override
            public boolean isChangingThreadSupported() {
                return factory.isChangingThreadSupported();
            }
        };
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        readArrived();
        tell();
        turns.begin();
        int handled = epoll.run(turns.isDue() || !unhurried.isEmpty() ? glance.of(context) : context);
        readArrived();
        hurry(handled == 0);
        turns.end();
        cancel();
        return handled;
    }

    /**
     * A channel cancels its registration just before it closes its socket, which takes that out of epoll anyway: after that nothing is left to be
     * done there. Events of this turn that are for it find it still, and it knows what to make of them.
     */
    private void cancel() {
        for (int i = 0; i < cancelled.size(); i++) {
            cancelled.get(i).cancel();
        }
        cancelled.clear();
    }

    /** What a loop knows when it looks for events, but does not wait for any. */
    private static final class Glance implements IoHandlerContext {

        private @Nullable IoHandlerContext context;

        Glance of(IoHandlerContext of) {
            context = of;
            return this;
        }

        private IoHandlerContext context() {
            return Objects.requireNonNull(context);
        }

        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return context().delayNanos(currentTimeNanos);
        }

        @Override
        public long deadlineNanos() {
            return context().deadlineNanos();
        }

        @Override
        public void reportActiveIoTime(long activeNanos) {
            context().reportActiveIoTime(activeNanos);
        }

        @Override
        public boolean shouldReportActiveIoTime() {
            return context().shouldReportActiveIoTime();
        }
    }

    private void readArrived() {
        for (int i = 0; i < arrived.size(); i++) {
            arrived.get(i).readFirst();
        }
        arrived.clear();
    }

    /** @param all whether the loop is about to wait */
    private void hurry(boolean all) {
        if (unhurried.isEmpty()) {
            return; // in most turns
        }
        int kept = 0;
        for (int i = 0; i < unhurried.size(); i++) {
            Registration registration = unhurried.get(i);
            if (registration.isValid()) {
                if (all || turns.count() - registration.since > MOST_TURNS) {
                    changed.add(registration);
                } else {
                    unhurried.set(kept++, registration);
                }
            }
        }
        unhurried.subList(kept, unhurried.size()).clear();
    }

    private void tell() {
        // A handle that is closed meanwhile may change what others wait for.
        for (int i = 0; i < changed.size(); i++) {
            changed.get(i).tell();
        }
        changed.clear();
    }

    @Override
    public void prepareToDestroy() {
        cancel();
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        cancel();
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        // Its number may be that of a socket that was closed in this turn.
        cancel();
        return new Registration(epoll.register(handle), handle);
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    private final class Registration implements IoRegistration {

        private final IoRegistration registration;
        private final IoHandle handle;
        private EpollIoOps wanted = EpollIoOps.NONE;
        private EpollIoOps told = EpollIoOps.NONE;
        /** Whether it is in one of the lists. */
        private boolean listed;

        private volatile boolean over;

        /** Whether it is a connection that was accepted and could not yet be read. */
        private boolean fresh;

        /** The turn in which it was read for the first time. */
        private long since;

        Registration(IoRegistration registration, IoHandle handle) {
            this.registration = registration;
            this.handle = handle;
            // One that this process opens has no other side yet.
            this.fresh = handle instanceof Channel.Unsafe socket && socket.remoteAddress() != null;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // as the interface has it
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            EpollIoOps asked = (EpollIoOps) ops;
            if (!isValid()) {
                return -1;
            }
            if (executor.isExecutorThread(Thread.currentThread())) {
                want(asked);
            } else {
                executor.execute(() -> want(asked));
            }
            return 0;
        }

        private void want(EpollIoOps asked) {
            boolean something = asked.contains(EpollIoOps.EPOLLIN)
                    || asked.contains(EpollIoOps.EPOLLOUT)
                    || asked.contains(EpollIoOps.EPOLLRDHUP);
            wanted = something ? asked : EpollIoOps.EPOLLET;
            if (!listed) {
                listed = true;
                (fresh ? arrived : changed).add(this);
            }
        }

        private void readFirst() {
            fresh = false;
            turns.hurry();
            if (isValid() && wanted.contains(EpollIoOps.EPOLLIN)) {
                handle.handle(this, FIRST_READ);
            }
            if (turns.isUnhurried()) {
                since = turns.count();
                unhurried.add(this);
            } else {
                changed.add(this);
            }
        }

        private void tell() {
            listed = false;
            if (wanted.equals(told) || !isValid()) {
                return;
            }
            told = wanted;
            try {
                registration.submit(wanted);
            } catch (UncheckedIOException e) {
                LOG.warn("a socket is closed that epoll does not take", e);
                close();
            }
        }

        private void close() {
            try {
                handle.close();
            } catch (Exception e) {
                LOG.warn("it could not be closed", e);
            }
        }

        @Override
        public boolean isValid() {
            return !over && registration.isValid();
        }

        @Override
        public boolean cancel() {
            if (!isValid()) {
                return false;
            }
            over = true;
            if (executor.isExecutorThread(Thread.currentThread())) {
                cancelled.add(registration);
                return true;
            }
            return registration.cancel();
        }
    }
}
