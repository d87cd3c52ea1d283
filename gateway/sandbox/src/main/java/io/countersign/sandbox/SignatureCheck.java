package io.countersign.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.internal.signer.CredentialScope;
import software.amazon.awssdk.http.auth.aws.internal.signer.V4Properties;
import software.amazon.awssdk.http.auth.aws.internal.signer.V4RequestSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Says who signed a request, or why nobody may be believed to have.
 *
 * <p>The signature is made anew by the AWS SDK for Java's own signer over exactly the headers that
 * the request lists, and compared. The public entry point of that signer, {@code AwsV4HttpSigner},
 * adds {@code x-amz-content-sha256} to what it signs, which many clients do not send to services
 * other than S3; so the step beneath it is called, the one that signs a request as it stands. One
 * limit comes with it: it never signs {@code user-agent}, {@code connection}, {@code expect},
 * {@code transfer-encoding}, {@code x-forwarded-for} and {@code x-amzn-trace-id}, so a request that
 * lists one of these is refused here, although AWS would take it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html">AWS:
 *     troubleshooting SigV4</a>
 */
final class SignatureCheck {
  /** How far a request's date may be from ours: S3 allows three times what the others do. */
  static final Duration SKEW = Duration.ofMinutes(5);

  static final Duration S3_SKEW = Duration.ofMinutes(15);

  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  private final Identities identities;
  private final Clock clock;

  SignatureCheck(Identities identities, Clock clock) {
    this.identities = identities;
    this.clock = clock;
  }

  /**
   * A believed caller, and the request with the bytes that it meant: {@code aws-chunked} taken off.
   */
  record Verified(Caller caller, Credential credential, HttpRequest request) {}

  /** Throws when the signature or anything that it stands on is not good. */
  Verified check(HttpRequest request, Dialect dialect, String expectedService)
      throws AwsError, IOException {
    Credential credential = Credential.parse(request, dialect);
    if (credential == null) {
      throw Refusal.MISSING.in(
          dialect,
          dialect == Dialect.S3 ? "Access Denied" : "Request is missing Authentication Token");
    }
    if (!credential.service().equals(expectedService)) {
      throw Refusal.WRONG_SCOPE.in(
          dialect, "Credential should be scoped to correct service: '" + expectedService + "'. ");
    }
    Identities.Key key = identities.key(credential.accessKeyId());
    if (key == null) {
      throw Refusal.UNKNOWN_KEY.in(
          dialect,
          dialect == Dialect.S3
              ? "The AWS Access Key Id you provided does not exist in our records."
              : "The security token included in the request is invalid.");
    }
    checkTime(credential, dialect);
    checkSignedHeaders(request, credential, dialect);
    checkToken(request, credential, key, dialect);
    String payload = payloadHash(request, credential, dialect);
    String expected = sign(request, credential, key, payload, dialect);
    if (!MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.US_ASCII),
        credential.signature().getBytes(StandardCharsets.US_ASCII))) {
      throw mismatch(dialect);
    }
    return new Verified(
        key.caller(),
        credential,
        request.withBody(checkBody(request, credential, key, payload, dialect)));
  }

  private void checkTime(Credential credential, Dialect dialect) throws AwsError {
    Instant now = clock.instant();
    Long expires = credential.expiresSeconds();
    Duration skew = dialect == Dialect.S3 ? S3_SKEW : SKEW;
    if (expires != null) {
      if (now.isAfter(credential.time().plusSeconds(expires))) {
        throw Refusal.PRESIGNED_EXPIRED.in(dialect, "Request has expired");
      }
      if (now.isBefore(credential.time().minus(skew))) {
        throw Refusal.PRESIGNED_EXPIRED.in(dialect, "Request is not valid yet");
      }
      return;
    }
    if (Duration.between(credential.time(), now).abs().compareTo(skew) > 0) {
      throw Refusal.SKEWED.in(
          dialect,
          dialect == Dialect.S3
              ? "The difference between the request time and the current time is too large."
              : "Signature "
                  + (credential.time().isBefore(now) ? "expired: " : "not yet current: ")
                  + credential.timestamp()
                  + " is more than 5 min. away from "
                  + now.truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
    }
  }

  private static void checkSignedHeaders(
      HttpRequest request, Credential credential, Dialect dialect) throws AwsError {
    Set<String> signed = new HashSet<>(credential.signedHeaders());
    if (!signed.contains("host")) {
      throw Refusal.UNSIGNED_HEADER.in(
          dialect, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    }
    for (Headers.Field field : request.headers().fields()) {
      if (field.lowerName().startsWith("x-amz-") && !signed.contains(field.lowerName())) {
        throw Refusal.UNSIGNED_HEADER.in(
            dialect,
            dialect == Dialect.S3
                ? "There were headers present in the request which were not signed: "
                    + field.lowerName()
                : "'" + field.name() + "' must be a 'SignedHeader' in the AWS Authorization.");
      }
    }
  }

  private void checkToken(
      HttpRequest request, Credential credential, Identities.Key key, Dialect dialect)
      throws AwsError {
    String token =
        credential.presigned()
            ? request.parameter("X-Amz-Security-Token")
            : request.header("x-amz-security-token");
    Caller.Session session = key.caller().session();
    boolean good = session == null ? token == null : session.token().equals(token);
    if (!good) {
      throw Refusal.WRONG_TOKEN.in(
          dialect,
          dialect == Dialect.S3
              ? "The provided token is malformed or otherwise invalid."
              : "The security token included in the request is invalid.");
    }
    if (session != null && !clock.instant().isBefore(session.expiration())) {
      throw Refusal.EXPIRED_TOKEN.in(
          dialect,
          dialect == Dialect.S3
              ? "The provided token has expired."
              : "The security token included in the request is expired");
    }
  }

  /**
   * The last line of the canonical request: what the request claims, checked against the body
   * afterwards.
   */
  private static String payloadHash(HttpRequest request, Credential credential, Dialect dialect)
      throws AwsError, IOException {
    String claimed = request.header("x-amz-content-sha256");
    if (dialect != Dialect.S3) {
      if (claimed != null && claimed.equals(UNSIGNED) && request.body().length() == 0) {
        return UNSIGNED;
      }
      return request.body().digestHex("SHA-256");
    }
    if (claimed == null && credential.presigned()) {
      String parameter = request.parameter("X-Amz-Content-Sha256");
      return parameter == null ? UNSIGNED : parameter;
    }
    if (claimed == null) {
      throw Refusal.NO_PAYLOAD_HASH.in(
          dialect, "Missing required header for this request: x-amz-content-sha256");
    }
    return claimed;
  }

  private static Body checkBody(
      HttpRequest request,
      Credential credential,
      Identities.Key key,
      String payload,
      Dialect dialect)
      throws AwsError, IOException {
    if (dialect != Dialect.S3) {
      String claimed = request.header("x-amz-content-sha256");
      if (claimed != null && !claimed.equals(payload)) {
        throw mismatch(dialect);
      }
      return request.body();
    }
    if (payload.startsWith("STREAMING-")) {
      return new AwsChunked(request, credential, key.secretAccessKey()).decode(payload);
    }
    boolean saysChunked =
        request.headers().all("content-encoding").stream()
            .anyMatch(v -> v.toLowerCase(Locale.ROOT).contains("aws-chunked"));
    if (saysChunked && payload.equals(UNSIGNED)) {
      throw new AwsError(
          400, "InvalidArgument", "aws-chunked encoding is not supported with UNSIGNED-PAYLOAD");
    }
    if (!payload.equals(UNSIGNED) && !payload.equals(request.body().digestHex("SHA-256"))) {
      throw Refusal.WRONG_PAYLOAD.in(
          dialect, "The provided 'x-amz-content-sha256' header does not match what was computed.");
    }
    return request.body();
  }

  private static String sign(
      HttpRequest request,
      Credential credential,
      Identities.Key key,
      String payload,
      Dialect dialect)
      throws AwsError {
    Instant time = credential.time();
    V4Properties properties =
        V4Properties.builder()
            .credentials(
                AwsCredentialsIdentity.create(credential.accessKeyId(), key.secretAccessKey()))
            .credentialScope(new CredentialScope(credential.region(), credential.service(), time))
            .signingClock(Clock.fixed(time, ZoneOffset.UTC))
            .doubleUrlEncode(dialect != Dialect.S3)
            .normalizePath(dialect != Dialect.S3)
            .build();
    try {
      SdkHttpRequest.Builder toSign = toSdkRequest(request, credential, dialect);
      if (toSign == null) {
        throw mismatch(dialect);
      }
      return V4RequestSigner.create(properties, payload).sign(toSign).getSignature();
    } catch (IllegalArgumentException e) {
      // A path or method that the SDK cannot even hold cannot have been signed by it.
      throw mismatch(dialect);
    }
  }

  /**
   * Null when a header that is listed as signed is not there, or is one that the SDK's signer
   * leaves out.
   */
  private static SdkHttpRequest.@Nullable Builder toSdkRequest(
      HttpRequest request, Credential credential, Dialect dialect) {
    SdkHttpRequest.Builder sdk =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(request.method()))
            .protocol("http")
            .host("sandbox.invalid")
            .encodedPath(dialect == Dialect.S3 ? canonicalS3Path(request.path()) : request.path());
    for (String name : credential.signedHeaders()) {
      List<String> values = request.headers().all(name);
      if (values.isEmpty()
          || NEVER_SIGNED.contains(name)
          || !name.equals(name.toLowerCase(Locale.ROOT))) {
        return null;
      }
      sdk.putHeader(name, values);
    }
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (HttpRequest.Parameter parameter : request.parameters()) {
      if (!parameter.name().equals("X-Amz-Signature") || !credential.presigned()) {
        query
            .computeIfAbsent(parameter.name(), n -> new java.util.ArrayList<>())
            .add(parameter.value());
      }
    }
    query.forEach(sdk::putRawQueryParameter);
    return sdk;
  }

  private static final Set<String> NEVER_SIGNED =
      Set.of(
          "connection",
          "x-amzn-trace-id",
          "user-agent",
          "expect",
          "transfer-encoding",
          "x-forwarded-for");

  /** S3 signs the path as it would encode it itself, whatever came over the wire. */
  private static String canonicalS3Path(String path) {
    return HttpRequest.encode(HttpRequest.decode(path, false), true);
  }

  private static AwsError mismatch(Dialect dialect) {
    return Refusal.MISMATCH.in(
        dialect,
        dialect == Dialect.S3
            ? "The request signature we calculated does not match the signature you provided. Check"
                + " your key and signing method."
            : "The request signature we calculated does not match the signature you provided. Check"
                + " your AWS Secret Access Key and signing method. Consult the service"
                + " documentation for details.");
  }
}
