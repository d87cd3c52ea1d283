package io.countersign.cli;

import io.countersign.config.Environment;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.Explanation;
import io.countersign.signer.HeaderSelection;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PathRule;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.RawRequest;
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
      "Signs raw HTTP requests from standard input with AWS Signature Version 4.",
      "Several requests are separated by a line ---, and answered in the same order with the"
          + " same line between them. Line ends of the answers are those of the requests."
    })
final class SignCommand implements Callable<Integer> {
  private static final int MAX_INPUT = 64 << 20;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssX").withResolverStyle(ResolverStyle.STRICT);

  private final Terminal terminal;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "The Region of the scope (default: AWS_REGION, AWS_DEFAULT_REGION).")
  private @Nullable String region;

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

  SignCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CliException, IOException {
    SigningParameters parameters = parameters();
    checkOptions();
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
        answers.writeBytes(answer(parameters, requests.get(i)));
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
      parameters = SigningParameters.of(credentials(), region(), service, time());
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

  private byte[] answer(SigningParameters parameters, RawRequest request)
      throws MalformedRequestException {
    // S3 takes presigned requests with any body:
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    boolean unsigned = unsignedPayload || (presign && service.equals("s3") && !signBody);
    PayloadHash payload = unsigned ? PayloadHash.UNSIGNED : PayloadHash.ofBody(request.body());
    Duration life = Duration.ofSeconds(expires);
    if (print.equals("request")) {
      return presign
          ? request.with(signer.presign(parameters, request, payload, life))
          : request.with(signer.sign(parameters, request, payload));
    }
    Explanation explanation =
        presign
            ? signer.explainPresigned(parameters, request, payload, life)
            : signer.explain(parameters, request, payload);
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
