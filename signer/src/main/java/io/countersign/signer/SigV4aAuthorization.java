package io.countersign.signer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request signed with SigV4a claims about its signature, read from its headers or its query:
 * well-formed, but not verified yet. Immutable; {@link #toString} shows neither signature nor
 * token.
 */
public final class SigV4aAuthorization {

  private final String accessKeyId;
  private final String date;
  private final List<String> regionSet;
  private final String service;
  private final List<String> signedHeaders;
  private final String signature;
  private final byte[] der;
  private final String amzDate;
  private final Instant time;
  private final @Nullable Duration expires;
  private final @Nullable String sessionToken;
  private final @Nullable PayloadHash declaredPayload;

  SigV4aAuthorization(
      String accessKeyId,
      String date,
      List<String> regionSet,
      String service,
      List<String> signedHeaders,
      String signature,
      byte[] der,
      String amzDate,
      Instant time,
      @Nullable Duration expires,
      @Nullable String sessionToken,
      @Nullable PayloadHash declaredPayload) {
    this.accessKeyId = accessKeyId;
    this.date = date;
    this.regionSet = regionSet;
    this.service = service;
    this.signedHeaders = signedHeaders;
    this.signature = signature;
    this.der = der;
    this.amzDate = amzDate;
    this.time = time;
    this.expires = expires;
    this.sessionToken = sessionToken;
    this.declaredPayload = declaredPayload;
  }

  /**
   * Whether the request claims a SigV4a signature: the algorithm {@code AWS4-ECDSA-P256-SHA256} in
   * its {@code Authorization} header or its query. Never throws.
   */
  public static boolean isPresent(RequestView request) {
    return AuthorizationParser.claims(request, SigV4aKey.ALGORITHM);
  }

  /**
   * Reads the claim.
   *
   * @throws MalformedRequestException if there is none, if header and query both have one, if a
   *     part is there twice, or if the algorithm, the credential scope, the date, the region set,
   *     the signed headers or the signature are not as AWS writes them
   */
  public static SigV4aAuthorization parse(RequestView request) throws MalformedRequestException {
    return AuthorizationParser.parseSigV4a(request);
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
   * The Regions for which the request is signed, 1 to 64, in the order of the wire: lower-case
   * letters, digits, hyphens, and {@code *} for any run of these.
   */
  public List<String> regionSet() {
    return regionSet;
  }

  /** Whether the request is signed for this Region. */
  public boolean coversRegion(String region) {
    return RegionSet.covers(regionSet, region);
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

  /** The claimed signature: a DER sequence in lower-case hex, 16 to 144 digits. */
  public String signature() {
    return signature;
  }

  /** The claimed signature as octets, which nobody may change. */
  byte[] der() {
    return der;
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

  @Override
  public String toString() {
    return "SigV4aAuthorization["
        + accessKeyId
        + ", "
        + amzDate
        + ", "
        + regionSet
        + "/"
        + service
        + ", "
        + signedHeaders
        + (expires == null ? "]" : ", expires in " + expires + "]");
  }
}
