package dev.steelyard.crds.v1alpha1.pool;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How requests become FastCGI requests. */
@ApiObject
public record FastCgiSpec(
        @JsonPropertyDescription("Folder of the programs, as the endpoints see it, such as /var/www/html.")
        @Required
        @Pattern(Formats.FILE_PATH)
        String documentRoot,

        @JsonPropertyDescription("File name that is added to a path which ends with a slash. Empty: none.")
        @Default("index.php")
        @Pattern(Formats.OPTIONAL_FILE_NAME)
        String index,

        @JsonPropertyDescription(
                "Patterns of the paths that name a program; what follows one in a request's path is its"
                        + " PATH_INFO. * stands for characters other than a slash, but for no leading dot; a segment ** for any"
                        + " folders without a dot in their names. Nobody but the endpoints sees which files there are: a pattern"
                        + " that takes in a folder of uploads runs what is uploaded. Absent: /*.php.")
        @Size(min = 1, max = 64)
        List<@Pattern(Formats.FILE_PATTERN) String> scripts,

        @JsonPropertyDescription(
                "Path of the program that is run when a request's path names none, such as /index.php of"
                        + " a program that takes REQUEST_URI apart itself. Absent: such requests are answered 404.")
        @Pattern(Formats.FILE_PATH)
        @Nullable
        String fallback,

        @JsonPropertyDescription(
                "Further parameters, such as settings of the program. One that is set here replaces that"
                        + " of the connection, such as SERVER_NAME.")
        @Size(max = 64)
        List<Param> params,

        @JsonPropertyDescription(
                "Whether connections are kept for further requests, within the bounds of connections. A worker of php-fpm"
                        + " serves nobody else meanwhile: keep fewer, of all nodes together, than there are workers.")
        @Default("false")
        boolean keepConnections,

        @JsonPropertyDescription(
                "Most octets of a body without Content-Length that are kept until its end is there, as programs must be"
                        + " told its length first. A longer one is answered 411.")
        @Default("65536")
        @Min(0)
        @Max(16_777_216)
        Integer maxBufferedBytes) {

    /** Patterns of a pool that has none. */
    public static final List<String> DEFAULT_SCRIPTS = List.of("/*.php");

    public FastCgiSpec {
        index = Absent.or(index, "index.php");
        scripts = Absent.list(scripts);
        params = Absent.list(params);
        maxBufferedBytes = Absent.or(maxBufferedBytes, 65_536);
    }

    /** A parameter. */
    @ApiObject
    @ValidationRule(
            value = "!self.name.startsWith('HTTP_') && !(self.name in ['SCRIPT_FILENAME', 'SCRIPT_NAME', 'PATH_INFO',"
                    + " 'PATH_TRANSLATED', 'DOCUMENT_ROOT', 'QUERY_STRING', 'REQUEST_METHOD', 'REQUEST_URI',"
                    + " 'CONTENT_LENGTH', 'CONTENT_TYPE', 'GATEWAY_INTERFACE', 'REMOTE_ADDR', 'REMOTE_PORT'])",
            message = "this parameter comes from the request",
            fieldPath = ".name")
    public record Param(
            @JsonPropertyDescription("Name of the parameter, such as APP_ENV.") @Required @Pattern(Formats.VARIABLE)
            String name,

            @JsonPropertyDescription("Value of the parameter.")
            @Required
            @Pattern(Formats.FIELD_VALUE)
            @JsonInclude(JsonInclude.Include.ALWAYS)
            String value) {}
}
