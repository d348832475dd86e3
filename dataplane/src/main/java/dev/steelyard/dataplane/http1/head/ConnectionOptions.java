package dev.steelyard.dataplane.http1.head;

/**
 * What {@code Connection} fields say (RFC 9110 section 7.6.1): whether the connection goes on, and which further fields are about it alone.
 * An option that names a field which frames, routes or controls the message, or tells of the client, removes nothing: so are credentials
 * or addresses stripped that an endpoint relies on.
 */
final class ConnectionOptions {

    private static final byte[] CLOSE = Octets.ascii("close");
    private static final byte[] KEEP_ALIVE = Octets.ascii("keep-alive");
    private static final byte[] UPGRADE = Octets.ascii("upgrade");
    private static final int MAX_OPTIONS = 32;

    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;
    private int count;

    void reset() {
        close = false;
        keepAlive = false;
        upgrade = false;
        count = 0;
    }

    void copy(ConnectionOptions other) {
        close = other.close;
        keepAlive = other.keepAlive;
        upgrade = other.upgrade;
        count = other.count;
    }

    /** Reads the options of one field, and drops from {@code head} the fields that they name. */
    void read(MessageHead head, int index) throws MalformedMessage {
        byte[] octets = head.octets();
        int end = head.valueEnd(index);
        int at = head.valueStart(index);
        while (at < end) {
            int from = at;
            while (at < end && Octets.is(Octets.TOKEN, octets[at])) {
                at++;
            }
            if (at > from) {
                option(head, octets, from, at);
            }
            while (at < end && Octets.isBlank(octets[at])) {
                at++;
            }
            if (at < end && octets[at++] != ',') {
                throw MalformedMessage.bad("the Connection field is malformed");
            }
            while (at < end && Octets.isBlank(octets[at])) {
                at++;
            }
        }
    }

    private void option(MessageHead head, byte[] octets, int from, int to) throws MalformedMessage {
        if (++count > MAX_OPTIONS) {
            throw MalformedMessage.bad("the Connection field has too many options");
        }
        if (Octets.equal(octets, from, to, CLOSE)) {
            close = true;
        } else if (Octets.equal(octets, from, to, KEEP_ALIVE)) {
            keepAlive = true;
        } else if (Octets.equal(octets, from, to, UPGRADE)) {
            upgrade = true;
        } else {
            head.nominate(from, to);
        }
    }

    /** Whether the connection can carry another message after this one (RFC 9112 section 9.3). */
    boolean persistent(int minorVersion) {
        return !close && (minorVersion > 0 || keepAlive);
    }

    /** Whether it is said in so many words that the connection can carry another message. */
    boolean keepAlive() {
        return keepAlive && !close;
    }

    void upgradeAsked() {
        upgrade = true;
    }

    boolean upgrade() {
        return upgrade;
    }
}
