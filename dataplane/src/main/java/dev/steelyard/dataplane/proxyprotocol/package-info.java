/** The PROXY protocol, versions 1 and 2, as HAProxy's {@code doc/proxy-protocol.txt} of 2020/03/05 specifies it: read from proxies in front and told to endpoints. */
@NullMarked
package dev.steelyard.dataplane.proxyprotocol;

import org.jspecify.annotations.NullMarked;
