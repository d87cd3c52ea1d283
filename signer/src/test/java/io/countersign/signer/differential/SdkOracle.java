package io.countersign.signer.differential;

import io.countersign.signer.AwsCredentials;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.internal.signer.CredentialScope;
import software.amazon.awssdk.http.auth.aws.internal.signer.V4Properties;
import software.amazon.awssdk.http.auth.aws.internal.signer.V4RequestSigner;
import software.amazon.awssdk.http.auth.aws.internal.signer.V4RequestSigningResult;
import software.amazon.awssdk.http.auth.aws.internal.signer.util.SignerUtils;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * The signer of the AWS SDK for Java v2. The canonical request comes from the classes inside it;
 * what the public signer answers is checked to be the same signature, for one case in four.
 */
final class SdkOracle implements Oracle {

  private static final String HASH = "x-amz-content-sha256";

  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private int asked;

  @Override
  public String name() {
    return "sdk";
  }

  @Override
  public List<Outcome> sign(List<Case> cases) {
    List<Outcome> outcomes = new ArrayList<>();
    cases.forEach(c -> outcomes.add(sign(c)));
    return outcomes;
  }

  private Outcome sign(Case c) {
    SdkHttpRequest request;
    V4RequestSigningResult result;
    V4Properties properties;
    try {
      request = request(c);
      properties = properties(c);
      result = inside(c, request.toBuilder(), properties);
    } catch (CharacterCodingException e) {
      return new Outcome.Refused("takes text, and the request line is no UTF-8");
    } catch (IllegalArgumentException e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    }
    if (asked++ % 4 == 0) { // each time would be half of the time that the whole test takes
      checkPublicSigner(c, request, result);
    }

    String canonical = result.getCanonicalRequest().getCanonicalRequestString();
    CredentialScope scope = properties.getCredentialScope();
    String stringToSign =
        "AWS4-HMAC-SHA256\n"
            + scope.getDatetime()
            + "\n"
            + scope.scope()
            + "\n"
            + SignerUtils.hashCanonicalRequest(canonical);
    // The SDK does not hand out its string to sign: only the right one has the right signature.
    if (!Reference.hex(SignerUtils.computeSignature(stringToSign, result.getSigningKey()))
        .equals(result.getSignature())) {
      throw new AssertionError("this is not how the SDK makes its string to sign: " + stringToSign);
    }
    return new Outcome.Signed(
        new String(canonical.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1),
        stringToSign,
        result.getSignature(),
        true);
  }

  private V4RequestSigningResult inside(
      Case c, SdkHttpRequest.Builder builder, V4Properties properties) {
    builder.putHeader(HASH, c.payload().headerValue());
    if (c.presigned()) {
      return V4RequestSigner.presigned(properties, Case.EXPIRES).sign(builder);
    }
    if (c.hashHeader() || hasHash(c)) {
      return V4RequestSigner.header(properties).sign(builder);
    }
    // The SDK sends the header with every request: only its innermost part can do without.
    builder.removeHeader(HASH);
    builder.putHeader("X-Amz-Date", properties.getCredentialScope().getDatetime());
    if (c.credentials().sessionToken() != null) {
      builder.putHeader("X-Amz-Security-Token", c.credentials().sessionToken());
    }
    return V4RequestSigner.create(properties, c.payload().headerValue()).sign(builder);
  }

  private void checkPublicSigner(Case c, SdkHttpRequest request, V4RequestSigningResult inside) {
    if (!c.presigned() && !c.hashHeader() && !hasHash(c)) {
      return;
    }
    SdkHttpRequest signed =
        signer
            .sign(
                r -> {
                  r.identity(identity(c.credentials()))
                      .request(request)
                      .payload(() -> new ByteArrayInputStream(c.bodyBytes()))
                      .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, c.service())
                      .putProperty(AwsV4HttpSigner.REGION_NAME, c.region())
                      .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, c.rule().doubleEncode())
                      .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, c.rule().normalize())
                      .putProperty(
                          AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, !c.unsignedPayload())
                      .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(c.time(), ZoneOffset.UTC));
                  if (c.presigned()) {
                    r.putProperty(
                            AwsV4FamilyHttpSigner.AUTH_LOCATION,
                            AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Case.EXPIRES);
                  }
                })
            .request();
    String signature =
        c.presigned()
            ? signed.firstMatchingRawQueryParameter("X-Amz-Signature").orElse("")
            : signed.firstMatchingHeader("Authorization").orElse("");
    if (!signature.endsWith(inside.getSignature())) {
      throw new AssertionError(
          "the SDK's signer and its own inside differ: "
              + signature
              + " against "
              + inside.getSignature()
              + " for "
              + c);
    }
  }

  private static boolean hasHash(Case c) {
    return c.headers().stream().anyMatch(h -> h.name().equalsIgnoreCase(HASH));
  }

  private static SdkHttpRequest request(Case c) throws CharacterCodingException {
    SdkHttpRequest.Builder builder =
        SdkHttpRequest.builder()
            .uri(URI.create("https://example.amazonaws.com/?" + utf8(c.query())))
            .encodedPath(utf8(c.path()))
            .method(SdkHttpMethod.fromValue(c.method()));
    for (Case.Header header : c.headers()) {
      builder.appendHeader(header.name(), text(header.value()));
    }
    return builder.build();
  }

  private static V4Properties properties(Case c) {
    return V4Properties.builder()
        .credentials(identity(c.credentials()))
        .credentialScope(new CredentialScope(c.region(), c.service(), c.time()))
        .signingClock(Clock.fixed(c.time(), ZoneOffset.UTC))
        .doubleUrlEncode(c.rule().doubleEncode())
        .normalizePath(c.rule().normalize())
        .build();
  }

  private static AwsCredentialsIdentity identity(AwsCredentials credentials) {
    String token = credentials.sessionToken();
    return token == null
        ? AwsCredentialsIdentity.create(credentials.accessKeyId(), credentials.secretAccessKey())
        : AwsSessionCredentialsIdentity.create(
            credentials.accessKeyId(), credentials.secretAccessKey(), token);
  }

  static String utf8(String octets) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(Case.octets(octets)))
        .toString();
  }

  /** The text of the octets, or their chars where they are no UTF-8. */
  private static String text(String octets) {
    try {
      return utf8(octets);
    } catch (CharacterCodingException e) {
      return octets;
    }
  }
}
