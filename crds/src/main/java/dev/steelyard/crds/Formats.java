package dev.steelyard.crds;

/**
 * Regular expressions (RE2) of the text formats in the API. The generated schema adds to each the bounds on length and the
 * {@code format} that go with it, so a field needs to name its format only.
 */
public final class Formats {

    /** Name of a Kubernetes object: a DNS subdomain (RFC 1123), at most 253 characters. */
    public static final String NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    /** {@link #NAME}, or empty for none. */
    public static final String OPTIONAL_NAME = "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)?$";

    /** DNS label (RFC 1123), at most 63 characters: names within an object. */
    public static final String LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    /** A host name or a wildcard whose first label is {@code *}; lower case, at most 253 characters. */
    public static final String HOST_PATTERN =
            "^(\\*\\.)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$";

    /** A host name; lower case, at most 253 characters. */
    public static final String HOST = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$";

    /** {@link #HOST}, or empty for none. */
    public static final String OPTIONAL_HOST =
            "^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*)?$";

    /** Value of a Host field: a host name or address, perhaps with a port. */
    public static final String AUTHORITY = "^[A-Za-z0-9._:\\[\\]-]+$";

    /** What {@link GoDuration} reads. */
    public static final String DURATION = "^([0-9]{1,5}(h|m|s|ms)){1,4}$";

    /** Address block such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}. */
    public static final String CIDR = "^[0-9A-Fa-f:.]+/[0-9]{1,3}$";

    /** IPv4 or IPv6 address without zone and brackets. */
    public static final String IP = "^[0-9A-Fa-f:.]+$";

    /** Request method (RFC 9110 section 9.1), upper case. */
    public static final String METHOD = "^[A-Z][A-Z0-9-]*$";

    /** A token (RFC 9110 section 5.6.2): names of fields and cookies. */
    public static final String TOKEN = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$";

    /** {@link #TOKEN}, or empty for none. */
    public static final String OPTIONAL_TOKEN = "^[A-Za-z0-9!#$%&'*+.^_`|~-]*$";

    /** {@link #TOKEN}, also with brackets: names of query parameters. */
    public static final String PARAMETER = "^[A-Za-z0-9!#$%&'*+.^_`|~\\[\\]-]+$";

    /** A field value (RFC 9110 section 5.5): no control characters, no white space at its ends. */
    public static final String FIELD_VALUE =
            "^([^\\x00-\\x20\\x7f]([^\\x00-\\x08\\x0a-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?)?$";

    /** Media type (RFC 9110 section 8.3.1) without parameters; {@code *} as subtype matches all of the type. */
    public static final String MEDIA_TYPE = "^[a-z0-9!#$&^_.+-]+/([a-z0-9!#$&^_.+-]+|\\*)$";

    /** Value of a Content-Type field: a media type, perhaps with parameters. */
    public static final String CONTENT_TYPE = "^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+( *; *[ -~]+)?$";

    /** One status code such as {@code 204} or a range such as {@code 200-399}. */
    public static final String STATUS_RANGE = "^[1-5][0-9]{2}(-[1-5][0-9]{2})?$";

    /** One status of an error such as {@code 404} or a range such as {@code 500-599}. */
    public static final String ERROR_STATUS_RANGE = "^[45][0-9]{2}(-[45][0-9]{2})?$";

    /** Absolute path, perhaps with a query; no fragment, white space or control characters. */
    public static final String PATH = "^/[^\\x00-\\x20\\x7f#]*$";

    /** {@code http://} or {@code https://} URL without user and fragment. */
    public static final String HTTP_URL = "^https?://[A-Za-z0-9._:\\[\\]-]+(/[^\\x00-\\x20\\x7f#]*)?$";

    /** Origin (RFC 6454) with an optional wildcard label, or {@code *}. */
    public static final String ORIGIN = "^(\\*|[a-z][a-z0-9+.-]*://(\\*\\.)?[a-z0-9.-]+(:[0-9]{1,5})?)$";

    /** {@code namespace/name} of an object. */
    public static final String OBJECT_KEY = "^[a-z0-9][-a-z0-9]*/[a-z0-9][-.a-z0-9]*$";

    /** A line of text without control characters, in which each percent sign begins one of these placeholders or is doubled. */
    public static final String LOG_TEMPLATE =
            "^([^%\\x00-\\x1f\\x7f]|%%|%\\{(time|time_clf|namespace|virtual_service|route|pool|endpoint"
                    + "|client_address|client_port|scheme|protocol|tls_server_name|method|host|path|status|flags|attempts|bytes_received"
                    + "|bytes_sent|body_bytes_sent|duration_ms|connect_ms|response_ms|referer|user_agent|request_id|x_forwarded_for)\\})+$";

    /** Absolute path of a file or folder, without control characters. */
    public static final String FILE_PATH = "^/[^\\x00-\\x1f\\x7f]*$";

    /** Name of a file without control characters, or empty for none. */
    public static final String OPTIONAL_FILE_NAME = "^[^/\\x00-\\x1f\\x7f]*$";

    /** {@link #FILE_PATH} with {@code *} in its segments, and at most one segment {@code **}, which is not the last. */
    public static final String FILE_PATTERN =
            "^(/(\\*|\\*?[^/*\\x00-\\x1f\\x7f]+(\\*[^/*\\x00-\\x1f\\x7f]+)*\\*?))*(/\\*\\*)?"
                    + "(/(\\*|\\*?[^/*\\x00-\\x1f\\x7f]+(\\*[^/*\\x00-\\x1f\\x7f]+)*\\*?))+$";

    /** Name of a variable of a program's environment, upper case. */
    public static final String VARIABLE = "^[A-Z][A-Z0-9_]*$";

    private Formats() {}
}
