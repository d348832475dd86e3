package dev.steelyard.dataplane.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes a listening socket deaf to new connections while those under way go on, by a socket filter (Linux, socket(7)
 * {@code SO_ATTACH_FILTER}). Closing a listening socket resets every connection that waits to be accepted; so before it is closed nothing
 * may come in. A client whose SYN is dropped sends it again after a second, and is then refused, or accepted by whoever listens by then.
 */
final class SynFilter {

    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_DETACH_FILTER = 27;

    /** {@code struct sock_fprog}: u16 length, padding, pointer. */
    private static final int PROGRAM_BYTES = 16;

    /** Code, jump if true, jump if false, operand: load the octet of the TCP flags; if SYN is set drop, else take the segment. */
    private static final int[][] PROGRAM = {
        {0x30, 0, 0, 13}, // ldb [13]
        {0x45, 0, 1, 0x02}, // jset #SYN
        {0x06, 0, 0, 0}, // ret #0
        {0x06, 0, 0, -1}, // ret #max
    };

    private static final RawUnixChannelOption ATTACH =
            new RawUnixChannelOption("STEELYARD_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, PROGRAM_BYTES);
    private static final IntegerUnixChannelOption DETACH =
            new IntegerUnixChannelOption("STEELYARD_DETACH_FILTER", SOL_SOCKET, SO_DETACH_FILTER);

    private SynFilter() {}

    /**
     * Lets no new connection begin.
     *
     * @return false if the transport cannot do that
     */
    static boolean attach(Channel channel) {
        ByteBuffer instructions = ByteBuffer.allocateDirect(8 * PROGRAM.length).order(ByteOrder.nativeOrder());
        for (int[] instruction : PROGRAM) {
            instructions
                    .putShort((short) instruction[0])
                    .put((byte) instruction[1])
                    .put((byte) instruction[2])
                    .putInt(instruction[3]);
        }
        instructions.flip();
        ByteBuffer program = ByteBuffer.allocateDirect(PROGRAM_BYTES).order(ByteOrder.nativeOrder());
        program.putShort(0, (short) PROGRAM.length);
        program.putLong(8, MemorySegment.ofBuffer(instructions).address());
        try {
            // The kernel copies the program before this returns.
            return channel.config().setOption(ATTACH, program);
        } finally {
            Reference.reachabilityFence(instructions);
        }
    }

    /** Undoes {@link #attach}, by whichever process that was; does nothing if there is no filter. */
    static void detach(Channel channel) {
        try {
            channel.config().setOption(DETACH, 0);
        } catch (ChannelException _) {
            // ENOENT: there is none.
        }
    }
}
