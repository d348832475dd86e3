/**
 * FastCGI 1.0 towards programs in the role of a responder: records, parameters, and responses in the form of CGI/1.1 (RFC 3875). One request at
 * a time on a connection, as php-fpm wants it.
 */
@NullMarked
package dev.steelyard.dataplane.fastcgi;

import org.jspecify.annotations.NullMarked;
