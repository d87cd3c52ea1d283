package io.countersign.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.StsException;
import software.amazon.awssdk.services.sts.model.Tag;

class StsTest {
  private static final String ADAPTER = "arn:aws:iam::123456789012:role/adapter";
  private static final String WAREHOUSE = "arn:aws:iam::210987654321:role/warehouse-read";

  private final TestClock clock = new TestClock();
  private Sandbox sandbox;

  @BeforeEach
  void start() throws Exception {
    sandbox =
        Sandbox.start(
            SandboxOptions.defaults()
                .withClock(clock)
                .withAccounts(
                    Accounts.demo()
                        .with(
                            new Accounts.Role(
                                "arn:aws:iam::123456789012:role/untagged",
                                List.of("arn:aws:iam::123456789012:root"),
                                null,
                                false,
                                false,
                                Duration.ofHours(1),
                                List.of("s3:*")))
                        .with(
                            new Accounts.Role(
                                "arn:aws:iam::123456789012:role/wide",
                                List.of(ADAPTER),
                                null,
                                true,
                                false,
                                Duration.ofHours(12),
                                List.of()))));
  }

  @AfterEach
  void stop() throws Exception {
    sandbox.close();
  }

  private StsClient sts(AwsCredentials as) {
    return AwsClients.build(StsClient.builder(), sandbox, as);
  }

  @Test
  void saysWhoSigned() {
    assertThat(sts(AwsClients.GATEWAY).getCallerIdentity().arn())
        .isEqualTo("arn:aws:iam::123456789012:user/gateway");
    AwsCredentials data = AwsClients.role(sandbox, "warehouse-read");
    assertThat(sts(data).getCallerIdentity().arn())
        .isEqualTo("arn:aws:sts::210987654321:assumed-role/warehouse-read/test");
    assertThat(sts(data).getCallerIdentity().account()).isEqualTo("210987654321");
  }

  @Test
  void issuesDifferentKeysEachTimeWithTheExpiryAskedFor() {
    var one =
        sts(AwsClients.GATEWAY)
            .assumeRole(b -> b.roleArn(ADAPTER).roleSessionName("s1").durationSeconds(900));
    var two = sts(AwsClients.GATEWAY).assumeRole(b -> b.roleArn(ADAPTER).roleSessionName("s1"));
    assertThat(one.credentials().accessKeyId())
        .startsWith("ASIA")
        .isNotEqualTo(two.credentials().accessKeyId());
    assertThat(Duration.between(clock.instant(), one.credentials().expiration()))
        .isBetween(Duration.ofSeconds(899), Duration.ofSeconds(900));
    assertThat(one.assumedRoleUser().arn())
        .isEqualTo("arn:aws:sts::123456789012:assumed-role/adapter/s1");
  }

  @Test
  void refusesARoleThatDoesNotExist() {
    refused(
        AwsClients.GATEWAY,
        b -> b.roleArn("arn:aws:iam::123456789012:role/nobody").roleSessionName("s1"),
        403,
        "AccessDenied",
        "User: arn:aws:iam::123456789012:user/gateway is not authorized to perform: sts:AssumeRole"
            + " on resource: arn:aws:iam::123456789012:role/nobody");
  }

  @Test
  void refusesAWrongExternalId() {
    AwsCredentials adapter = AwsClients.assume(sandbox, AwsClients.GATEWAY, ADAPTER);
    refused(
        adapter,
        b -> b.roleArn(WAREHOUSE).roleSessionName("s1").externalId("guessed"),
        403,
        "AccessDenied",
        "sts:AssumeRole");
    refused(
        adapter,
        b -> b.roleArn(WAREHOUSE).roleSessionName("s1"),
        403,
        "AccessDenied",
        "sts:AssumeRole");
  }

  @Test
  void refusesACallerThatTheRoleDoesNotTrust() {
    refused(
        AwsClients.GATEWAY,
        b -> b.roleArn(WAREHOUSE).roleSessionName("s1").externalId(Accounts.EXTERNAL_ID),
        403,
        "AccessDenied",
        "sts:AssumeRole");
  }

  @Test
  void refusesTagsThatTheTrustPolicyDoesNotAllow() {
    refused(
        AwsClients.GATEWAY,
        b ->
            b.roleArn("arn:aws:iam::123456789012:role/untagged")
                .roleSessionName("s1")
                .tags(List.of(Tag.builder().key("team").value("a").build())),
        403,
        "AccessDenied",
        "sts:TagSession");
  }

  @Test
  void refusesAChainedSessionOfMoreThanAnHour() {
    AwsCredentials adapter = AwsClients.assume(sandbox, AwsClients.GATEWAY, ADAPTER);
    refused(
        adapter,
        b ->
            b.roleArn("arn:aws:iam::123456789012:role/wide")
                .roleSessionName("s1")
                .durationSeconds(3601),
        400,
        "ValidationError",
        "1 hour session limit for roles assumed by role chaining");
  }

  @Test
  void refusesDurationsAndNamesOutOfBounds() {
    refused(
        AwsClients.GATEWAY,
        b -> b.roleArn(ADAPTER).roleSessionName("s1").durationSeconds(899),
        400,
        "ValidationError",
        "greater than or equal to 900");
    refused(
        AwsClients.GATEWAY,
        b -> b.roleArn(ADAPTER).roleSessionName("s1").durationSeconds(43_201),
        400,
        "ValidationError",
        "less than or equal to 43200");
    refused(
        AwsClients.GATEWAY,
        b -> b.roleArn(ADAPTER).roleSessionName("s"),
        400,
        "ValidationError",
        "roleSessionName");
    refused(
        AwsClients.GATEWAY,
        b -> b.roleArn(ADAPTER).roleSessionName("a b"),
        400,
        "ValidationError",
        "[\\w+=,.@-]*");
    refused(
        AwsClients.GATEWAY,
        b -> b.roleArn("arn:aws:sts::123456789012:assumed-role/adapter/x").roleSessionName("s1"),
        400,
        "ValidationError",
        "invalid");
  }

  @Test
  void refusesAPolicyThatIsNotJson() {
    refused(
        AwsClients.GATEWAY,
        b -> b.roleArn(ADAPTER).roleSessionName("s1").policy("{"),
        400,
        "MalformedPolicyDocument",
        "invalid Json");
  }

  @Test
  void refusesASessionThatHasExpired() {
    AwsCredentials adapter = AwsClients.assume(sandbox, AwsClients.GATEWAY, ADAPTER);
    clock.advance(Duration.ofHours(1));
    RawClient raw = new RawClient(sandbox);
    AwsSessionCredentials session = (AwsSessionCredentials) adapter;
    assertThatThrownBy(() -> sts(session).getCallerIdentity()).isInstanceOf(StsException.class);
    try {
      RawClient.Answer answer = raw.send(RawClient.callerIdentity().with(session).with(clock));
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.body()).contains("<Code>ExpiredToken</Code>");
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void takesAWebIdentityTokenOfItsOwnFormUnsigned() {
    StsClient sts =
        StsClient.builder()
            .endpointOverride(sandbox.endpoint())
            .region(Region.EU_WEST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
    var issued =
        sts.assumeRoleWithWebIdentity(
            b ->
                b.roleArn(ADAPTER)
                    .roleSessionName("pod")
                    .webIdentityToken("sandbox-token:system:serviceaccount:agents:gateway")
                    .durationSeconds(43_200));
    assertThat(issued.subjectFromWebIdentityToken())
        .isEqualTo("system:serviceaccount:agents:gateway");
    assertThatThrownBy(
            () ->
                sts.assumeRoleWithWebIdentity(
                    b ->
                        b.roleArn(ADAPTER).roleSessionName("pod").webIdentityToken("eyJ.not.ours")))
        .hasMessageContaining("valid JWT");
  }

  @Test
  void letsASessionPolicyTakeAwayButNotGive() {
    AwsCredentials adapter = AwsClients.assume(sandbox, AwsClients.GATEWAY, ADAPTER);
    var issued =
        sts(adapter)
            .assumeRole(
                b ->
                    b.roleArn("arn:aws:iam::210987654321:role/files")
                        .roleSessionName("narrow")
                        .externalId(Accounts.EXTERNAL_ID)
                        .policy(
                            "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:ListBucket\",\"sqs:*\"],\"Resource\":\"*\"}]}"));
    assertThat(issued.packedPolicySize()).isPositive();
    AwsCredentials narrow =
        AwsSessionCredentials.create(
            issued.credentials().accessKeyId(),
            issued.credentials().secretAccessKey(),
            issued.credentials().sessionToken());
    try (S3Client s3 = AwsClients.s3(sandbox, narrow)) {
      assertThat(s3.listObjectsV2(b -> b.bucket("demo-files")).contents()).isEmpty();
      assertThatThrownBy(
              () -> s3.putObject(b -> b.bucket("demo-files").key("k"), RequestBody.empty()))
          .hasMessageContaining("not authorized to perform: s3:PutObject");
    }
  }

  @Test
  void refusesToSetATransitiveTagAgain() {
    var first =
        sts(AwsClients.GATEWAY)
            .assumeRole(
                b ->
                    b.roleArn(ADAPTER)
                        .roleSessionName("s1")
                        .tags(List.of(Tag.builder().key("Team").value("a").build()))
                        .transitiveTagKeys("Team"))
            .credentials();
    AwsCredentials tagged =
        AwsSessionCredentials.create(
            first.accessKeyId(), first.secretAccessKey(), first.sessionToken());
    refused(
        tagged,
        b ->
            b.roleArn(WAREHOUSE)
                .roleSessionName("s2")
                .externalId(Accounts.EXTERNAL_ID)
                .tags(List.of(Tag.builder().key("team").value("b").build())),
        400,
        "InvalidParameterValue",
        "transitive tag");
    refused(
        AwsClients.GATEWAY,
        b ->
            b.roleArn(ADAPTER)
                .roleSessionName("s1")
                .tags(
                    List.of(
                        Tag.builder().key("a").value("1").build(),
                        Tag.builder().key("A").value("2").build())),
        400,
        "InvalidParameterValue",
        "case insensitive");
  }

  private void refused(
      AwsCredentials as,
      Consumer<AssumeRoleRequest.Builder> request,
      int status,
      String code,
      String message) {
    try (StsClient sts = sts(as)) {
      assertThatThrownBy(() -> sts.assumeRole(request))
          .isInstanceOfSatisfying(
              StsException.class,
              e -> {
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
                assertThat(e.awsErrorDetails().errorMessage()).contains(message);
                assertThat(e.statusCode()).isEqualTo(status);
                assertThat(e.requestId()).isNotBlank();
              });
    }
  }
}
