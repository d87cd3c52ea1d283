package io.countersign.signer.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

class CountersignHttpSignerTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-12-31T23:59:59.999Z"), ZoneOffset.UTC);
  private static final AwsCredentialsIdentity KEYS =
      AwsCredentialsIdentity.create("AKIDEXAMPLE", "secret");

  private final AwsV4HttpSigner ours = CountersignHttpSigner.create();
  private final AwsV4HttpSigner theirs = AwsV4HttpSigner.create();

  private static SdkHttpRequest.Builder request() {
    return SdkHttpRequest.builder()
        .method(SdkHttpMethod.POST)
        .protocol("https")
        .host("sqs.eu-west-1.amazonaws.com")
        .encodedPath("/a%20b/c")
        .appendRawQueryParameter("q", "x y+z")
        .appendRawQueryParameter("q", "a")
        .appendRawQueryParameter("bare", null)
        .putHeader("Content-Type", "text/plain")
        .appendHeader("x-amz-meta-a", " b  c ")
        .appendHeader("x-amz-meta-a", "d");
  }

  private static SignRequest.Builder<AwsCredentialsIdentity> plain(SdkHttpRequest request) {
    return SignRequest.builder(KEYS)
        .request(request)
        .payload(() -> new ByteArrayInputStream("body".getBytes(StandardCharsets.UTF_8)))
        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "sqs")
        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
        .putProperty(HttpSigner.SIGNING_CLOCK, CLOCK);
  }

  private static String text(SdkHttpRequest request) {
    return request.encodedPath()
        + " "
        + new TreeMap<>(request.headers())
        + " "
        + new TreeMap<>(request.rawQueryParameters());
  }

  private void assertSignsAsTheSdk(SignRequest<AwsCredentialsIdentity> request) {
    assertThat(text(ours.sign(request).request())).isEqualTo(text(theirs.sign(request).request()));
  }

  @Test
  void setsWhatTheSdkSetsWhereAllHeadersAreOnesThatItSignsToo() {
    assertSignsAsTheSdk(plain(request().build()).build());
    assertSignsAsTheSdk(
        plain(request().build())
            .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
            .build());
    assertSignsAsTheSdk(
        plain(request().protocol("http").port(8080).build())
            .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
            .build());
    assertSignsAsTheSdk(
        plain(request().encodedPath("/a/../b//c%2Fd").build())
            .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
            .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
            .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, true)
            .build());
    assertSignsAsTheSdk(
        plain(request().encodedPath("/a/../b//c").build())
            .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, true)
            .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
            .build());
    assertSignsAsTheSdk(
        plain(request().putHeader("Host", "other:1234").build())
            .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
            .build());
  }

  @Test
  void replacesAnOlderSignature() {
    SdkHttpRequest once = ours.sign(plain(request().build()).build()).request();
    assertThat(text(ours.sign(plain(once).build()).request())).isEqualTo(text(once));
  }

  @Test
  void presignsAsTheSdk() {
    for (boolean payloadSigned : new boolean[] {true, false}) {
      assertSignsAsTheSdk(
          SignRequest.builder(
                  (AwsCredentialsIdentity)
                      AwsSessionCredentialsIdentity.create("AKIDEXAMPLE", " secret ", "t/o+k="))
              .request(request().putHeader("Content-Length", "5").build())
              .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "sqs")
              .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
              .putProperty(HttpSigner.SIGNING_CLOCK, CLOCK)
              .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, payloadSigned)
              .putProperty(
                  AwsV4FamilyHttpSigner.AUTH_LOCATION,
                  AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
              .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofSeconds(90))
              .build());
    }
  }

  @Test
  void leavesToTheSdkWhatItCannotDo() {
    SdkHttpRequest request = request().putHeader("amz-sdk-request", "attempt=1").build();
    List<SignRequest<AwsCredentialsIdentity>> requests =
        List.of(
            plain(request).putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, true).build(),
            plain(request)
                .putProperty(AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM, () -> "SHA256")
                .build(),
            plain(request)
                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3express")
                .build(),
            plain(request)
                .putProperty(
                    AwsV4FamilyHttpSigner.AUTH_LOCATION,
                    AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                .build(),
            plain(request.toBuilder().putHeader("x-amz-meta-b", "caf\u00e9").build()).build());
    for (SignRequest<AwsCredentialsIdentity> each : requests) {
      assertSignsAsTheSdk(each);
    }
    // What the SDK refuses is refused in its words.
    SignRequest<AwsCredentialsIdentity> tooLong =
        plain(request)
            .putProperty(
                AwsV4FamilyHttpSigner.AUTH_LOCATION,
                AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
            .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofDays(8))
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ours.sign(tooLong))
        .withMessageContaining("7 days");
    SignRequest<AwsCredentialsIdentity> inHeader =
        plain(request)
            .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofDays(1))
            .build();
    assertThatThrownBy(() -> ours.sign(inHeader)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void addsTheChecksumOfNoBody() {
    SignRequest.Builder<AwsCredentialsIdentity> request =
        SignRequest.builder(KEYS)
            .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
            .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
            .putProperty(HttpSigner.SIGNING_CLOCK, CLOCK)
            .putProperty(AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM, () -> "CRC32");
    assertSignsAsTheSdk(request.request(request().build()).build());
    assertSignsAsTheSdk(
        request.request(request().putHeader("x-amz-checksum-crc32", "AAAAAA==").build()).build());
  }

  @Test
  void refusesAMalformedRequest() {
    SignRequest<AwsCredentialsIdentity> request =
        plain(request().encodedPath("/%zz").build())
            .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
            .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ours.sign(request))
        .withMessageContaining("the path has a % at offset 1");
    assertThatThrownBy(
            () ->
                ours.signAsync(
                        r ->
                            r.identity(KEYS)
                                .request(request.request())
                                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                                .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                                .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                                .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false))
                    .join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBodyInPiecesIsTheSameBody() {
    for (int size : new int[] {0, 1, 55, 56, 63, 64, 65}) {
      byte[] body = "0123456789".repeat(7).substring(0, size).getBytes(StandardCharsets.UTF_8);
      SdkHttpRequest whole =
          ours.sign(plain(request().build()).payload(() -> new ByteArrayInputStream(body)).build())
              .request();
      for (int split = 0; split <= size; split++) {
        int at = split;
        AsyncSignedRequest signed =
            ours.signAsync(
                    r ->
                        r.identity(KEYS)
                            .request(request().build())
                            .payload(pieces(body, at))
                            .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "sqs")
                            .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                            .putProperty(HttpSigner.SIGNING_CLOCK, CLOCK))
                .join();
        assertThat(text(signed.request())).isEqualTo(text(whole));
        Publisher<ByteBuffer> sent = signed.payload().orElseThrow();
        assertThat(read(sent)).isEqualTo(body);
        assertThat(read(sent)).as("once more, for a retry").isEqualTo(body);
      }
    }
  }

  @Test
  void aBodyThatFailsFailsTheSignature() {
    Publisher<ByteBuffer> broken =
        subscriber -> {
          subscriber.onSubscribe(new Nothing());
          subscriber.onError(new IllegalStateException("broken"));
        };
    assertThatThrownBy(
            () ->
                ours.signAsync(
                        r ->
                            r.identity(KEYS)
                                .request(request().build())
                                .payload(broken)
                                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "sqs")
                                .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1"))
                    .join())
        .hasRootCauseMessage("broken");
  }

  @Test
  void aNewSecretUnderAnOldAccessKeyIdIsUsedAtOnce() {
    for (String secret : List.of("secret", "another", "secret")) {
      AwsCredentialsIdentity keys = AwsCredentialsIdentity.create("AKIDEXAMPLE", secret);
      assertSignsAsTheSdk(
          SignRequest.builder(keys)
              .request(request().build())
              .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "sqs")
              .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
              .putProperty(HttpSigner.SIGNING_CLOCK, CLOCK)
              .build());
    }
  }

  private static Publisher<ByteBuffer> pieces(byte[] body, int split) {
    return subscriber ->
        subscriber.onSubscribe(
            new Nothing() {
              @Override
              public void request(long count) {
                subscriber.onNext(ByteBuffer.wrap(body, 0, split));
                subscriber.onNext(ByteBuffer.wrap(body, split, body.length - split));
                subscriber.onComplete();
              }
            });
  }

  private static byte[] read(Publisher<ByteBuffer> body) {
    List<byte[]> got = new ArrayList<>();
    body.subscribe(
        new Subscriber<>() {
          private byte[] bytes = new byte[0];

          @Override
          public void onSubscribe(Subscription subscription) {
            subscription.request(1);
          }

          @Override
          public void onNext(ByteBuffer piece) {
            bytes = new byte[piece.remaining()];
            piece.get(bytes);
          }

          @Override
          public void onError(Throwable failure) {
            throw new AssertionError(failure);
          }

          @Override
          public void onComplete() {
            got.add(bytes);
          }
        });
    assertThat(got).hasSize(1);
    return got.get(0);
  }

  private static class Nothing implements Subscription {
    @Override
    public void request(long count) {}

    @Override
    public void cancel() {}
  }
}
