package io.countersign.benchmarks;

import io.countersign.signer.AwsCredentials;
import io.countersign.signer.MalformedRequestException;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.PresignedRequest;
import io.countersign.signer.RequestView;
import io.countersign.signer.SignedRequest;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.SigningParameters;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/**
 * One signature with warm keys: ours beside the signer of the AWS SDK for Java v2, on the same
 * three requests.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class SignerBenchmark {
  private static final Instant TIME = Instant.parse("2026-11-24T12:00:00Z");
  private static final String TOKEN = "IQoJb3JpZ2luX2VjE".repeat(42).substring(0, 700);
  private static final byte[] BODY =
      ("{\"TableName\":\"orders\",\"Key\":{\"id\":{\"S\":\"" + "x".repeat(203) + "\"}}}")
          .getBytes(StandardCharsets.UTF_8);

  private final Signer signer = new Signer(new SigningKeys());
  private final AwsCredentials credentials =
      AwsCredentials.of("ASIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", TOKEN);
  private final SigningParameters dynamodb =
      SigningParameters.of(credentials, "eu-west-1", "dynamodb", TIME);
  private final SigningParameters s3 = SigningParameters.of(credentials, "eu-west-1", "s3", TIME);
  private final RequestView post =
      new Fixed(
          "POST",
          "/",
          "",
          "Host",
          "dynamodb.eu-west-1.amazonaws.com",
          "Content-Type",
          "application/x-amz-json-1.0",
          "X-Amz-Target",
          "DynamoDB_20120810.GetItem");
  private final RequestView get =
      new Fixed(
          "GET",
          "/bucket",
          "list-type=2&prefix=reports%2F&delimiter=%2F&max-keys=100",
          "Host",
          "s3.eu-west-1.amazonaws.com");

  private final AwsV4HttpSigner sdk = AwsV4HttpSigner.create();
  private final AwsSessionCredentialsIdentity identity =
      AwsSessionCredentialsIdentity.create(
          "ASIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", TOKEN);
  private final Clock clock = Clock.fixed(TIME, ZoneOffset.UTC);
  private final SdkHttpRequest sdkPost =
      SdkHttpRequest.builder()
          .method(SdkHttpMethod.POST)
          .uri(URI.create("https://dynamodb.eu-west-1.amazonaws.com/"))
          .putHeader("Host", "dynamodb.eu-west-1.amazonaws.com")
          .putHeader("Content-Type", "application/x-amz-json-1.0")
          .putHeader("X-Amz-Target", "DynamoDB_20120810.GetItem")
          .build();
  private final SdkHttpRequest sdkGet =
      SdkHttpRequest.builder()
          .method(SdkHttpMethod.GET)
          .uri(URI.create("https://s3.eu-west-1.amazonaws.com/bucket"))
          .putHeader("Host", "s3.eu-west-1.amazonaws.com")
          .putRawQueryParameter("list-type", "2")
          .putRawQueryParameter("prefix", "reports/")
          .putRawQueryParameter("delimiter", "/")
          .putRawQueryParameter("max-keys", "100")
          .build();

  /** A POST of JSON with a session token; the body's hash is part of the work. */
  @Benchmark
  public SignedRequest jsonPostOurs() throws MalformedRequestException {
    return signer.sign(dynamodb, post, PayloadHash.ofBody(BODY));
  }

  /** The same by the SDK. */
  @Benchmark
  public software.amazon.awssdk.http.auth.spi.signer.SignedRequest jsonPostSdk() {
    return sdk.sign(
        request(sdkPost, "dynamodb")
            .payload(
                ContentStreamProvider.fromInputStreamSupplier(() -> new ByteArrayInputStream(BODY)))
            .build());
  }

  /** A GET of S3 with four query parameters and an unsigned payload. */
  @Benchmark
  public SignedRequest s3GetOurs() throws MalformedRequestException {
    return signer.sign(s3, get, PayloadHash.UNSIGNED);
  }

  /** The same by the SDK. */
  @Benchmark
  public software.amazon.awssdk.http.auth.spi.signer.SignedRequest s3GetSdk() {
    return sdk.sign(
        request(sdkGet, "s3")
            .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
            .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
            .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
            .build());
  }

  /** A presigned GET of S3. */
  @Benchmark
  public PresignedRequest presignOurs() throws MalformedRequestException {
    return signer.presign(s3, get, PayloadHash.UNSIGNED, Duration.ofMinutes(15));
  }

  /** The same by the SDK. */
  @Benchmark
  public software.amazon.awssdk.http.auth.spi.signer.SignedRequest presignSdk() {
    return sdk.sign(
        request(sdkGet, "s3")
            .putProperty(
                AwsV4FamilyHttpSigner.AUTH_LOCATION,
                AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
            .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(15))
            .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
            .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
            .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
            .build());
  }

  private SignRequest.Builder<AwsSessionCredentialsIdentity> request(
      SdkHttpRequest request, String service) {
    return SignRequest.builder(identity)
        .request(request)
        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, service)
        .putProperty(HttpSigner.SIGNING_CLOCK, clock);
  }

  private static final class Fixed implements RequestView {
    private final String method;
    private final String path;
    private final String query;
    private final String[] headers;

    Fixed(String method, String path, String query, String... headers) {
      this.method = method;
      this.path = path;
      this.query = query;
      this.headers = headers;
    }

    @Override
    public String method() {
      return method;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public String query() {
      return query;
    }

    @Override
    public int headerCount() {
      return headers.length / 2;
    }

    @Override
    public String headerName(int i) {
      return headers[2 * i];
    }

    @Override
    public String headerValue(int i) {
      return headers[2 * i + 1];
    }
  }
}
