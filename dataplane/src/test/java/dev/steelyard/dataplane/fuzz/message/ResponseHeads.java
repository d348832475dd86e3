package dev.steelyard.dataplane.fuzz.message;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.Cuts;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http1.head.Heads;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import java.util.Arrays;

/** Response heads are read alike wherever they are split. The first octets choose where, and whether HEAD is answered. */
public final class ResponseHeads implements FuzzTarget {

    @Override
    public void feed(byte[] input) {
        if (input.length < 4) {
            return;
        }
        boolean toHead = (input[0] & 1) == 1;
        byte[] octets = Arrays.copyOfRange(input, 2, input.length);
        String whole = Heads.outcome(new ResponseHead().begin(toHead), octets);
        String split = Heads.outcome(new ResponseHead().begin(toHead), octets, Cuts.of(input, octets.length));
        Check.equal(split, whole, "read in pieces");
    }
}
