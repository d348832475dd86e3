package dev.steelyard.operator.validate;

import com.google.re2j.Pattern;
import dev.steelyard.crds.GoDuration;
import dev.steelyard.crds.HeaderField;
import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.policy.AccessSpec;
import dev.steelyard.crds.v1alpha1.policy.CorsSpec;
import dev.steelyard.crds.v1alpha1.policy.ErrorPageSpec;
import dev.steelyard.crds.v1alpha1.policy.HeaderChangesSpec;
import dev.steelyard.crds.v1alpha1.policy.RewriteSpec;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What has to hold within those sections of a policy that let requests in, change them or their responses. */
final class FilterRules {

    private static final java.util.regex.Pattern TOKEN = java.util.regex.Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** What a target may hold (RFC 3986 section 3.3), and groups in a substitution. */
    private static final java.util.regex.Pattern TARGET_TEXT = java.util.regex.Pattern.compile("[!$-;=@-\\[\\]^-~]*");

    private static final java.util.regex.Pattern DOLLAR =
            java.util.regex.Pattern.compile("\\$(\\$|([0-9]{1,3})|\\{([0-9]{1,3})\\}|)");

    /** They frame messages or are about one connection (RFC 9110 section 7.6.1), so are written by each hop for itself. */
    private static final Set<String> CONNECTION = Set.of(
            "connection",
            "content-length",
            "expect",
            "http2-settings",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /** Steelyard tells endpoints with these who asked. */
    private static final Set<String> CLIENT =
            Set.of("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto");

    private final Findings findings;

    private FilterRules(Findings findings) {
        this.findings = findings;
    }

    static void check(PolicySpec spec, Findings findings) {
        FilterRules rules = new FilterRules(findings);
        rules.access(spec.access());
        rules.headers(spec.requestHeaders(), "spec.requestHeaders", true);
        rules.headers(spec.responseHeaders(), "spec.responseHeaders", false);
        rules.rewrite(spec.rewrite());
        rules.cors(spec.cors());
        for (int i = 0; i < spec.errorPages().size(); i++) {
            rules.errorPage(spec.errorPages().get(i), "spec.errorPages[" + i + "]");
        }
        if (spec.diagnostics() != null) {
            rules.name(spec.diagnostics().flagsHeader(), "spec.diagnostics.flagsHeader", true);
            rules.blocks(spec.diagnostics().sourceCIDRs(), "spec.diagnostics.sourceCIDRs");
        }
    }

    private void access(@Nullable AccessSpec access) {
        if (access == null) {
            return;
        }
        if (access.allow().isEmpty() && access.deny().isEmpty()) {
            invalid("spec.access", "access needs allow or deny");
        }
        blocks(access.allow(), "spec.access.allow");
        blocks(access.deny(), "spec.access.deny");
    }

    private void blocks(List<String> blocks, String field) {
        for (int i = 0; i < blocks.size(); i++) {
            if (Cidr.parse(blocks.get(i)).isEmpty()) {
                invalid(field + "[" + i + "]", blocks.get(i) + " is no address block such as 10.0.0.0/8");
            }
        }
    }

    private void headers(@Nullable HeaderChangesSpec changes, String field, boolean ofRequests) {
        if (changes == null) {
            return;
        }
        if (changes.set().isEmpty()
                && changes.add().isEmpty()
                && changes.remove().isEmpty()) {
            invalid(field, "at least one of set, add and remove is needed");
        }
        fields(changes.set(), field + ".set", ofRequests);
        fields(changes.add(), field + ".add", ofRequests);
        for (int i = 0; i < changes.remove().size(); i++) {
            name(changes.remove().get(i), field + ".remove[" + i + "]", ofRequests);
        }
    }

    private void fields(List<HeaderField> fields, String field, boolean ofRequests) {
        for (int i = 0; i < fields.size(); i++) {
            String at = field + "[" + i + "]";
            name(fields.get(i).name(), at + ".name", ofRequests);
            String value = fields.get(i).value();
            if (!value.strip().equals(value) || value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
                invalid(at + ".value", "a value has no control characters and no white space at its ends");
            }
        }
    }

    private void name(String name, String field, boolean ofRequests) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!TOKEN.matcher(name).matches()) {
            invalid(field, name + " can be no name of a header field");
        } else if (CONNECTION.contains(lower)) {
            invalid(field, name + " frames the message or is about one connection, and cannot be changed");
        } else if (ofRequests && lower.equals("host")) {
            invalid(field, "the host is changed by rewrite.host");
        } else if (ofRequests && CLIENT.contains(lower.replace('_', '-'))) {
            invalid(field, name + " tells endpoints of the client, and is written by Steelyard itself");
        }
    }

    private void rewrite(@Nullable RewriteSpec rewrite) {
        if (rewrite == null) {
            return;
        }
        int paths = (rewrite.path() == null ? 0 : 1)
                + (rewrite.prefix() == null ? 0 : 1)
                + (rewrite.regex() == null ? 0 : 1);
        if (paths > 1) {
            invalid("spec.rewrite", "rewrite has at most one of path, prefix and regex");
        } else if (paths == 0 && rewrite.host() == null) {
            invalid("spec.rewrite", "rewrite needs host, path, prefix or regex");
        }
        path(rewrite.path(), "spec.rewrite.path");
        path(rewrite.prefix(), "spec.rewrite.prefix");
        if (rewrite.regex() != null) {
            Optional<String> problem = Expressions.problem(rewrite.regex().pattern());
            problem.ifPresent(text -> invalid("spec.rewrite.regex.pattern", text));
            if (problem.isEmpty()) {
                substitution(rewrite.regex());
            }
        }
    }

    private void path(@Nullable String path, String field) {
        if (path == null) {
            return;
        }
        if (!path.startsWith("/") || path.contains("?") || path.contains("#")) {
            invalid(field, "a path begins with / and holds neither ? nor # (the request's query stays)");
        } else if (RouteRules.NEVER_A_PATH.matcher(path).find()) {
            invalid(field, "endpoints may read //, /./, /../, %2F, %5C and \\ in several ways: remove them");
        }
    }

    private void substitution(RewriteSpec.Regex regex) {
        String field = "spec.rewrite.regex.substitution";
        if (!TARGET_TEXT.matcher(regex.substitution()).matches()) {
            invalid(field, "a path holds no blanks, quotes, ?, # and other characters that have to be percent-encoded");
            return;
        }
        int groups = Pattern.compile(regex.pattern(), Pattern.DOTALL).groupCount();
        java.util.regex.Matcher dollars = DOLLAR.matcher(regex.substitution());
        while (dollars.find()) {
            String group = dollars.group(2) == null ? dollars.group(3) : dollars.group(2);
            if (dollars.group(1).isEmpty()) {
                invalid(field, "a $ is followed by the number of a group, or by another $ to stand for itself");
            } else if (group != null && Integer.parseInt(group) > groups) {
                invalid(field, "$" + group + " is no group of the pattern, which has " + groups);
            }
        }
    }

    private void cors(@Nullable CorsSpec cors) {
        if (cors == null) {
            return;
        }
        if (cors.allowOrigins().isEmpty()) {
            invalid("spec.cors.allowOrigins", "at least one origin is needed");
        }
        if (cors.allowCredentials() && cors.allowOrigins().contains("*")) {
            invalid(
                    "spec.cors.allowOrigins",
                    "allowCredentials with the origin * would let every site act as the user; name the origins");
        }
        GoDuration.parse(cors.maxAge());
    }

    private void errorPage(ErrorPageSpec page, String field) {
        for (int i = 0; i < page.statuses().size(); i++) {
            String[] range = page.statuses().get(i).split("-", -1);
            if (Integer.parseInt(range[0]) > Integer.parseInt(range[range.length - 1])) {
                invalid(field + ".statuses[" + i + "]", "the range ends before it begins: swap its ends");
            }
        }
    }

    private void invalid(String field, String message) {
        findings.refused(field, Reason.INVALID, message);
    }
}
