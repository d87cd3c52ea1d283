package io.countersign.cli;

import io.countersign.config.Environment;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.Explanation;
import io.countersign.signer.HeaderSelection;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PathRule;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.RawRequest;
import io.countersign.signer.SigV4aKeys;
import io.countersign.signer.SigV4aParameters;
import io.countersign.signer.SigV4aSigner;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.SigningParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign sign}. */
@Command(
    name = "sign",
    description = {
      "Signs raw HTTP requests from standard input with AWS Signature Version 4 or 4A.",
      "Several requests are separated by a line ---, and answered in the same order with the"
          + " same line between them. Line ends of the answers are those of the requests."
    })
final class SignCommand implements Callable<Integer> {
  private static final int MAX_INPUT = 64 << 20;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssX").withResolverStyle(ResolverStyle.STRICT);

  /** The scope of SigV4a has no Region, but the rules that come with one are the same. */
  private static final String NO_REGION = "none";

  private final Terminal terminal;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "The Region of the scope (default: AWS_REGION, AWS_DEFAULT_REGION).")
  private @Nullable String region;

  @Option(
      names = "--algorithm",
      paramLabel = "sigv4|sigv4a",
      defaultValue = "sigv4",
      description =
          "sigv4 signs for one Region, sigv4a (ECDSA) for a set of them; its signature is another"
              + " one each time (default: ${DEFAULT-VALUE}).")
  private String algorithm = "sigv4";

  @Option(
      names = "--region-set",
      paramLabel = "REGIONS",
      description =
          "For sigv4a: the Regions in which the signature is good, separated by commas, * for any"
              + " letters (default: the Region).")
  private @Nullable String regionSet;

  @Option(
      names = "--service",
      required = true,
      paramLabel = "NAME",
      description = "The signing name of the service. s3 and its kin get S3's rules.")
  private String service = "";

  @Option(
      names = "--date",
      paramLabel = "TIME",
      description = "The time of the signature, as 20150830T123600Z (default: now).")
  private @Nullable String date;

  @Option(
      names = "--access-key",
      paramLabel = "ID",
      description = "The access key ID (default: AWS_ACCESS_KEY_ID).")
  private @Nullable String accessKey;

  @Option(
      names = "--secret-key",
      paramLabel = "SECRET",
      description =
          "The secret access key (default: AWS_SECRET_ACCESS_KEY, which other users of the machine"
              + " cannot see).")
  private @Nullable String secretKey;

  @Option(
      names = "--session-token",
      paramLabel = "TOKEN",
      description = "The session token (default: AWS_SESSION_TOKEN, with AWS_ACCESS_KEY_ID).")
  private @Nullable String sessionToken;

  @Option(names = "--presign", description = "Sign the query instead of adding headers.")
  private boolean presign;

  @Option(
      names = "--expires",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description =
          "How long a presigned request is good, 1 to 604800 (default: ${DEFAULT-VALUE}).")
  private long expires = 3600;

  @Option(names = "--no-normalize", description = "Leave '.', '..' and '//' in the path.")
  private boolean noNormalize;

  @Option(names = "--single-encode", description = "Encode the path once, as S3 wants it.")
  private boolean singleEncode;

  @Option(names = "--sign-body", description = "Add x-amz-content-sha256 with the body's hash.")
  private boolean signBody;

  @Option(
      names = "--unsigned-payload",
      description = "Sign UNSIGNED-PAYLOAD in place of the body's hash.")
  private boolean unsignedPayload;

  @Option(
      names = "--omit-session-token",
      description = "Add the session token after signing, unsigned, as a few services want it.")
  private boolean omitSessionToken;

  @Option(
      names = "--sign-headers",
      paramLabel = "all|minimal",
      defaultValue = "all",
      description =
          "Which headers are signed: all but those that proxies change, or only what AWS asks for"
              + " (default: ${DEFAULT-VALUE}).")
  private String signHeaders = "all";

  @Option(
      names = "--print",
      paramLabel = "WHAT",
      defaultValue = "request",
      description =
          "canonical-request, string-to-sign, signature or request (default: ${DEFAULT-VALUE}).")
  private String print = "request";

  private final Signer signer = new Signer(new SigningKeys());
  private final SigV4aSigner sigV4aSigner = new SigV4aSigner(new SigV4aKeys());

  SignCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException, IOException {
    checkOptions();
    SigningParameters parameters = parameters();
    SigV4aParameters sigV4a = isSigV4a() ? sigV4a(parameters) : null;
    byte[] input = terminal.in().readNBytes(MAX_INPUT + 1);
    if (input.length > MAX_INPUT) {
      throw CliException.usage("standard input is longer than " + MAX_INPUT + " bytes");
    }
    if (isBlank(input)) {
      throw CliException.usage(
          "standard input has no request; write a request line, headers, an empty line, the body");
    }
    List<RawRequest> requests;
    try {
      requests = RawRequest.parseAll(input);
    } catch (MalformedRequestException e) {
      throw CliException.usage("standard input: " + e.getMessage());
    }
    // Nothing is printed unless every request can be signed.
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    for (int i = 0; i < requests.size(); i++) {
      if (i > 0) {
        answers.writeBytes("\n---\n".getBytes(StandardCharsets.US_ASCII));
      }
      try {
        answers.writeBytes(
            sigV4a == null ? answer(parameters, requests.get(i)) : answer(sigV4a, requests.get(i)));
      } catch (MalformedRequestException e) {
        throw CliException.usage("request " + (i + 1) + ": " + e.getMessage());
      }
    }
    if (!print.equals("request")) {
      answers.write('\n');
    }
    answers.writeTo(terminal.out());
    terminal.out().flush();
    return ExitCode.OK;
  }

  private static boolean isBlank(byte[] input) {
    for (byte octet : input) {
      if (octet != '\n' && octet != '\r' && octet != ' ') {
        return false;
      }
    }
    return true;
  }

  private void checkOptions() throws CliException {
    if (!isSigV4a() && !algorithm.equals("sigv4")) {
      throw CliException.usage("--algorithm '" + algorithm + "' is neither sigv4 nor sigv4a");
    }
    if (regionSet != null && !isSigV4a()) {
      throw CliException.usage("--region-set needs --algorithm sigv4a; sigv4 signs for one Region");
    }
    if (regionSet != null && region != null) {
      throw CliException.usage("--region and --region-set exclude each other");
    }
    if (isSigV4a() && service.equals("s3express")) {
      throw CliException.usage("S3 Express (s3express) is signed with --algorithm sigv4 only");
    }
    if (signBody && unsignedPayload) {
      throw CliException.usage("--sign-body and --unsigned-payload exclude each other");
    }
    if (expires < 1 || expires > Signer.MAX_EXPIRES.toSeconds()) {
      throw CliException.usage("--expires " + expires + " is not within 1 to 604800 seconds");
    }
    if (!List.of("canonical-request", "string-to-sign", "signature", "request").contains(print)) {
      throw CliException.usage(
          "--print '"
              + print
              + "' is not one of canonical-request, string-to-sign, signature, request");
    }
  }

  private SigningParameters parameters() throws CliException {
    HeaderSelection headers =
        switch (signHeaders) {
          case "all" -> HeaderSelection.ALL;
          case "minimal" -> HeaderSelection.MINIMAL;
          default ->
              throw CliException.usage(
                  "--sign-headers '" + signHeaders + "' is neither all nor minimal");
        };
    SigningParameters parameters;
    try {
      parameters =
          SigningParameters.of(credentials(), isSigV4a() ? NO_REGION : region(), service, time());
    } catch (IllegalArgumentException e) {
      throw CliException.usage(String.valueOf(e.getMessage()));
    }
    PathRule rule = parameters.pathRule();
    PathRule asked =
        new PathRule(rule.normalize() && !noNormalize, rule.doubleEncode() && !singleEncode);
    boolean hashHeader = parameters.contentHashHeader() || signBody || unsignedPayload;
    return parameters
        .withPathRule(asked)
        .withHeaders(headers)
        .withContentHashHeader(hashHeader)
        .withSignSessionToken(!omitSessionToken);
  }

  private boolean isSigV4a() {
    return algorithm.equals("sigv4a");
  }

  private SigV4aParameters sigV4a(SigningParameters rules) throws CliException {
    try {
      return SigV4aParameters.of(List.of(regions().split(",", -1)), rules);
    } catch (IllegalArgumentException e) {
      throw CliException.usage("--region-set: " + e.getMessage());
    }
  }

  private PayloadHash payload(RawRequest request) {
    // S3 takes presigned requests with any body:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    boolean s3 = PathRule.forService(service).equals(PathRule.S3);
    return unsignedPayload || (presign && s3 && !signBody)
        ? PayloadHash.UNSIGNED
        : PayloadHash.ofBody(request.body());
  }

  private byte[] answer(SigningParameters parameters, RawRequest request)
      throws MalformedRequestException {
    PayloadHash payload = payload(request);
    Duration life = Duration.ofSeconds(expires);
    if (print.equals("request")) {
      return presign
          ? request.with(signer.presign(parameters, request, payload, life))
          : request.with(signer.sign(parameters, request, payload));
    }
    return printed(
        presign
            ? signer.explainPresigned(parameters, request, payload, life)
            : signer.explain(parameters, request, payload));
  }

  private byte[] answer(SigV4aParameters parameters, RawRequest request)
      throws MalformedRequestException {
    PayloadHash payload = payload(request);
    Duration life = Duration.ofSeconds(expires);
    if (print.equals("request")) {
      return presign
          ? request.with(sigV4aSigner.presign(parameters, request, payload, life))
          : request.with(sigV4aSigner.sign(parameters, request, payload));
    }
    return printed(
        presign
            ? sigV4aSigner.explainPresigned(parameters, request, payload, life)
            : sigV4aSigner.explain(parameters, request, payload));
  }

  private byte[] printed(Explanation explanation) {
    String text =
        switch (print) {
          case "canonical-request" -> explanation.canonicalRequest();
          case "string-to-sign" -> explanation.stringToSign();
          default -> explanation.signature();
        };
    return text.getBytes(StandardCharsets.ISO_8859_1); // octets as chars
  }

  private Instant time() throws CliException {
    if (date == null) {
      return terminal.clock().instant();
    }
    try {
      return DATE.parse(date, Instant::from);
    } catch (DateTimeParseException e) {
      throw CliException.usage("--date '" + date + "' is not a time; write 20150830T123600Z");
    }
  }

  private String regions() throws CliException {
    return regionSet != null ? regionSet : region();
  }

  private String region() throws CliException {
    Environment environment = terminal.environment();
    String found = region != null ? region : environment.get("AWS_REGION");
    found = found != null ? found : environment.get("AWS_DEFAULT_REGION");
    if (found == null) {
      throw CliException.usage("no Region; give --region, or set AWS_REGION");
    }
    return found;
  }

  private AwsCredentials credentials() throws CliException {
    Environment environment = terminal.environment();
    String id = accessKey != null ? accessKey : environment.get("AWS_ACCESS_KEY_ID");
    String secret = secretKey != null ? secretKey : environment.get("AWS_SECRET_ACCESS_KEY");
    if (id == null || secret == null) {
      throw CliException.usage(
          id == null
              ? "no access key; give --access-key, or set AWS_ACCESS_KEY_ID"
              : "no secret key; give --secret-key, or set AWS_SECRET_ACCESS_KEY");
    }
    // The token of the environment belongs to the keys of the environment.
    String token =
        sessionToken != null || accessKey != null
            ? sessionToken
            : environment.get("AWS_SESSION_TOKEN");
    return AwsCredentials.of(id, secret, token == null || token.isEmpty() ? null : token);
  }
}
