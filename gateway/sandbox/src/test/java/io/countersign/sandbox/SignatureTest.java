package io.countersign.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** Every way in which a signature can be bad, each in the words of the dialect that was spoken. */
class SignatureTest {
  private final TestClock clock = new TestClock();
  private Sandbox sandbox;
  private RawClient client;
  private AwsSessionCredentials files;

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxOptions.defaults().withClock(clock));
    client = new RawClient(sandbox);
    files = (AwsSessionCredentials) AwsClients.role(sandbox, "files");
  }

  @AfterEach
  void stop() throws Exception {
    sandbox.close();
  }

  private RawClient.Plan put(String body) {
    return RawClient.plan(
            "s3", "PUT", "/demo-files/k", Map.of(), Map.of("Content-Type", "text/plain"), body)
        .with(files);
  }

  private void refused(RawClient.Draft draft, int status, String code) throws IOException {
    RawClient.Answer answer = client.send(draft.bytes());
    assertThat(answer.body()).contains(code);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.head().toLowerCase(java.util.Locale.ROOT)).contains("x-amzn-requestid: ");
  }

  @Test
  void takesWhatTheSdkSigns() throws Exception {
    assertThat(client.send(RawClient.callerIdentity()).status()).isEqualTo(200);
    assertThat(client.send(put("hello")).status()).isEqualTo(200);
    assertThat(client.send(put("hello").unsignedPayload()).status()).isEqualTo(200);
    assertThat(client.send(put("hello").chunkSigned()).status()).isEqualTo(200);
    RawClient.Answer got =
        client.send(
            RawClient.plan(
                    "s3",
                    "GET",
                    "/demo-files/k",
                    Map.of("response-content-type", "a/b+c"),
                    Map.of(),
                    "")
                .with(files)
                .presigned(Duration.ofMinutes(5)));
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.body()).isEqualTo("hello");
    assertThat(got.head()).contains("content-type: a/b+c");
  }

  @Test
  void refusesARequestWithoutASignature() throws Exception {
    refused(
        client.sign(RawClient.callerIdentity()).remove("Authorization"),
        403,
        "<Code>MissingAuthenticationToken</Code>");
    refused(client.sign(put("x")).remove("Authorization"), 403, "<Code>AccessDenied</Code>");
    refused(
        client
            .sign(RawClient.json("secretsmanager", "secretsmanager.ListSecrets", "{}"))
            .remove("Authorization"),
        400,
        "\"MissingAuthenticationTokenException\"");
  }

  @Test
  void refusesAnAuthorizationThatIsNotSigV4() throws Exception {
    refused(
        client.sign(RawClient.callerIdentity()).set("Authorization", "Bearer abc"),
        400,
        "IncompleteSignature");
    refused(
        client
            .sign(RawClient.callerIdentity())
            .set("Authorization", "AWS4-HMAC-SHA256 Credential=a/b"),
        400,
        "IncompleteSignature");
  }

  @Test
  void refusesTwoWaysToAuthenticate() throws Exception {
    RawClient.Draft draft = client.sign(put("x"));
    draft.target += "?X-Amz-Algorithm=AWS4-HMAC-SHA256";
    refused(draft, 400, "Only one auth mechanism allowed");
  }

  @Test
  void refusesAnUnknownAccessKey() throws Exception {
    AwsCredentialsIdentity nobody = AwsCredentialsIdentity.create("AKIAAAAAAAAAAAAAAAAA", "secret");
    refused(
        client.sign(RawClient.callerIdentity().with(nobody)),
        403,
        "<Code>InvalidClientTokenId</Code>");
    refused(client.sign(put("x").with(nobody)), 403, "<Code>InvalidAccessKeyId</Code>");
    refused(
        client.sign(
            RawClient.json("secretsmanager", "secretsmanager.ListSecrets", "{}").with(nobody)),
        400,
        "\"UnrecognizedClientException\"");
  }

  @Test
  void refusesAWrongSecret() throws Exception {
    AwsCredentialsIdentity wrong = AwsCredentialsIdentity.create("AKIAIOSFODNN7EXAMPLE", "guessed");
    refused(
        client.sign(RawClient.callerIdentity().with(wrong)),
        403,
        "<Code>SignatureDoesNotMatch</Code>");
    refused(
        client.sign(
            RawClient.json("secretsmanager", "secretsmanager.ListSecrets", "{}").with(wrong)),
        400,
        "\"InvalidSignatureException\"");
  }

  @Test
  void refusesAWrongOrMissingOrSuperfluousSessionToken() throws Exception {
    AwsCredentialsIdentity wrong =
        AwsSessionCredentialsIdentity.create(files.accessKeyId(), files.secretAccessKey(), "other");
    refused(client.sign(put("x").with(wrong)), 400, "<Code>InvalidToken</Code>");
    AwsCredentialsIdentity none =
        AwsCredentialsIdentity.create(files.accessKeyId(), files.secretAccessKey());
    refused(client.sign(put("x").with(none)), 400, "<Code>InvalidToken</Code>");
    AwsCredentialsIdentity more =
        AwsSessionCredentialsIdentity.create(
            "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "x");
    refused(
        client.sign(RawClient.callerIdentity().with(more)),
        403,
        "<Code>InvalidClientTokenId</Code>");
  }

  @Test
  void refusesAChangedMethodPathQueryHeaderOrBody() throws Exception {
    RawClient.Draft method = client.sign(put("x"));
    method.method = "POST";
    refused(method, 403, "SignatureDoesNotMatch");
    RawClient.Draft path = client.sign(put("x"));
    path.target = "/demo-files/other";
    refused(path, 403, "SignatureDoesNotMatch");
    RawClient.Draft query = client.sign(put("x"));
    query.target += "?uploadId=1";
    refused(query, 403, "SignatureDoesNotMatch");
    refused(client.sign(put("x")).set("Content-Type", "text/html"), 403, "SignatureDoesNotMatch");
    refused(client.sign(put("x")).set("Host", "example.com"), 403, "SignatureDoesNotMatch");
    RawClient.Draft body = client.sign(put("hello"));
    body.body = "jello".getBytes(StandardCharsets.UTF_8);
    refused(body, 400, "<Code>XAmzContentSHA256Mismatch</Code>");
    RawClient.Draft form = client.sign(RawClient.callerIdentity());
    form.body = "Action=GetCallerIdentity&Version=2011-06-15&x=1".getBytes(StandardCharsets.UTF_8);
    refused(form, 403, "SignatureDoesNotMatch");
  }

  @Test
  void refusesAnAmzHeaderThatIsNotSigned() throws Exception {
    refused(client.sign(put("x")).set("x-amz-meta-a", "b"), 403, "not signed: x-amz-meta-a");
    refused(
        client.sign(RawClient.callerIdentity()).set("X-Amz-Extra", "b"),
        403,
        "must be a 'SignedHeader'");
  }

  @Test
  void refusesAnAmzHeaderBesideAPresignedQuery() throws Exception {
    refused(
        client.sign(put("x").presigned(Duration.ofMinutes(1))).set("x-amz-acl", "public-read"),
        403,
        "not signed: x-amz-acl");
  }

  @Test
  void allowsFiveMinutesOfSkewAndNotASecondMore() throws Exception {
    RawClient.Draft draft = client.sign(RawClient.callerIdentity().with(clock));
    clock.advance(Duration.ofSeconds(299));
    assertThat(client.send(draft.bytes()).status()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(2));
    refused(draft, 403, "Signature expired");
    clock.advance(Duration.ofSeconds(-602));
    refused(draft, 403, "not yet current");
  }

  @Test
  void allowsFifteenMinutesOfSkewForS3() throws Exception {
    RawClient.Draft draft = client.sign(put("x").with(clock));
    clock.advance(Duration.ofSeconds(899));
    assertThat(client.send(draft.bytes()).status()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(2));
    refused(draft, 403, "<Code>RequestTimeTooSkewed</Code>");
  }

  @Test
  void refusesAPresignedUrlAfterItsTime() throws Exception {
    RawClient.Draft draft = client.sign(put("x").with(clock).presigned(Duration.ofSeconds(60)));
    clock.advance(Duration.ofSeconds(59));
    assertThat(client.send(draft.bytes()).status()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(2));
    refused(draft, 403, "Request has expired");
  }

  @Test
  void refusesAnExpiredSession() throws Exception {
    clock.advance(Duration.ofHours(1));
    refused(client.sign(put("x").with(clock)), 400, "<Code>ExpiredToken</Code>");
    refused(
        client.sign(
            RawClient.json("secretsmanager", "secretsmanager.ListSecrets", "{}")
                .with(files)
                .with(clock)),
        400,
        "\"ExpiredTokenException\"");
  }

  @Test
  void refusesAScopeOfAnotherServiceOrDate() throws Exception {
    RawClient.Draft other =
        client.sign(RawClient.json("athena", "secretsmanager.ListSecrets", "{}"));
    refused(other, 400, "Credential should be scoped to correct service");
    RawClient.Draft date = client.sign(RawClient.callerIdentity());
    date.set("Authorization", date.get("Authorization").replaceFirst("/20[0-9]{6}/", "/20200101/"));
    refused(date, 403, "Date in Credential scope does not match");
  }

  @Test
  void refusesABadChunkSignature() throws Exception {
    RawClient.Draft draft = client.sign(put("a".repeat(300_000)).chunkSigned());
    assertThat(client.send(draft.bytes()).status()).isEqualTo(200);
    byte[] whole = draft.body;
    draft.body = whole.clone();
    draft.body[150_000] ^= 1;
    refused(draft, 403, "chunk or trailer signature");
  }

  @Test
  void refusesS3WithoutAPayloadHash() throws Exception {
    RawClient.Draft draft = client.sign(put("x"));
    refused(
        draft.remove("x-amz-content-sha256"),
        400,
        "Missing required header for this request: x-amz-content-sha256");
  }

  @Test
  void refusesAnActionThatTheRoleLacks() throws Exception {
    RawClient.Answer answer = client.send(put("x").with(AwsClients.role(sandbox, "lake-read")));
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body())
        .contains("<Code>AccessDenied</Code>")
        .contains(
            "assumed-role/lake-read/test is not authorized to perform: s3:PutObject on resource:"
                + " arn:aws:s3:::demo-files/k");
  }

  @Test
  void recordsWhoCalledAndWhatWasRefused() throws Exception {
    sandbox.forgetRequests();
    client.send(put("hello"));
    refused(client.sign(put("x")).set("x-amz-meta-a", "b"), 403, "");
    assertThat(sandbox.requests("s3", "PutObject"))
        .extracting(ReceivedRequest::status, ReceivedRequest::errorCode)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(200, null),
            org.assertj.core.groups.Tuple.tuple(403, "AccessDenied"));
    assertThat(sandbox.requests().get(0).callerArn()).endsWith("assumed-role/files/test");
    assertThat(sandbox.requests().get(0).bodyText()).isEqualTo("hello");
  }
}
