package io.countersign.signer.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Clients of the SDK with this signer, against a server that verifies with the SDK's own. What
 * stands in the README is {@link #dynamoDb}.
 */
class SdkClientsTest {

  private static final AwsSessionCredentials KEYS =
      AwsSessionCredentials.create("AKIDEXAMPLE", "a/secret+key", "FwoGZXIvYXdzEA/session+token==");
  private static final StaticCredentialsProvider PROVIDER = StaticCredentialsProvider.create(KEYS);

  private VerifyingServer server;

  @BeforeEach
  void start() throws IOException {
    server = new VerifyingServer(KEYS);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private DynamoDbClient dynamoDb() {
    DynamoDbClient client =
        DynamoDbClient.builder()
            .region(Region.EU_WEST_1)
            .endpointOverride(server.endpoint())
            .credentialsProvider(PROVIDER)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .putAuthScheme(CountersignAuthScheme.create())
            .build();
    return client;
  }

  @Test
  void theReadmeShowsWhatIsTestedHere() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    Path source = Path.of("src/test/java/io/countersign/signer/sdk/SdkClientsTest.java");
    List<String> tested = Files.readString(source).lines().map(String::strip).toList();
    int mark = readme.indexOf("putAuthScheme");
    int from = readme.lastIndexOf("```java\n", mark) + 8;
    assertThat(readme.substring(from, readme.indexOf("```", mark)).lines().map(String::strip))
        .hasSizeGreaterThan(3)
        .allSatisfy(line -> assertThat(tested).contains(line));
  }

  private S3Client s3(boolean chunked) {
    return S3Client.builder()
        .region(Region.EU_WEST_1)
        .endpointOverride(server.endpoint())
        .credentialsProvider(PROVIDER)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .requestChecksumCalculation(
            chunked
                ? RequestChecksumCalculation.WHEN_SUPPORTED
                : RequestChecksumCalculation.WHEN_REQUIRED)
        .serviceConfiguration(c -> c.chunkedEncodingEnabled(chunked))
        .forcePathStyle(true)
        .putAuthScheme(CountersignAuthScheme.create())
        .build();
  }

  /** Checks that the one request that came was signed rightly, and by which of the two signers. */
  private VerifyingServer.Seen theOneRequest(boolean ours) {
    assertThat(server.seen).hasSize(1);
    VerifyingServer.Seen seen = server.seen.get(0);
    assertThat(seen.problem()).isEmpty();
    List<String> names = List.of(seen.signedHeaders().split(";", -1));
    assertThat(names).contains("host");
    assertThat(names.contains("amz-sdk-invocation-id"))
        .as("which only the SDK's signer signs: %s", names)
        .isNotEqualTo(ours);
    return seen;
  }

  @Test
  void aDynamoDbClientSignsItsBody() {
    try (DynamoDbClient client = dynamoDb()) {
      client.putItem(
          r -> r.tableName("t").item(Map.of("k", AttributeValue.fromS("caf\u00e9 \ud83d\ude00"))));
    }
    VerifyingServer.Seen seen = theOneRequest(true);
    assertThat(seen.body()).contains("\"TableName\":\"t\"");
    assertThat(seen.contentSha256()).hasSize(64);
    assertThat(seen.signedHeaders())
        .isEqualTo(
            "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-amz-target");
  }

  @Test
  void anAsynchronousDynamoDbClientSignsItsBody() {
    try (DynamoDbAsyncClient client =
        DynamoDbAsyncClient.builder()
            .region(Region.EU_WEST_1)
            .endpointOverride(server.endpoint())
            .credentialsProvider(PROVIDER)
            .putAuthScheme(CountersignAuthScheme.create())
            .build()) {
      client.putItem(r -> r.tableName("t").item(Map.of("k", AttributeValue.fromN("1")))).join();
    }
    VerifyingServer.Seen seen = theOneRequest(true);
    assertThat(seen.body()).contains("\"N\":\"1\"");
    assertThat(seen.contentSha256()).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a b+c=d",
        "caf\u00e9/\u20ac \ud83d\ude00",
        "/x//y/",
        "../a/./b/..",
        "100%/%2F",
        "~'(*)!$&,;:@[]{}|\\^`\"<>#?"
      })
  void anS3ClientReadsObjectsUnderOddKeys(String key) throws IOException {
    try (S3Client client = s3(true)) {
      byte[] object = client.getObject(r -> r.bucket("b").key(key)).readAllBytes();
      assertThat(new String(object, StandardCharsets.UTF_8)).isEqualTo("{}");
    }
    theOneRequest(true);
  }

  @Test
  void anS3ClientSignsABodyThatIsNotChunked() {
    try (S3Client client = s3(false)) {
      client.putObject(
          r -> r.bucket("b").key("k=1").metadata(Map.of("note", "a  b")),
          RequestBody.fromString("hello"));
    }
    VerifyingServer.Seen seen = theOneRequest(true);
    assertThat(seen.body()).isEqualTo("hello");
    assertThat(seen.signedHeaders()).contains("x-amz-meta-note");
  }

  @Test
  void leavesAChunkedBodyToTheSdk() {
    try (S3Client client = s3(true)) {
      client.putObject(r -> r.bucket("b").key("k"), RequestBody.fromString("hello"));
    }
    VerifyingServer.Seen seen = theOneRequest(false);
    assertThat(seen.contentSha256()).startsWith("STREAMING-");
    assertThat(seen.body()).contains("hello");
  }

  @Test
  void aPresignedUrlIsGoodForItsHolder() throws IOException {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .uri(server.endpoint())
            .encodedPath("/b/a%20key%3D1")
            .putRawQueryParameter("response-content-type", "text/plain; x=\u00e9")
            .putHeader("x-amz-meta-a", "b")
            .putHeader("Range", "bytes=0-1")
            .method(SdkHttpMethod.GET)
            .build();
    SdkHttpRequest presigned =
        CountersignHttpSigner.create()
            .sign(
                r ->
                    r.identity(KEYS)
                        .request(request)
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                        .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                        .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                        .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                        .putProperty(
                            AwsV4FamilyHttpSigner.AUTH_LOCATION,
                            AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(
                            AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(5)))
            .request();
    assertThat(presigned.firstMatchingHeader("Authorization")).isEmpty();
    HttpURLConnection connection = (HttpURLConnection) presigned.getUri().toURL().openConnection();
    connection.setRequestProperty("x-amz-meta-a", "b");
    connection.setRequestProperty("Range", "bytes=0-1");
    assertThat(connection.getResponseCode()).isEqualTo(200);
    VerifyingServer.Seen seen = theOneRequest(true);
    assertThat(seen.signedHeaders()).isEqualTo("host;range;x-amz-meta-a");
  }
}
