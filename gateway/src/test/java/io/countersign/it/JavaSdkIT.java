package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.testkit.Moto;
import io.countersign.testkit.MotoGateway;
import io.countersign.testkit.NettyLeaks;
import io.countersign.testkit.RunningGateway;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * The AWS SDK for Java, which signs each chunk of a body over plain HTTP, through the gateway to a
 * moto that checks each of them.
 */
@ExtendWith(NettyLeaks.class)
@TestInstance(Lifecycle.PER_CLASS)
class JavaSdkIT {
  private static final int MIB = 1024 * 1024;
  private static final int LARGE_BYTES = 100 * MIB;

  private RunningGateway gateway;
  private Moto moto;
  private String bucket;
  private AwsCredentialsProvider credentials;
  private S3Client s3;

  @BeforeAll
  void start() {
    moto = Moto.start();
    bucket = moto.fact("bucket");
    gateway = MotoGateway.start("java-sdk");
    // the in-process form of the variables that an agent sets
    System.setProperty(
        SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_FULL_URI.property(),
        gateway.endpoint().resolve("/v1/credentials").toString());
    System.setProperty(
        SdkSystemSetting.AWS_CONTAINER_AUTHORIZATION_TOKEN.property(), MotoGateway.TOKEN);
    credentials = ContainerCredentialsProvider.create();
    s3 = client(S3Client.builder());
  }

  @AfterAll
  void stop() {
    s3.close();
    gateway.close();
    System.clearProperty(SdkSystemSetting.AWS_CONTAINER_CREDENTIALS_FULL_URI.property());
    System.clearProperty(SdkSystemSetting.AWS_CONTAINER_AUTHORIZATION_TOKEN.property());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.txt",
        "a b  c.txt",
        "a+b.txt",
        "a%2Fb%20c.txt",
        "größe/日本語/🦀.txt",
        "a//b///c.txt",
        "a=b&c;d:e@f,g!h'i(j)k*l~m$n.txt"
      })
  void putsGetsAndListsAKeyAsItIs(String name) {
    String key = "java sdk/" + name;
    s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromString("body of " + name));
    assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key(key)).asUtf8String())
        .isEqualTo("body of " + name);
    assertThat(s3.listObjectsV2(r -> r.bucket(bucket).prefix(key)).contents())
        .singleElement()
        .satisfies(object -> assertThat(object.key()).isEqualTo(key));
  }

  @Test
  void signsEachOfTwoEqualWritesApartSoThatNoneIsTakenForACopy() {
    try (DynamoDbClient dynamoDb =
        client(
            DynamoDbClient.builder()
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1))))) {
      Map<String, AttributeValue> key = Map.of("id", AttributeValue.fromS("counted by java"));
      for (int i = 0; i < 10; i++) {
        dynamoDb.updateItem(
            r ->
                r.tableName(moto.fact("table"))
                    .key(key)
                    .updateExpression("ADD times :one")
                    .expressionAttributeValues(Map.of(":one", AttributeValue.fromN("1"))));
      }
      assertThat(
              dynamoDb.getItem(r -> r.tableName(moto.fact("table")).key(key)).item().get("times"))
          .isEqualTo(AttributeValue.fromN("10"));
    }
  }

  @Test
  void streamsAHundredMegabytesOfSignedChunks() throws IOException, GeneralSecurityException {
    s3.putObject(
        r -> r.bucket(bucket).key("java/large"),
        RequestBody.fromContentProvider(
            () -> new PatternStream(LARGE_BYTES), LARGE_BYTES, "application/octet-stream"));
    try (InputStream answer = s3.getObject(r -> r.bucket(bucket).key("java/large"))) {
      assertThat(digest(answer)).isEqualTo(digest(new PatternStream(LARGE_BYTES)));
    }
  }

  @Test
  void uploadsInParts() {
    String key = "java/parts";
    String upload = s3.createMultipartUpload(r -> r.bucket(bucket).key(key)).uploadId();
    byte[] first = new byte[5 * MIB];
    CompletedPart one = part(key, upload, 1, RequestBody.fromBytes(first));
    CompletedPart two = part(key, upload, 2, RequestBody.fromString("the end"));
    s3.completeMultipartUpload(
        r -> r.bucket(bucket).key(key).uploadId(upload).multipartUpload(m -> m.parts(one, two)));
    assertThat(
            s3.getObjectAsBytes(r -> r.bucket(bucket).key(key).range("bytes=" + first.length + "-"))
                .asUtf8String())
        .isEqualTo("the end");
  }

  @Test
  void takesAUrlThatTheClientPresigned() throws IOException, InterruptedException {
    s3.putObject(r -> r.bucket(bucket).key("java/by url +"), RequestBody.fromString("presigned"));
    try (S3Presigner presigner =
            S3Presigner.builder()
                .endpointOverride(gateway.endpoint())
                .region(Region.of(MotoGateway.REGION))
                .credentialsProvider(credentials)
                .build();
        HttpClient http = HttpClient.newHttpClient()) {
      URI url =
          URI.create(
              presigner
                  .presignGetObject(
                      r ->
                          r.signatureDuration(Duration.ofMinutes(5))
                              .getObjectRequest(g -> g.bucket(bucket).key("java/by url +")))
                  .url()
                  .toString());
      assertThat(url.getPort()).isEqualTo(gateway.endpoint().getPort());
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(url).build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("presigned");
    }
  }

  @Test
  void copiesAndDeletes() {
    s3.putObject(r -> r.bucket(bucket).key("java/ä b"), RequestBody.fromString("copied"));
    s3.copyObject(
        r ->
            r.sourceBucket(bucket)
                .sourceKey("java/ä b")
                .destinationBucket(bucket)
                .destinationKey("java/copy"));
    assertThat(s3.getObjectAsBytes(r -> r.bucket(bucket).key("java/copy")).asUtf8String())
        .isEqualTo("copied");
    s3.deleteObject(r -> r.bucket(bucket).key("java/copy"));
    assertThatThrownBy(() -> s3.headObject(r -> r.bucket(bucket).key("java/copy")))
        .isInstanceOfSatisfying(
            S3Exception.class, missing -> assertThat(missing.statusCode()).isEqualTo(404));
  }

  @Test
  void speaksToDynamoDbSqsStsAndSecretsManager() {
    try (DynamoDbClient dynamoDb = client(DynamoDbClient.builder());
        SqsClient sqs = client(SqsClient.builder());
        StsClient sts = client(StsClient.builder());
        SecretsManagerClient secrets = client(SecretsManagerClient.builder())) {
      Map<String, AttributeValue> item = Map.of("id", AttributeValue.fromS("java ☕"));
      dynamoDb.putItem(r -> r.tableName(moto.fact("table")).item(item));
      assertThat(dynamoDb.getItem(r -> r.tableName(moto.fact("table")).key(item)).item())
          .isEqualTo(item);
      String queue = sqs.getQueueUrl(r -> r.queueName(moto.fact("queue"))).queueUrl();
      assertThat(sqs.sendMessage(r -> r.queueUrl(queue).messageBody("from Java")).messageId())
          .isNotEmpty();
      assertThat(sts.getCallerIdentity().arn()).contains(":assumed-role/agents/");
      assertThat(secrets.getSecretValue(r -> r.secretId(moto.fact("secret"))).secretString())
          .isEqualTo(moto.fact("secretValue"));
    }
  }

  @Test
  void raisesItsOwnExceptionsWhenDenied() {
    assertThatThrownBy(() -> s3.deleteBucket(r -> r.bucket(bucket)))
        .isInstanceOfSatisfying(
            S3Exception.class,
            denied -> {
              assertThat(denied.awsErrorDetails().errorCode()).isEqualTo("AccessDenied");
              assertThat(denied.getMessage()).contains("lake");
            });
    try (DynamoDbClient dynamoDb = client(DynamoDbClient.builder())) {
      assertThatThrownBy(() -> dynamoDb.deleteTable(r -> r.tableName(moto.fact("table"))))
          .isInstanceOfSatisfying(
              DynamoDbException.class,
              denied ->
                  assertThat(denied.awsErrorDetails().errorCode())
                      .isEqualTo("AccessDeniedException"));
    }
  }

  @Test
  void readsButDoesNotWriteThroughAReadOnlyConnector() {
    s3.putObject(r -> r.bucket(bucket).key("java/read-only"), RequestBody.fromString("read me"));
    try (S3Client archive =
        S3Client.builder()
            .region(Region.of(MotoGateway.OTHER_REGION))
            .endpointOverride(gateway.endpoint())
            .credentialsProvider(credentials)
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      assertThat(
              archive.getObjectAsBytes(r -> r.bucket(bucket).key("java/read-only")).asUtf8String())
          .isEqualTo("read me");
      assertThatThrownBy(
              () ->
                  archive.putObject(
                      r -> r.bucket(bucket).key("java/read-only"), RequestBody.fromString("x")))
          .isInstanceOf(S3Exception.class)
          .hasMessageContaining("read-only");
      assertThatThrownBy(() -> archive.deleteObject(r -> r.bucket(bucket).key("java/read-only")))
          .isInstanceOf(S3Exception.class)
          .hasMessageContaining("read-only");
    }
  }

  @Test
  void saysThatTheRoleRefusedTheExternalId() {
    try (SqsClient sqs =
        SqsClient.builder()
            .region(Region.of(MotoGateway.OTHER_REGION))
            .endpointOverride(gateway.endpoint())
            .credentialsProvider(credentials)
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      assertThatThrownBy(sqs::listQueues)
          .isInstanceOfSatisfying(
              SqsException.class,
              refused -> {
                assertThat(refused.statusCode()).isEqualTo(403);
                assertThat(refused.awsErrorDetails().errorCode())
                    .isEqualTo("AccessDeniedException");
                assertThat(refused.getMessage()).contains("role/partner");
              });
    }
  }

  private static String digest(InputStream bytes) throws IOException, GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    try (DigestInputStream hashed = new DigestInputStream(bytes, sha256)) {
      hashed.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private CompletedPart part(String key, String upload, int number, RequestBody body) {
    String tag =
        s3.uploadPart(r -> r.bucket(bucket).key(key).uploadId(upload).partNumber(number), body)
            .eTag();
    return CompletedPart.builder().partNumber(number).eTag(tag).build();
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
    return builder
        .region(Region.of(MotoGateway.REGION))
        .endpointOverride(gateway.endpoint())
        .credentialsProvider(credentials)
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  /** Bytes 0 to 250 again and again: no power of two, so that chunks in a wrong order show. */
  private static final class PatternStream extends InputStream {
    private final int length;
    private int at;

    PatternStream(int length) {
      this.length = length;
    }

    @Override
    public int read() {
      return at < length ? at++ % 251 : -1;
    }

    @Override
    public int read(byte[] into, int offset, int count) {
      if (at >= length) {
        return -1;
      }
      int n = Math.min(count, length - at);
      for (int i = 0; i < n; i++) {
        into[offset + i] = (byte) ((at + i) % 251);
      }
      at += n;
      return n;
    }
  }
}
