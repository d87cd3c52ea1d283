package io.countersign.benchmarks.signer;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * The signer of the AWS SDK for Java v2. Its requests are made beforehand; what is timed is {@code
 * sign}, as an SDK client calls it. Not thread-safe.
 */
final class Sdk {
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final AwsSessionCredentialsIdentity identity =
      AwsSessionCredentialsIdentity.create(
          Credentials.ACCESS_KEY_ID, Credentials.SECRET, Credentials.TOKEN);
  private final SettableClock clock = new SettableClock();

  /**
   * Checks that logging is off.
   *
   * @throws IllegalStateException if the SDK would print every canonical request
   */
  Sdk() {
    if (LoggerFactory.getLogger(AwsV4HttpSigner.class).isDebugEnabled()) {
      throw new IllegalStateException("the SDK would log each signature, and that would be timed");
    }
  }

  /** A call in the SDK's form. */
  record Prepared(SdkHttpRequest request, ContentStreamProvider body) {}

  static Prepared prepare(Call call) {
    SdkHttpRequest.Builder builder =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(call.method()))
            .uri(URI.create("https://" + call.host() + call.path() + "?" + call.query()));
    for (int i = 0; i < call.headerCount(); i++) {
      builder.putHeader(call.headerName(i), call.headerValue(i));
    }
    byte[] body = call.body();
    return new Prepared(
        builder.build(),
        ContentStreamProvider.fromInputStreamSupplier(() -> new ByteArrayInputStream(body)));
  }

  static Prepared[] prepare(Pool pool) {
    Call[] calls = pool.calls();
    Prepared[] prepared = new Prepared[calls.length];
    for (int i = 0; i < calls.length; i++) {
      prepared[i] = prepare(calls[i]);
    }
    return prepared;
  }

  SignedRequest jsonPost(Prepared call, Instant now) {
    return signer.sign(request(call, "dynamodb", now).payload(call.body).build());
  }

  SignedRequest s3Get(Prepared call, Instant now) {
    return signer.sign(s3(call, now).build());
  }

  SignedRequest presignedGet(Prepared call, Instant now) {
    return signer.sign(
        s3(call, now)
            .putProperty(
                AwsV4FamilyHttpSigner.AUTH_LOCATION,
                AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
            .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Ours.EXPIRES)
            .build());
  }

  private SignRequest.Builder<AwsSessionCredentialsIdentity> s3(Prepared call, Instant now) {
    return request(call, "s3", now)
        .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
        .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
        .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false);
  }

  private SignRequest.Builder<AwsSessionCredentialsIdentity> request(
      Prepared call, String service, Instant now) {
    clock.now = now;
    return SignRequest.builder(identity)
        .request(call.request)
        .putProperty(AwsV4HttpSigner.REGION_NAME, Credentials.REGION)
        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
        .putProperty(HttpSigner.SIGNING_CLOCK, clock);
  }

  private static final class SettableClock extends Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("signatures are in UTC");
    }
  }
}
