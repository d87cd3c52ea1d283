package io.countersign.signer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a request signed with SigV4 claims about its signature, read from its headers or its query:
 * well-formed, but not verified yet. Immutable; {@link #toString} shows neither signature nor
 * token.
 */
public final class Authorization {

  private final String accessKeyId;
  private final String date;
  private final String region;
  private final String service;
  private final List<String> signedHeaders;
  private final String signature;
  private final String amzDate;
  private final Instant time;
  private final @Nullable Duration expires;
  private final @Nullable String sessionToken;
  private final @Nullable PayloadHash declaredPayload;

  Authorization(
      String accessKeyId,
      String date,
      String region,
      String service,
      List<String> signedHeaders,
      String signature,
      String amzDate,
      Instant time,
      @Nullable Duration expires,
      @Nullable String sessionToken,
      @Nullable PayloadHash declaredPayload) {
    this.accessKeyId = accessKeyId;
    this.date = date;
    this.region = region;
    this.service = service;
    this.signedHeaders = signedHeaders;
    this.signature = signature;
    this.amzDate = amzDate;
    this.time = time;
    this.expires = expires;
    this.sessionToken = sessionToken;
    this.declaredPayload = declaredPayload;
  }

  /**
   * Whether the request claims a SigV4 signature at all: an {@code Authorization} header that
   * begins with {@code AWS4-}, or an {@code X-Amz-} signing parameter in the query. Never throws; a
   * query that does not parse counts as a claim, so that {@link #parse} can say why. A claim of
   * SigV4a counts too, which {@link #parse} refuses: ask {@link SigV4aAuthorization#isPresent}
   * first where both are welcome.
   */
  public static boolean isPresent(RequestView request) {
    return AuthorizationParser.isPresent(request);
  }

  /**
   * Reads the claim.
   *
   * @throws MalformedRequestException if there is none, if header and query both have one, if a
   *     part is there twice, or if the algorithm, the credential scope, the date, the signed
   *     headers or the signature are not as AWS writes them
   */
  public static Authorization parse(RequestView request) throws MalformedRequestException {
    return AuthorizationParser.parse(request);
  }

  /** The access key ID: letters, digits and {@code - _ .} only, at most 512 of them. */
  public String accessKeyId() {
    return accessKeyId;
  }

  /** The date of the scope, equal to the day of {@link #time}: {@code 20150830}. */
  public String date() {
    return date;
  }

  /**
   * The Region of the scope: lower-case letters, digits and hyphens only. Not looked up anywhere.
   */
  public String region() {
    return region;
  }

  /**
   * The signing name of the scope: lower-case letters, digits and hyphens only. Not looked up
   * anywhere.
   */
  public String service() {
    return service;
  }

  /**
   * The lower-case names of the headers that the signature covers, sorted, {@code host} among them.
   */
  public List<String> signedHeaders() {
    return signedHeaders;
  }

  /** The claimed signature: 64 digits of lower-case hex. */
  public String signature() {
    return signature;
  }

  /** {@code x-amz-date} as it came: {@code 20150830T123600Z}. */
  public String amzDate() {
    return amzDate;
  }

  /** When the request says it was signed. */
  public Instant time() {
    return time;
  }

  /** Whether the signature is in the query. */
  public boolean presigned() {
    return expires != null;
  }

  /** How long a presigned request is good for, 1 second to 7 days; null if it is not presigned. */
  public @Nullable Duration expires() {
    return expires;
  }

  /** The session token that came along, or null. */
  public @Nullable String sessionToken() {
    return sessionToken;
  }

  /**
   * What the request says of its body: {@code x-amz-content-sha256} from header or query; {@link
   * PayloadHash#UNSIGNED} for a presigned request to the S3 family without it; otherwise null, and
   * then the body has to be hashed.
   */
  public @Nullable PayloadHash declaredPayload() {
    return declaredPayload;
  }

  /** Whether the other claims the same over the same headers at the same time. */
  boolean isSameButForSignature(Authorization other) {
    return accessKeyId.equals(other.accessKeyId)
        && date.equals(other.date)
        && region.equals(other.region)
        && service.equals(other.service)
        && signedHeaders.equals(other.signedHeaders)
        && amzDate.equals(other.amzDate)
        && Objects.equals(expires, other.expires);
  }

  /** The claim of a request that differs from this one's in its body only. */
  Authorization withSignature(String other) {
    return new Authorization(
        accessKeyId,
        date,
        region,
        service,
        signedHeaders,
        other,
        amzDate,
        time,
        expires,
        sessionToken,
        declaredPayload);
  }

  @Override
  public String toString() {
    return "Authorization["
        + accessKeyId
        + ", "
        + amzDate
        + ", "
        + region
        + "/"
        + service
        + ", "
        + signedHeaders
        + (expires == null ? "]" : ", expires in " + expires + "]");
  }
}
