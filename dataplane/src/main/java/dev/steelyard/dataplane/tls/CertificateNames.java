package dev.steelyard.dataplane.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The DNS names that a certificate is for: its subject alternative names, else its common name. A wildcard stands for one label
 * (RFC 9525 section 6.3).
 */
record CertificateNames(Set<String> exact, Set<String> wildcard) {

    private static final int DNS_NAME = 2;
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,]+)");

    CertificateNames {
        exact = Set.copyOf(exact);
        wildcard = Set.copyOf(wildcard);
    }

    static CertificateNames of(X509Certificate leaf) {
        Set<String> exact = new HashSet<>();
        Set<String> wildcard = new HashSet<>();
        for (String name : names(leaf)) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("*.")) {
                wildcard.add(lower.substring(1));
            } else {
                exact.add(lower);
            }
        }
        return new CertificateNames(exact, wildcard);
    }

    boolean hasExactly(String serverName) {
        return exact.contains(serverName);
    }

    boolean hasByWildcard(String serverName) {
        int dot = serverName.indexOf('.');
        return dot > 0 && wildcard.contains(serverName.substring(dot));
    }

    private static List<String> names(X509Certificate leaf) {
        try {
            var alternatives = leaf.getSubjectAlternativeNames();
            if (alternatives != null) {
                return alternatives.stream()
                        .filter(name -> (Integer) name.get(0) == DNS_NAME)
                        .map(name -> (String) name.get(1))
                        .toList();
            }
        } catch (CertificateParsingException e) {
            throw new IllegalArgumentException("the certificate's alternative names cannot be read", e);
        }
        Matcher matcher = COMMON_NAME.matcher(leaf.getSubjectX500Principal().getName());
        return matcher.find() ? List.of(matcher.group(1)) : List.of();
    }
}
