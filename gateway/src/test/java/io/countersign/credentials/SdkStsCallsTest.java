package io.countersign.credentials;

import static io.countersign.credentials.Given.READER;
import static io.countersign.credentials.Given.hop;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Arn;
import io.countersign.config.RoleHop;
import io.countersign.credentials.CredentialFailure.Kind;
import io.countersign.credentials.LoopbackServer.Request;
import io.countersign.credentials.LoopbackServer.Response;
import io.countersign.signer.AwsCredentials;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The SDK's STS client against a server on a loopback port. */
class SdkStsCallsTest {
  private static final AwsCredentials CALLER =
      AwsCredentials.of("AKIACALLER", "canary-secret", "canary-session-token");
  private static final String SESSION =
      """
      <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%1$sResult>
      <AssumedRoleUser><Arn>arn:aws:sts::210987654321:assumed-role/warehouse-read/me</Arn>
      <AssumedRoleId>AROA:me</AssumedRoleId></AssumedRoleUser>
      <Credentials><AccessKeyId>ASIANEW</AccessKeyId><SecretAccessKey>new/secret</SecretAccessKey>
      <SessionToken>new//token==</SessionToken><Expiration>2026-03-01T13:00:00Z</Expiration>
      </Credentials></%1$sResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
      </%1$sResponse>
      """;

  private final SdkStsCalls calls = new SdkStsCalls(Thread::startVirtualThread);

  @AfterEach
  void close() {
    calls.close();
  }

  private static StsTarget at(URI endpoint) {
    return new StsTarget("eu-west-1", endpoint);
  }

  private static Response xml(int status, String body) {
    return new Response(status, Map.of("Content-Type", "text/xml"), body);
  }

  private static Response error(int status, String code, String message) {
    return xml(
        status,
        "<ErrorResponse"
            + " xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"
            + "<Code>"
            + code
            + "</Code><Message>"
            + message
            + "</Message></Error>"
            + "<RequestId>r-err</RequestId></ErrorResponse>");
  }

  private StsReply<StsReply.Assumed> assume(URI endpoint) {
    return calls.assumeRole(at(endpoint), CALLER, hop(READER), Duration.ofHours(1)).join();
  }

  private StsFailure refused(StsReply<?> reply) {
    assertThat(reply).isInstanceOf(StsReply.Failed.class);
    return ((StsReply.Failed<?>) reply).failure();
  }

  private static Map<String, String> form(Request request) {
    Map<String, String> form = new TreeMap<>();
    for (String pair : request.body().split("&", -1)) {
      String[] parts = pair.split("=", 2);
      form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return form;
  }

  @Test
  void assumeRoleSendsEveryParameterOfTheHop() throws IOException {
    RoleHop hop =
        new RoleHop(
            Arn.parse(READER),
            "tenant:42",
            "me@example.com",
            Duration.ofHours(2),
            new TreeMap<>(Map.of("team", "analytics & more", "zone", "eu")),
            Set.of("team"),
            "alice");
    try (LoopbackServer sts = new LoopbackServer(r -> xml(200, SESSION.formatted("AssumeRole")))) {
      StsReply<StsReply.Assumed> reply =
          calls.assumeRole(at(sts.uri()), CALLER, hop, Duration.ofSeconds(1234)).join();
      assertThat(reply)
          .isInstanceOfSatisfying(
              StsReply.Answered.class,
              a -> {
                StsReply.Assumed session = (StsReply.Assumed) a.value();
                assertThat(session.credentials())
                    .isEqualTo(AwsCredentials.of("ASIANEW", "new/secret", "new//token=="));
                assertThat(session.expiration()).isEqualTo(Instant.parse("2026-03-01T13:00:00Z"));
                assertThat(session.issuerDate()).isNotNull();
                assertThat(session.arn()).endsWith("assumed-role/warehouse-read/me");
              });
      Request request = sts.requests.getFirst();
      assertThat(form(request))
          .containsEntry("Action", "AssumeRole")
          .containsEntry("RoleArn", READER)
          .containsEntry("RoleSessionName", "me@example.com")
          .containsEntry("ExternalId", "tenant:42")
          .containsEntry("DurationSeconds", "1234")
          .containsEntry("SourceIdentity", "alice")
          .containsEntry("Tags.member.1.Key", "team")
          .containsEntry("Tags.member.1.Value", "analytics & more")
          .containsEntry("Tags.member.2.Key", "zone")
          .containsEntry("TransitiveTagKeys.member.1", "team");
      assertThat(request.header("authorization"))
          .contains("Credential=AKIACALLER/", "/eu-west-1/sts/aws4_request");
      assertThat(request.header("x-amz-security-token")).isEqualTo("canary-session-token");
    }
  }

  @Test
  void hopWithoutOptionsSendsNoneOfThem() throws IOException {
    try (LoopbackServer sts = new LoopbackServer(r -> xml(200, SESSION.formatted("AssumeRole")))) {
      assume(sts.uri());
      assertThat(form(sts.requests.getFirst()))
          .containsOnlyKeys("Action", "Version", "RoleArn", "RoleSessionName", "DurationSeconds");
    }
  }

  @Test
  void webIdentityIsNotSigned() throws IOException {
    try (LoopbackServer sts =
        new LoopbackServer(r -> xml(200, SESSION.formatted("AssumeRoleWithWebIdentity")))) {
      StsReply<StsReply.Assumed> reply =
          calls.assumeRoleWithWebIdentity(at(sts.uri()), Arn.parse(READER), "me", "the-jwt").join();
      assertThat(reply).isInstanceOf(StsReply.Answered.class);
      assertThat(sts.requests.getFirst().header("authorization")).isNull();
      assertThat(form(sts.requests.getFirst()))
          .containsEntry("Action", "AssumeRoleWithWebIdentity")
          .containsEntry("WebIdentityToken", "the-jwt");
    }
  }

  @Test
  void callerIdentityIsRead() throws IOException {
    try (LoopbackServer sts =
        new LoopbackServer(
            r ->
                xml(
                    200,
                    "<GetCallerIdentityResponse><GetCallerIdentityResult>"
                        + "<Arn>arn:aws:iam::123456789012:user/u</Arn><UserId>U</UserId>"
                        + "<Account>123456789012</Account></GetCallerIdentityResult>"
                        + "</GetCallerIdentityResponse>"))) {
      assertThat(calls.getCallerIdentity(at(sts.uri()), CALLER).join())
          .isEqualTo(
              new StsReply.Answered<>(
                  new StsReply.Identity("123456789012", "arn:aws:iam::123456789012:user/u")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400,Throttling,THROTTLED",
    "400,ThrottlingException,THROTTLED",
    "400,RequestLimitExceeded,THROTTLED",
    "403,AccessDenied,ACCESS_DENIED",
    "403,ExpiredToken,SOURCE_EXPIRED",
    "400,ExpiredTokenException,SOURCE_EXPIRED",
    "403,InvalidClientTokenId,SOURCE_INVALID",
    "403,SignatureDoesNotMatch,SOURCE_INVALID",
    "403,RegionDisabledException,REGION_DISABLED",
    "400,ValidationError,INVALID_REQUEST",
    "400,PackedPolicyTooLarge,INVALID_REQUEST",
    "400,MalformedPolicyDocument,INVALID_REQUEST",
    "400,InvalidIdentityToken,TOKEN_REJECTED",
    "400,IDPCommunicationError,STS_FAILED",
    "500,InternalFailure,STS_FAILED",
    "503,ServiceUnavailable,STS_FAILED",
    "400,RequestExpired,CLOCK_SKEWED",
    "400,NeverHeardOf,INVALID_REQUEST",
    "429,NeverHeardOf,THROTTLED",
    "502,NeverHeardOf,STS_FAILED",
  })
  void errorsAreClassifiedByTheirCode(int status, String code, Kind kind) throws IOException {
    try (LoopbackServer sts = new LoopbackServer(r -> error(status, code, "what STS says"))) {
      StsFailure failure = refused(assume(sts.uri()));
      assertThat(failure.code()).isEqualTo(code);
      assertThat(failure.status()).isEqualTo(status);
      assertThat(failure.message()).isEqualTo("what STS says");
      assertThat(failure.requestId()).isEqualTo("r-err");
      assertThat(StsErrors.kind(failure)).isEqualTo(kind);
      assertThat(sts.requests).as("the cache paces retries, not the SDK").hasSize(1);
    }
  }

  @Test
  void errorThatIsWrappedAsEc2DoesIsReadAsWell() throws IOException {
    try (LoopbackServer sts =
        new LoopbackServer(
            r ->
                xml(
                    403,
                    "<ErrorResponse><Errors><Error><Code>AccessDenied</Code><Message>User: x"
                        + " canary-secret</Message></Error></Errors></ErrorResponse>"))) {
      StsFailure failure = refused(assume(sts.uri()));
      assertThat(failure.code()).isEqualTo("AccessDenied");
      assertThat(failure.message()).isEqualTo("User: x <redacted>");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403,ACCESS_DENIED",
    "429,THROTTLED",
    "404,STS_FAILED",
    "407,PROXY_REFUSED",
    "500,STS_FAILED"
  })
  void answerWithoutACodeIsClassifiedByItsStatus(int status, Kind kind) throws IOException {
    try (LoopbackServer sts = new LoopbackServer(r -> xml(status, "<html>blocked</html>"))) {
      assertThat(StsErrors.kind(refused(assume(sts.uri())))).isEqualTo(kind);
    }
  }

  @Test
  void expiredSignatureIsAClockProblem() throws IOException {
    try (LoopbackServer sts =
        new LoopbackServer(
            r -> error(403, "SignatureDoesNotMatch", "Signature expired: 2026 is now earlier"))) {
      assertThat(StsErrors.kind(refused(assume(sts.uri())))).isEqualTo(Kind.CLOCK_SKEWED);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not xml",
        "<html><body>captive portal</body></html>",
        "<AssumeRoleResponse/>",
        "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>",
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId>"
            + "</Credentials></AssumeRoleResult></AssumeRoleResponse>",
      })
  void garbageIsAFailureThatMayPass(String body) throws IOException {
    for (int status : new int[] {200, 500, 502}) {
      try (LoopbackServer sts = new LoopbackServer(r -> xml(status, body))) {
        Kind kind = StsErrors.kind(refused(assume(sts.uri())));
        assertThat(kind).isIn(Kind.STS_FAILED, Kind.STS_UNREACHABLE);
      }
    }
  }

  @Test
  void nothingListeningIsUnreachable() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    StsFailure failure = refused(assume(URI.create("http://127.0.0.1:" + closed)));
    assertThat(StsErrors.kind(failure)).isEqualTo(Kind.STS_UNREACHABLE);
    assertThat(failure.message()).contains("refused");
  }

  @Test
  void cutOffAnswerIsUnreachable() throws IOException {
    try (LoopbackServer sts = new LoopbackServer(r -> Response.of(0, ""))) {
      assertThat(StsErrors.kind(refused(assume(sts.uri())))).isEqualTo(Kind.STS_UNREACHABLE);
    }
  }

  @Test
  void redirectIsNotFollowed() throws IOException {
    try (LoopbackServer thief = new LoopbackServer(r -> xml(200, SESSION.formatted("AssumeRole")));
        LoopbackServer sts =
            new LoopbackServer(r -> new Response(307, Map.of("Location", thief.uri() + "/"), ""))) {
      assertThat(assume(sts.uri())).isInstanceOf(StsReply.Failed.class);
      assertThat(thief.requests).isEmpty();
    }
  }

  @Test
  void stsThatEchoesSecretsDoesNotLeakThem() throws IOException {
    try (LoopbackServer sts =
        new LoopbackServer(
            r ->
                error(
                    400,
                    "ValidationError",
                    "got canary-secret and " + r.header("x-amz-security-token") + "&#10;end"))) {
      StsFailure failure = refused(assume(sts.uri()));
      CredentialFailure told = Diagnosis.assumeRole(failure, Given.role(READER));
      assertThat(failure.toString() + told + told.mend())
          .contains("<redacted>")
          .doesNotContain("canary-secret", "canary-session-token", "\n");
    }
  }

  @Test
  void longMessagesAreCut() throws IOException {
    try (LoopbackServer sts =
        new LoopbackServer(r -> error(400, "ValidationError", "x".repeat(100_000)))) {
      assertThat(refused(assume(sts.uri())).message()).hasSizeLessThan(600);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "eu-west-1,https://sts.eu-west-1.amazonaws.com",
    "us-east-1,https://sts.us-east-1.amazonaws.com",
    "us-west-2,https://sts.us-west-2.amazonaws.com",
    "cn-north-1,https://sts.cn-north-1.amazonaws.com.cn",
    "us-gov-west-1,https://sts.us-gov-west-1.amazonaws.com"
  })
  void endpointsAreRegional(String region, String endpoint) {
    assertThat(SdkStsCalls.endpoint(new StsTarget(region, null))).isEqualTo(URI.create(endpoint));
  }

  @Test
  void theClientTakesTheDateOfARefusalForItsOwnClock() throws Exception {
    ZonedDateTime hourAhead = ZonedDateTime.now(ZoneOffset.UTC).plusHours(1);
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(hourAhead);
    String body =
        "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired: is now"
            + " earlier than</Message></Error></ErrorResponse>";
    List<String> signedAt = new CopyOnWriteArrayList<>();
    // The JDK's server writes a date of its own, so this one is made of sockets.
    try (ServerSocket socket = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        SdkStsCalls calls = new SdkStsCalls(Runnable::run)) {
      Thread.startVirtualThread(
          () -> {
            while (true) {
              try (Socket one = socket.accept()) {
                var in =
                    new BufferedReader(
                        new InputStreamReader(one.getInputStream(), StandardCharsets.UTF_8));
                int length = 0;
                for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                  String lower = line.toLowerCase(Locale.ROOT);
                  if (lower.startsWith("x-amz-date:")) {
                    signedAt.add(line.substring(11).strip());
                  } else if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(line.substring(15).strip());
                  }
                }
                for (int i = 0; i < length; i++) {
                  in.read();
                }
                one.getOutputStream()
                    .write(
                        ("HTTP/1.1 403 X\r\nContent-Type: text/xml\r\nConnection: close\r\nDate: "
                                + date
                                + "\r\nContent-Length: "
                                + body.length()
                                + "\r\n\r\n"
                                + body)
                            .getBytes(StandardCharsets.UTF_8));
              } catch (IOException closed) {
                return;
              }
            }
          });
      StsTarget target =
          new StsTarget("eu-west-1", URI.create("http://127.0.0.1:" + socket.getLocalPort()));
      AwsCredentials keys = AwsCredentials.of("AKIAX", "s", null);
      StsReply<StsReply.Identity> first = calls.getCallerIdentity(target, keys).join();
      calls.getCallerIdentity(target, keys).join();
      StsFailure failure =
          first instanceof StsReply.Failed<StsReply.Identity>(StsFailure f)
              ? f
              : StsFailure.unreachable("it did not fail");
      assertThat(failure.date()).isEqualTo(hourAhead.withNano(0).toInstant());
      assertThat(StsErrors.mayBeSkew(failure)).isTrue();
      assertThat(signedAt).hasSize(2);
      assertThat(signedAt.get(1).substring(0, 11))
          .isIn(
              DateTimeFormatter.ofPattern("yyyyMMdd'T'HH").format(hourAhead),
              DateTimeFormatter.ofPattern("yyyyMMdd'T'HH").format(hourAhead.plusMinutes(1)));
    }
  }
}
