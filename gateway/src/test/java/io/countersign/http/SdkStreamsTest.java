package io.countersign.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.config.Access;
import io.countersign.config.Connector;
import io.countersign.config.CredentialSource;
import io.countersign.config.GatewayConfig;
import io.countersign.config.Secret;
import io.countersign.door.Head;
import io.countersign.gateway.Gateway;
import io.countersign.sandbox.Accounts;
import io.countersign.sandbox.ReceivedRequest;
import io.countersign.sandbox.Sandbox;
import io.countersign.sandbox.SandboxOptions;
import io.countersign.signer.AwsCredentials;
import io.countersign.signer.ChunkTrailers;
import io.countersign.signer.ChunkWriter;
import io.countersign.signer.HeaderSelection;
import io.countersign.signer.PayloadHash;
import io.countersign.signer.SignedRequest;
import io.countersign.signer.Signer;
import io.countersign.signer.SigningKeys;
import io.countersign.signer.SigningParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S3 at the SDK door, against a stand-in that checks every signature with another signer. */
@Timeout(60)
class SdkStreamsTest {
  private static Sandbox sandbox;
  private static Gateway gateway;
  private static GatewayConfig config;

  @BeforeAll
  static void start() throws IOException {
    Accounts.User user =
        new Accounts.User(
            "arn:aws:iam::" + Accounts.DATA + ":user/files",
            "AKIAFILESOFTHESANDBOX",
            "a-secret-of-the-files-user",
            List.of("s3:*"));
    sandbox = Sandbox.start(SandboxOptions.defaults().withAccounts(Accounts.demo().with(user)));
    config =
        new TestGateway()
            .connector(
                new Connector(
                    "files",
                    "s3",
                    "us-east-1",
                    Access.READ_WRITE,
                    new CredentialSource.Static(
                        user.accessKeyId(), new Secret(user.secretAccessKey()), null),
                    List.of(),
                    null,
                    sandbox.endpoint(),
                    null,
                    Map.of(),
                    Set.of(),
                    Set.of(),
                    false))
            .config();
    gateway = Gateway.start(config);
  }

  @AfterAll
  static void stop() throws IOException {
    gateway.close();
    sandbox.close();
  }

  private static SigningParameters parameters() {
    AwsCredentials virtual =
        RawClient.virtual(config, null, Duration.ofHours(1), Clock.systemUTC());
    return SigningParameters.of(virtual, "us-east-1", "s3", Instant.now())
        .withHeaders(HeaderSelection.MINIMAL);
  }

  private static Signer signer() {
    return new Signer(new SigningKeys());
  }

  private static SignedRequest sign(Head head, PayloadHash payload) throws Exception {
    return signer().sign(parameters(), head, payload);
  }

  private static String text(Head head, SignedRequest signed) {
    StringBuilder text =
        new StringBuilder(
            head.method()
                + " "
                + head.path()
                + (head.query().isEmpty() ? "" : "?" + head.query())
                + " HTTP/1.1\r\n");
    for (int i = 0; i < head.headerCount(); i++) {
      if (!Signer.replaces(head.headerName(i))) {
        text.append(head.headerName(i)).append(": ").append(head.headerValue(i)).append("\r\n");
      }
    }
    signed.forEachHeader(
        (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    return text.toString();
  }

  private static RawClient.Answer send(String head, byte[] body) throws IOException {
    try (RawClient client = RawClient.to(gateway)) {
      client.send(head).send(body);
      return Objects.requireNonNull(client.read());
    }
  }

  private static RawClient.Answer get(String host, String path) throws Exception {
    Head head = new Head("GET", path, "", 2).add("Host", host);
    return send(text(head, sign(head, PayloadHash.EMPTY)) + "\r\n", new byte[0]);
  }

  private static RawClient.Answer put(String path, byte[] body) throws Exception {
    Head head = new Head("PUT", path, "", 2).add("Host", "localhost");
    SignedRequest signed = sign(head, PayloadHash.ofBody(body));
    return send(text(head, signed) + "Content-Length: " + body.length + "\r\n\r\n", body);
  }

  /** A body in signed chunks; {@code spoil} is the offset of a byte that is changed on the way. */
  private static RawClient.Answer putChunked(String path, byte[] data, boolean trailer, int spoil)
      throws Exception {
    PayloadHash payload =
        trailer ? PayloadHash.STREAMING_SIGNED_TRAILER : PayloadHash.STREAMING_SIGNED;
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", "localhost");
    headers.put("Content-Encoding", "aws-chunked");
    headers.put("x-amz-decoded-content-length", Integer.toString(data.length));
    ChunkTrailers trailers = ChunkTrailers.NONE;
    if (trailer) {
      headers.put("x-amz-trailer", "x-amz-checksum-crc32");
      CRC32 crc = new CRC32();
      crc.update(data);
      byte[] sum = ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
      trailers =
          ChunkTrailers.of(
              List.of(
                  new ChunkTrailers.Trailer(
                      "x-amz-checksum-crc32", Base64.getEncoder().encodeToString(sum))));
    }
    Head head = new Head("PUT", path, "", headers.size());
    headers.forEach(head::add);
    SignedRequest signed = sign(head, payload);
    ChunkWriter writer =
        trailer
            ? ChunkWriter.signedWithTrailer(signed.chunkSeed())
            : ChunkWriter.signed(signed.chunkSeed());
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ChunkWriter.Output out =
        bytes -> {
          byte[] copy = new byte[bytes.remaining()];
          bytes.get(copy);
          body.writeBytes(copy);
        };
    for (int at = 0; at < data.length; at += 64 * 1024) {
      writer.chunk(ByteBuffer.wrap(data, at, Math.min(64 * 1024, data.length - at)), out);
    }
    writer.end(trailers, out);
    byte[] encoded = body.toByteArray();
    if (spoil >= 0) {
      encoded[spoil] ^= 1;
    }
    return send(text(head, signed) + "Content-Length: " + encoded.length + "\r\n\r\n", encoded);
  }

  private static byte[] data(int bytes) {
    byte[] data = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      data[i] = (byte) ('a' + i % 26);
    }
    return data;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void signedChunksAreVerifiedAndSignedAnew(boolean trailer) throws Exception {
    byte[] data = data(300_000);
    String path = "/demo-files/chunks-" + trailer;
    RawClient.Answer answer = putChunked(path, data, trailer, -1);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    // What is stored is the object, and not its framing.
    assertThat(get("localhost", path).text())
        .isEqualTo(new String(data, StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anObjectWithATamperedChunkIsNeverStored(boolean trailer) throws Exception {
    byte[] data = data(300_000);
    String path = "/demo-files/tampered-" + trailer;
    RawClient.Answer answer = putChunked(path, data, trailer, 200_000);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("SignatureDoesNotMatch");
    assertThat(get("localhost", path).status()).isEqualTo(404);
  }

  @Test
  void aPresignedGetIsVerifiedAndItsOldSignatureDoesNotGoOn() throws Exception {
    assertThat(put("/demo-files/presigned", data(10)).status()).isEqualTo(200);
    Head head = new Head("GET", "/demo-files/presigned", "", 1).add("Host", "localhost");
    String query =
        signer().presign(parameters(), head, PayloadHash.UNSIGNED, Duration.ofMinutes(5)).query();
    String request = "GET /demo-files/presigned?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    sandbox.forgetRequests();
    RawClient.Answer answer = send(request, new byte[0]);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("abcdefghij");
    ReceivedRequest sent = sandbox.requests("s3", "GetObject").getFirst();
    assertThat(sent.query()).doesNotContainIgnoringCase("x-amz-");
    String changed = request.replace("presigned?", "presigned2?");
    assertThat(send(changed, new byte[0]).status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STREAMING-AWS4-HMAC-SHA256-EVENTS",
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER"
      })
  void aStreamThatCannotBeSignedAnewGoesNowhere(String payload) throws Exception {
    Head head =
        new Head("PUT", "/demo-files/stream", "", 1)
            .add("Host", "localhost")
            .add("Content-Length", "5")
            .add("x-amz-decoded-content-length", "5");
    sandbox.forgetRequests();
    SignedRequest signed = sign(head, PayloadHash.parse(payload));
    RawClient.Answer answer = send(text(head, signed) + "\r\n", data(5));
    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(sandbox.requests("s3", "PutObject")).isEmpty();
  }

  @Test
  void aBucketInTheHostNameIsPutIntoThePath() throws Exception {
    assertThat(put("/demo-files/by-host", data(5)).status()).isEqualTo(200);
    assertThat(get("demo-files.localhost", "/by-host").text()).isEqualTo("abcde");
    assertThat(get("demo-files.localhost:" + gateway.address().getPort(), "/by-host").text())
        .isEqualTo("abcde");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a%20key%20with%20spaces",
        "a%2Bplus",
        "an%2Fescaped%2Fslash",
        "two//slashes",
        "trailing/",
        "dots/../in/./between",
        "..",
        "%C3%BCml%C3%A4ut/%E6%97%A5%E6%9C%AC",
        "percent%25sign",
        "a'b(c)*!~",
        "semi;colon=equals&and"
      })
  void aKeyArrivesAsItWasNamed(String key) throws Exception {
    byte[] body = key.getBytes(StandardCharsets.US_ASCII);
    RawClient.Answer stored = put("/demo-files/" + key, body);
    assertThat(stored.status()).as(stored.text()).isEqualTo(200);
    RawClient.Answer answer = get("localhost", "/demo-files/" + key);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo(key);
  }
}
