package io.countersign.signer.sdk;

import io.countersign.signer.AwsCredentials;
import io.countersign.signer.HeaderSelection;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PathRule;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.PresignedRequest;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.SigningParameters;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.BaseSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * Signs for clients of the AWS SDK for Java v2, in place of its own signer. It heeds the properties
 * that {@link AwsV4HttpSigner} does.
 *
 * <p>With headers it signs {@code host}, {@code content-type}, {@code content-md5} and every {@code
 * x-amz-} header, which is what AWS asks for; presigning, every header that is there, as the SDK
 * does, so that a URL allows nothing that its maker has ruled out.
 *
 * <p>It hands a request to the SDK's signer whenever signing it is more than hashing the body: the
 * body is to be chunked ({@link #CHUNK_ENCODING_ENABLED}, which the S3 client asks for on uploads)
 * or to get a checksum ({@link #CHECKSUM_ALGORITHM}, {@code x-amz-trailer}); it is an event stream;
 * the service is S3 Express; there are no credentials; the signature is to be in the query without
 * a life time, or with one that AWS does not take; a header or the path is not all ASCII. What
 * comes of it is then the SDK's.
 *
 * <p>Safe for any number of threads. A body is read once to hash it and again to send it, as with
 * the SDK's signer; an asynchronous one is held in memory in between.
 */
public final class CountersignHttpSigner implements AwsV4HttpSigner {

  private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

  private final Signer signer = new Signer(new SigningKeys());
  private final AwsV4HttpSigner sdk = AwsV4HttpSigner.create();

  /** The credentials of the last request, which are mostly those of the next. */
  private volatile @Nullable AwsCredentials last;

  private CountersignHttpSigner() {}

  /** A signer with a cache of keys of its own. */
  public static CountersignHttpSigner create() {
    return new CountersignHttpSigner();
  }

  /**
   * Signs a request.
   *
   * @throws IllegalArgumentException if the request is malformed, or signed in its query already;
   *     for the rest, as the SDK's signer throws
   */
  @Override
  public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
    if (!isOurs(request)) {
      return sdk.sign(request);
    }
    ContentStreamProvider body = request.payload().orElse(null);
    PayloadHash hash =
        !signsBody(request)
            ? PayloadHash.UNSIGNED
            : body == null ? PayloadHash.EMPTY : HeldBody.hash(body.newStream());
    SignedRequest.Builder signed = SignedRequest.builder().request(signed(request, hash));
    if (body != null) {
      signed.payload(body);
    }
    return signed.build();
  }

  /** The same without blocking; what {@link #sign} throws fails the future. */
  @Override
  public CompletableFuture<AsyncSignedRequest> signAsync(
      AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
    if (!isOurs(request)) {
      return sdk.signAsync(request);
    }
    Publisher<ByteBuffer> body = request.payload().orElse(null);
    if (body == null || !signsBody(request)) {
      PayloadHash hash = signsBody(request) ? PayloadHash.EMPTY : PayloadHash.UNSIGNED;
      return CompletableFuture.completedFuture(hash)
          .thenApply(known -> asyncSigned(signed(request, known), body));
    }
    return HeldBody.of(body).thenApply(held -> asyncSigned(signed(request, held.hash()), held));
  }

  private static AsyncSignedRequest asyncSigned(
      SdkHttpRequest request, @Nullable Publisher<ByteBuffer> body) {
    AsyncSignedRequest.Builder signed = AsyncSignedRequest.builder().request(request);
    if (body != null) {
      signed.payload(body);
    }
    return signed.build();
  }

  private static boolean isOurs(BaseSignRequest<?, ? extends AwsCredentialsIdentity> request) {
    Duration expires = request.property(EXPIRATION_DURATION);
    boolean plain =
        isPresigning(request)
            ? expires != null
                && expires.toSeconds() >= 1
                && expires.compareTo(Signer.MAX_EXPIRES) <= 0
            : expires == null;
    SdkHttpRequest http = request.request();
    return plain
        && request.identity().accessKeyId() != null
        && request.identity().secretAccessKey() != null
        && !request.requireProperty(CHUNK_ENCODING_ENABLED, false)
        && (!request.hasProperty(CHECKSUM_ALGORITHM)
            || hasChecksum(request)
            || (request.payload().isEmpty() && checksum(request) != null))
        && !"s3express".equals(request.property(SERVICE_SIGNING_NAME))
        && http.firstMatchingHeader("x-amz-trailer").isEmpty()
        && !http.firstMatchingHeader("Content-Type").orElse("").equals(EVENT_STREAM)
        && SdkRequestView.isAscii(http);
  }

  private static boolean hasChecksum(BaseSignRequest<?, ?> request) {
    return request
        .request()
        .firstMatchingHeader(checksumHeader(request.requireProperty(CHECKSUM_ALGORITHM)))
        .isPresent();
  }

  /** One of the algorithm that is asked for; null if none is, or none is there. */
  private static @Nullable SdkChecksum checksum(BaseSignRequest<?, ?> request) {
    ChecksumAlgorithm algorithm = request.property(CHECKSUM_ALGORITHM);
    return algorithm == null ? null : SdkChecksum.forAlgorithm(algorithm);
  }

  private static String checksumHeader(ChecksumAlgorithm algorithm) {
    return "x-amz-checksum-" + algorithm.algorithmId().toLowerCase(Locale.ROOT);
  }

  private static boolean isPresigning(BaseSignRequest<?, ?> request) {
    return request.requireProperty(AUTH_LOCATION, AuthLocation.HEADER) == AuthLocation.QUERY_STRING;
  }

  /** Without TLS a body that is there is signed in any case, as by the SDK. */
  private static boolean signsBody(BaseSignRequest<?, ?> request) {
    return request.requireProperty(PAYLOAD_SIGNING_ENABLED, true)
        || (!request.request().protocol().equals("https") && request.payload().isPresent());
  }

  private SdkHttpRequest signed(
      BaseSignRequest<?, ? extends AwsCredentialsIdentity> request, PayloadHash hash) {
    SdkHttpRequest.Builder builder = request.request().toBuilder();
    request
        .request()
        .forEachHeader(
            (name, values) -> {
              if (Signer.replaces(name)) {
                builder.removeHeader(name);
              }
            });
    if (request.request().firstMatchingHeader("Host").isEmpty()) {
      builder.putHeader("Host", host(request.request()));
    }
    ChecksumAlgorithm checksum = request.property(CHECKSUM_ALGORITHM);
    if (checksum != null && !hasChecksum(request)) {
      // The S3 client asks for one on reads too; isOurs() has seen to it that there is no body.
      builder.putHeader(
          checksumHeader(checksum),
          Base64.getEncoder()
              .encodeToString(SdkChecksum.forAlgorithm(checksum).getChecksumBytes()));
    }
    SdkRequestView view = new SdkRequestView(builder.build());
    Duration expires = request.property(EXPIRATION_DURATION);
    try {
      if (isPresigning(request) && expires != null) {
        presign(builder, view, signer.presign(parameters(request), view, hash, expires));
      } else {
        signer.sign(parameters(request), view, hash).forEachHeader(builder::putHeader);
      }
    } catch (MalformedRequestException e) {
      throw new IllegalArgumentException("cannot sign this request: " + e.getMessage(), e);
    }
    return builder.build();
  }

  /** Adds what the presigned query has more than that of the request. */
  private static void presign(
      SdkHttpRequest.Builder builder, SdkRequestView view, PresignedRequest presigned) {
    int before = view.query().isEmpty() ? 0 : view.query().length() + 1;
    for (String parameter : presigned.query().substring(before).split("&", -1)) {
      int equals = parameter.indexOf('=');
      builder.putRawQueryParameter(
          parameter.substring(0, equals),
          URLDecoder.decode(parameter.substring(equals + 1), StandardCharsets.UTF_8));
    }
  }

  private SigningParameters parameters(
      BaseSignRequest<?, ? extends AwsCredentialsIdentity> request) {
    return new SigningParameters(
        credentials(request.identity()),
        request.requireProperty(REGION_NAME),
        request.requireProperty(SERVICE_SIGNING_NAME),
        request.requireProperty(SIGNING_CLOCK, Clock.systemUTC()).instant(),
        new PathRule(
            request.requireProperty(NORMALIZE_PATH, true),
            request.requireProperty(DOUBLE_URL_ENCODE, true)),
        isPresigning(request) ? HeaderSelection.ALL : HeaderSelection.MINIMAL,
        true, // x-amz-content-sha256, which the SDK always sends
        true);
  }

  private AwsCredentials credentials(AwsCredentialsIdentity identity) {
    // Trimmed, as the SDK trims them.
    String id = identity.accessKeyId().trim();
    String secret = identity.secretAccessKey().trim();
    String token =
        identity instanceof AwsSessionCredentialsIdentity session
            ? session.sessionToken().trim()
            : null;
    AwsCredentials known = last;
    if (known == null
        || !known.accessKeyId().equals(id)
        || !known.secretAccessKey().equals(secret)
        || !Objects.equals(known.sessionToken(), token)) {
      known = AwsCredentials.of(id, secret, token);
      last = known;
    }
    return known;
  }

  private static String host(SdkHttpRequest request) {
    int standard = request.protocol().equals("https") ? 443 : 80;
    return request.port() == standard ? request.host() : request.host() + ":" + request.port();
  }

  @Override
  public String toString() {
    return "CountersignHttpSigner";
  }
}
