package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.config.Access;
import io.countersign.config.GatewayConfig;
import io.countersign.door.Head;
import io.countersign.gateway.Gateway;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.SigV4aAuthorization;
import io.countersign.signer.SigV4aKeys;
import io.countersign.signer.SigV4aVerifier;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.SigningParameters;
import io.countersign.signer.Verification;
import io.countersign.signer.Verifier;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Access points, directory buckets and their kin at both doors: which host, path and signature. */
class S3EndpointsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final String POINT = "arn:aws:s3:us-east-1:123456789012:accesspoint/shared";

  private FakeUpstream upstream;
  private GatewayConfig config;
  private Gateway gateway;

  @BeforeEach
  void start() throws IOException {
    upstream = FakeUpstream.answering("text/plain", "hello");
    config =
        new TestGateway()
            .connector("files", "s3", upstream.endpoint(), Access.READ_WRITE)
            .connector("bus", "events", upstream.endpoint(), Access.READ_WRITE)
            .config();
    gateway = Gateway.builder(config).clock(CLOCK).start();
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private String own() {
    return "127.0.0.1:" + upstream.endpoint().getPort();
  }

  private RawClient.Answer tool(String connector, String operation, String body)
      throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(
          "POST /v1/connectors/"
              + connector
              + "/"
              + operation
              + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
              + TestGateway.TOKEN
              + "\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      return Objects.requireNonNull(client.read());
    }
  }

  private RawClient.Answer getObject(String bucket) throws IOException {
    return tool("files", "GetObject", "{\"Bucket\":\"" + bucket + "\",\"Key\":\"a/b c\"}");
  }

  /** A GET as an SDK sends it. */
  private RawClient.Answer signed(String host, String path, String service) throws Exception {
    AwsCredentials virtual = RawClient.virtual(config, null, Duration.ofHours(1), CLOCK);
    Head head = new Head("GET", path, "", 1).add("Host", host);
    StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n");
    new Signer(new SigningKeys())
        .sign(SigningParameters.of(virtual, "us-east-1", service, NOW), head, PayloadHash.EMPTY)
        .forEachHeader(
            (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    try (RawClient client = RawClient.to(gateway)) {
      return Objects.requireNonNull(client.send(text + "\r\n").read());
    }
  }

  /** That the signature is the role's, over the host and the path that were sent. */
  private static void isSigned(FakeUpstream.Received sent) throws Exception {
    String[] line = sent.requestLine().split(" ", -1);
    Head head = new Head(line[0], line[1], "", sent.headers().size());
    sent.headers().forEach(head::add);
    AwsCredentials role = AwsCredentials.of("AKIAROLEOFTHEGATEWAY", "secret-of-the-role", null);
    PayloadHash payload = PayloadHash.ofBody(sent.body());
    if (SigV4aAuthorization.isPresent(head)) {
      assertThat(
              new SigV4aVerifier(new SigV4aKeys())
                  .verify(SigV4aAuthorization.parse(head), head, payload, role, NOW))
          .isInstanceOf(Verification.Valid.class);
    } else {
      Verifier verifier = new Verifier(new SigningKeys());
      assertThat(verifier.verify(verifier.claim(head), head, payload, role, NOW))
          .isInstanceOf(Verification.Valid.class);
    }
  }

  @Test
  void anAccessPointAtTheToolDoorHasItsHostAndItsPathWithoutTheArn() throws Exception {
    assertThat(getObject(POINT).status()).isEqualTo(200);
    FakeUpstream.Received sent = upstream.next();
    isSigned(sent);
    assertThat(sent.requestLine()).isEqualTo("GET /a/b%20c HTTP/1.1");
    assertThat(sent.headers()).containsEntry("host", "shared-123456789012." + own());
    assertThat(sent.headers().get("authorization")).contains("/us-east-1/s3/aws4_request");
  }

  @Test
  void aBucketAtTheToolDoorStaysInThePath() throws Exception {
    assertThat(getObject("bucket").status()).isEqualTo(200);
    FakeUpstream.Received sent = upstream.next();
    isSigned(sent);
    assertThat(sent.requestLine()).isEqualTo("GET /bucket/a/b%20c HTTP/1.1");
    assertThat(sent.headers()).containsEntry("host", own());
  }

  @Test
  void aDirectoryBucketIsSignedForS3Express() throws Exception {
    assertThat(getObject("logs--use1-az4--x-s3").status()).isEqualTo(200);
    FakeUpstream.Received sent = upstream.next();
    isSigned(sent);
    assertThat(sent.headers().get("authorization")).contains("/us-east-1/s3express/aws4_request");
  }

  @Test
  void aMultiRegionAccessPointIsSignedWithSigV4a() throws Exception {
    assertThat(getObject("arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap").status())
        .isEqualTo(200);
    FakeUpstream.Received sent = upstream.next();
    isSigned(sent);
    assertThat(sent.headers())
        .containsEntry("host", "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com")
        .containsEntry("x-amz-region-set", "*");
    assertThat(sent.headers().get("authorization"))
        .startsWith("AWS4-ECDSA-P256-SHA256 Credential=AKIAROLEOFTHEGATEWAY/20261124/s3/");
  }

  @Test
  void anArnOfAnotherRegionIsRefusedBeforeAnythingIsSent() throws Exception {
    RawClient.Answer answer = getObject(POINT.replace("us-east-1", "eu-west-1"));
    JsonNode problem = JSON.readTree(answer.text());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(problem.path("code").asText()).isEqualTo("no-endpoint");
    assertThat(problem.path("detail").asText())
        .contains("region from ARN `eu-west-1` does not match client region `us-east-1`");
    assertThat(upstream.nothingMore()).isTrue();
  }

  @Test
  void anAccessPointAtTheSdkDoorIsOneByTheLabelBeforeTheGatewaysName() throws Exception {
    String host = "shared-123456789012.s3-accesspoint.localhost";
    assertThat(signed(host, "/a/b", "s3").text()).isEqualTo("hello");
    FakeUpstream.Received sent = upstream.next();
    isSigned(sent);
    assertThat(sent.requestLine()).isEqualTo("GET /a/b HTTP/1.1");
    assertThat(sent.headers()).containsEntry("host", "shared-123456789012." + own());
  }

  @Test
  void theSameHostWithoutTheLabelIsABucket() throws Exception {
    assertThat(signed("shared-123456789012.localhost", "/a/b", "s3").status()).isEqualTo(200);
    FakeUpstream.Received sent = upstream.next();
    isSigned(sent);
    assertThat(sent.requestLine()).isEqualTo("GET /shared-123456789012/a/b HTTP/1.1");
    assertThat(sent.headers()).containsEntry("host", own());
  }

  @Test
  void aDirectoryBucketAtTheSdkDoorIsSignedAnewForS3Express() throws Exception {
    assertThat(signed("logs--use1-az4--x-s3.localhost", "/k", "s3express").status()).isEqualTo(200);
    FakeUpstream.Received sent = upstream.next();
    isSigned(sent);
    assertThat(sent.requestLine()).isEqualTo("GET /logs--use1-az4--x-s3/k HTTP/1.1");
    assertThat(sent.headers().get("authorization"))
        .contains("AKIAROLEOFTHEGATEWAY", "/us-east-1/s3express/aws4_request");
  }

  @Test
  void anOutpostsAccessPointAtTheSdkDoorIsOneByTheScope() throws Exception {
    assertThat(signed("shared-123456789012.op-0123.localhost", "/k", "s3-outposts").status())
        .isEqualTo(200);
    FakeUpstream.Received sent = upstream.next();
    isSigned(sent);
    assertThat(sent.requestLine()).isEqualTo("GET /k HTTP/1.1");
    assertThat(sent.headers()).containsEntry("host", "shared-123456789012.op-0123." + own());
    assertThat(sent.headers().get("authorization")).contains("/us-east-1/s3-outposts/aws4_request");
  }

  @Test
  void anEventBusOfSeveralRegionsIsSignedWithSigV4a() throws Exception {
    tool(
        "bus",
        "PutEvents",
        "{\"EndpointId\":\"abcde.veo\",\"Entries\":[{\"Source\":\"s\",\"Detail\":\"{}\"}]}");
    FakeUpstream.Received sent = upstream.next();
    isSigned(sent);
    assertThat(sent.headers().get("authorization")).startsWith("AWS4-ECDSA-P256-SHA256 ");
    assertThat(sent.headers()).containsEntry("x-amz-region-set", "*");
  }
}
