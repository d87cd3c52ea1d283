package io.countersign.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.config.GatewayConfig;
import io.countersign.config.Secret;
import io.countersign.config.VirtualCredentials;
import io.countersign.identity.IssuedKey;
import io.countersign.identity.VirtualKeys;
import io.countersign.testkit.AgentClient;
import io.countersign.testkit.Moto;
import io.countersign.testkit.MotoGateway;
import io.countersign.testkit.NettyLeaks;
import io.countersign.testkit.RunningGateway;
import io.countersign.testkit.Steps;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sts.StsClient;

/** Credentials that agents hold: which of them open something, and which open nothing. */
@ExtendWith(NettyLeaks.class)
@TestInstance(Lifecycle.PER_CLASS)
class VirtualCredentialsIT {
  private RunningGateway gateway;
  private Moto moto;

  @BeforeAll
  void start() {
    moto = Moto.start();
    gateway = MotoGateway.start("virtual-credentials");
  }

  @AfterAll
  void writesNoVirtualSecretToAnyLine() {
    gateway.close();
    assertThat(gateway.lines()).doesNotContain(issued().secretAccessKey());
  }

  @Test
  void takesAccessKeyAndSecretWithoutTheSessionToken() {
    IssuedKey issued = issued();
    Steps steps =
        Steps.of(
            AgentClient.environmentWithKeys(
                gateway.endpoint(), issued.accessKeyId(), issued.secretAccessKey()),
            "boto3_services.py",
            MotoGateway.REGION,
            moto.facts().toString(),
            "sts",
            "dynamodb");
    assertThat(steps.passed("sts.caller").get("arn").asText()).contains("assumed-role/agents/");
    steps.passed("dynamodb.list");
  }

  @Test
  void refusesExpiredCredentials() {
    Clock twoHoursAgo = Clock.fixed(Instant.now().minus(Duration.ofHours(2)), ZoneOffset.UTC);
    IssuedKey expired =
        VirtualKeys.of(gateway.config(), twoHoursAgo, new SecureRandom())
            .issue("analyst", null, Duration.ofHours(1));
    assertRefused(basic(expired), "ExpiredToken", "ExpiredTokenException", "ExpiredToken");
  }

  @Test
  void refusesCredentialsOfAnotherGateway() {
    GatewayConfig config = gateway.config();
    GatewayConfig foreign =
        new GatewayConfig(
            config.listen(),
            config.admin(),
            config.tls(),
            config.hostNames(),
            config.threads(),
            new VirtualCredentials(
                new Secret("a-key-of-another-gateway-0123456789"),
                config.virtualCredentials().ttl(),
                config.virtualCredentials().maxTtl()),
            config.sts(),
            config.agents(),
            config.connectors(),
            config.limits(),
            config.timeouts(),
            config.logging());
    IssuedKey other =
        VirtualKeys.of(foreign, Clock.systemUTC(), new SecureRandom())
            .issue("analyst", null, Duration.ofHours(1));
    assertRefused(
        basic(other), "InvalidAccessKeyId", "UnrecognizedClientException", "InvalidClientTokenId");
  }

  @Test
  void refusesAForgedAccessKeyId() {
    IssuedKey issued = issued();
    char last = issued.accessKeyId().charAt(issued.accessKeyId().length() - 1);
    String forged =
        issued.accessKeyId().substring(0, issued.accessKeyId().length() - 1)
            + (last == 'A' ? 'B' : 'A');
    assertRefused(
        AwsBasicCredentials.create(forged, issued.secretAccessKey()),
        "InvalidAccessKeyId",
        "UnrecognizedClientException",
        "InvalidClientTokenId");
  }

  @Test
  void refusesASecretThatWasGuessed() {
    assertRefused(
        AwsBasicCredentials.create(issued().accessKeyId(), "guessed"),
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "SignatureDoesNotMatch");
  }

  @Test
  void refusesAwsCredentialsOfTheRealKind() {
    assertRefused(
        AwsBasicCredentials.create(moto.fact("accessKeyId"), moto.fact("secretAccessKey")),
        "InvalidAccessKeyId",
        "UnrecognizedClientException",
        "InvalidClientTokenId");
  }

  @Test
  void virtualCredentialsOpenNothingOutsideTheGateway() {
    IssuedKey issued = issued();
    try (StsClient sts =
        StsClient.builder()
            .endpointOverride(moto.endpoint())
            .region(Region.of(MotoGateway.REGION))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsSessionCredentials.create(
                        issued.accessKeyId(), issued.secretAccessKey(), issued.sessionToken())))
            .httpClient(UrlConnectionHttpClient.create())
            .build()) {
      assertThatThrownBy(sts::getCallerIdentity)
          .isInstanceOfSatisfying(
              AwsServiceException.class,
              refused -> assertThat(refused.statusCode()).isEqualTo(403));
    }
  }

  @Test
  void credentialsOfOneConnectorDoNotOpenAnother() {
    IssuedKey ofArchive =
        VirtualKeys.of(gateway.config(), Clock.systemUTC(), new SecureRandom())
            .issue("analyst", "archive", Duration.ofHours(1));
    try (S3Client s3 = s3(basic(ofArchive), MotoGateway.REGION)) {
      assertThatThrownBy(() -> s3.listObjectsV2(r -> r.bucket(moto.fact("bucket"))))
          .isInstanceOf(AwsServiceException.class)
          .hasMessageContaining("archive");
    }
    try (S3Client s3 = s3(basic(ofArchive), MotoGateway.OTHER_REGION)) {
      assertThat(s3.listObjectsV2(r -> r.bucket(moto.fact("bucket"))).isTruncated()).isFalse();
    }
  }

  @Test
  void oneAgentsCredentialsDoNotOpenAnothersConnector() {
    IssuedKey visitor =
        VirtualKeys.of(gateway.config(), Clock.systemUTC(), new SecureRandom())
            .issue("visitor", null, Duration.ofHours(1));
    try (S3Client s3 = s3(basic(visitor), MotoGateway.REGION)) {
      assertThatThrownBy(() -> s3.listObjectsV2(r -> r.bucket(moto.fact("bucket"))))
          .isInstanceOf(AwsServiceException.class)
          .hasMessageContaining("no connector");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer ", "not-the-token"})
  void givesNoCredentialsToAWrongToken(String token) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(gateway.endpoint().resolve("/v1/credentials"));
      if (!token.isEmpty()) {
        request.header("Authorization", token);
      }
      HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).doesNotContain("SecretAccessKey");
    }
  }

  private IssuedKey issued() {
    return VirtualKeys.of(gateway.config(), Clock.systemUTC(), new SecureRandom())
        .issue("analyst", null, Duration.ofHours(12));
  }

  private static AwsCredentials basic(IssuedKey issued) {
    return AwsBasicCredentials.create(issued.accessKeyId(), issued.secretAccessKey());
  }

  /** Each protocol has its own code for the same refusal, and the SDK's exception carries it. */
  private void assertRefused(
      AwsCredentials credentials, String s3Code, String jsonCode, String queryCode) {
    try (S3Client s3 = s3(credentials, MotoGateway.REGION);
        SqsClient sqs =
            SqsClient.builder()
                .endpointOverride(gateway.endpoint())
                .region(Region.of(MotoGateway.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
        StsClient sts =
            StsClient.builder()
                .endpointOverride(gateway.endpoint())
                .region(Region.of(MotoGateway.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .httpClient(UrlConnectionHttpClient.create())
                .build()) {
      assertCode(() -> s3.listObjectsV2(r -> r.bucket(moto.fact("bucket"))), s3Code);
      assertCode(sqs::listQueues, jsonCode);
      assertCode(sts::getCallerIdentity, queryCode);
    }
  }

  private static void assertCode(Runnable call, String code) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            refused -> assertThat(refused.awsErrorDetails().errorCode()).isEqualTo(code));
  }

  private S3Client s3(AwsCredentials credentials, String region) {
    return S3Client.builder()
        .endpointOverride(gateway.endpoint())
        .region(Region.of(region))
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }
}
