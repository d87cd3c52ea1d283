package io.countersign.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** S3 as the SDK for Java v2 uses it: over plain HTTP it signs every chunk and the trailer. */
class S3Test {
  private static Sandbox sandbox;
  private static S3Client s3;

  @BeforeAll
  static void start() throws Exception {
    sandbox = Sandbox.start(SandboxOptions.defaults());
    s3 = AwsClients.s3(sandbox, AwsClients.role(sandbox, "files"));
  }

  @AfterAll
  static void stop() throws Exception {
    s3.close();
    sandbox.close();
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static ResponseBytes<GetObjectResponse> get(String key) {
    return s3.getObjectAsBytes(b -> b.bucket("demo-files").key(key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a b",
        "a+b",
        "100%",
        "a%2Fb",
        "dir//x",
        "dir/../x",
        "./x",
        "ünïcødé/日本語",
        "a=b&c=d",
        "x?y#z",
        "semi;colon:at@$,'()*!~",
        "trailing/",
        "\uD83D\uDE00"
      })
  void keepsKeysAsTheyAre(String key) {
    s3.putObject(b -> b.bucket("demo-files").key(key), RequestBody.fromString("of " + key));
    assertThat(get(key).asUtf8String()).isEqualTo("of " + key);
    assertThat(
            s3.listObjectsV2(b -> b.bucket("demo-files").prefix(key).encodingType(EncodingType.URL))
                .contents())
        .extracting(S3Object::key)
        .contains(key);
    s3.deleteObject(b -> b.bucket("demo-files").key(key));
    assertThatThrownBy(() -> get(key)).isInstanceOf(NoSuchKeyException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8191, 8192, 131_072, 131_073, 1_048_576, 3_000_000})
  void givesBackTheBytesThatWerePut(int size) {
    byte[] bytes = random(size);
    s3.putObject(b -> b.bucket("demo-files").key("sized"), RequestBody.fromBytes(bytes));
    assertThat(get("sized").asByteArray()).isEqualTo(bytes);
    assertThat(s3.headObject(b -> b.bucket("demo-files").key("sized")).contentLength())
        .isEqualTo(size);
  }

  @Test
  void givesBackMetadataAndAnMd5AsETag() {
    var put =
        s3.putObject(
            b ->
                b.bucket("demo-files")
                    .key("meta")
                    .contentType("text/csv")
                    .cacheControl("no-store")
                    .metadata(Map.of("team", "analytics")),
            RequestBody.fromString("hello"));
    assertThat(put.eTag()).isEqualTo("\"5d41402abc4b2a76b9719d911017c592\"");
    GetObjectResponse got = get("meta").response();
    assertThat(got.contentType()).isEqualTo("text/csv");
    assertThat(got.cacheControl()).isEqualTo("no-store");
    assertThat(got.metadata()).containsEntry("team", "analytics");
    assertThat(got.contentEncoding()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CRC32", "CRC32C", "SHA1", "SHA256"})
  void checksAndEchoesTheChecksum(String algorithm) {
    var put =
        s3.putObject(
            b ->
                b.bucket("demo-files")
                    .key("sum")
                    .checksumAlgorithm(ChecksumAlgorithm.fromValue(algorithm)),
            RequestBody.fromString("hello"));
    assertThat(put.toString()).contains("Checksum" + algorithm + "=");
    assertThat(get("sum").asUtf8String()).isEqualTo("hello");
    assertThatThrownBy(
            () ->
                s3.putObject(
                    b -> b.bucket("demo-files").key("sum").checksumCRC32("AAAAAA=="),
                    RequestBody.fromString("hello")))
        .hasMessageContaining("did not match the calculated checksum");
  }

  @Test
  void givesARangeAndRefusesOneBeyondTheEnd() {
    s3.putObject(b -> b.bucket("demo-files").key("range"), RequestBody.fromString("0123456789"));
    assertThat(
            s3.getObjectAsBytes(b -> b.bucket("demo-files").key("range").range("bytes=2-4"))
                .asUtf8String())
        .isEqualTo("234");
    assertThat(
            s3.getObjectAsBytes(b -> b.bucket("demo-files").key("range").range("bytes=7-"))
                .asUtf8String())
        .isEqualTo("789");
    assertThat(
            s3.getObjectAsBytes(b -> b.bucket("demo-files").key("range").range("bytes=-2"))
                .asUtf8String())
        .isEqualTo("89");
    assertThatThrownBy(
            () -> s3.getObjectAsBytes(b -> b.bucket("demo-files").key("range").range("bytes=10-")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(416));
  }

  @Test
  void listsByPrefixDelimiterAndPage() {
    s3.createBucket(b -> b.bucket("listing"));
    IntStream.range(0, 25)
        .forEach(i -> s3.putObject(b -> b.bucket("listing").key("a/" + i), RequestBody.empty()));
    s3.putObject(b -> b.bucket("listing").key("b/1"), RequestBody.empty());
    s3.putObject(b -> b.bucket("listing").key("c"), RequestBody.empty());
    List<String> paged =
        s3.listObjectsV2Paginator(b -> b.bucket("listing").maxKeys(7)).contents().stream()
            .map(S3Object::key)
            .toList();
    assertThat(paged).hasSize(27).isSorted().doesNotHaveDuplicates();
    var grouped = s3.listObjectsV2(b -> b.bucket("listing").delimiter("/"));
    assertThat(grouped.commonPrefixes()).extracting("prefix").containsExactly("a/", "b/");
    assertThat(grouped.contents()).extracting(S3Object::key).containsExactly("c");
    var first = s3.listObjectsV2(b -> b.bucket("listing").delimiter("/").maxKeys(1));
    assertThat(first.isTruncated()).isTrue();
    assertThat(
            s3.listObjectsV2(
                    b ->
                        b.bucket("listing")
                            .delimiter("/")
                            .continuationToken(first.nextContinuationToken()))
                .commonPrefixes())
        .extracting("prefix")
        .containsExactly("b/");
    assertThat(s3.listBuckets().buckets()).extracting("name").contains("listing", "demo-files");
  }

  @Test
  void putsPartsTogetherAndRefusesAWrongOne() {
    byte[] bytes = random(12_000_000);
    String id = s3.createMultipartUpload(b -> b.bucket("demo-files").key("parts")).uploadId();
    List<CompletedPart> parts =
        IntStream.range(0, 2)
            .mapToObj(
                i -> {
                  byte[] part =
                      java.util.Arrays.copyOfRange(bytes, i * 6_000_000, (i + 1) * 6_000_000);
                  String etag =
                      s3.uploadPart(
                              b ->
                                  b.bucket("demo-files")
                                      .key("parts")
                                      .uploadId(id)
                                      .partNumber(i + 1),
                              RequestBody.fromBytes(part))
                          .eTag();
                  return CompletedPart.builder().partNumber(i + 1).eTag(etag).build();
                })
            .toList();
    assertThatThrownBy(
            () ->
                s3.completeMultipartUpload(
                    b ->
                        b.bucket("demo-files")
                            .key("parts")
                            .uploadId(id)
                            .multipartUpload(
                                m -> m.parts(parts.get(0).toBuilder().eTag("\"00\"").build()))))
        .hasMessageContaining("could not be found");
    String etag =
        s3.completeMultipartUpload(
                b ->
                    b.bucket("demo-files")
                        .key("parts")
                        .uploadId(id)
                        .multipartUpload(m -> m.parts(parts)))
            .eTag();
    assertThat(etag).endsWith("-2\"");
    assertThat(get("parts").asByteArray()).isEqualTo(bytes);
    assertThatThrownBy(
            () -> s3.abortMultipartUpload(b -> b.bucket("demo-files").key("parts").uploadId(id)))
        .hasMessageContaining("upload does not exist");
  }

  @Test
  void copiesAndDeletesSeveral() {
    s3.putObject(b -> b.bucket("demo-files").key("from a"), RequestBody.fromString("copied"));
    s3.copyObject(
        b ->
            b.sourceBucket("demo-files")
                .sourceKey("from a")
                .destinationBucket("demo-files")
                .destinationKey("to"));
    assertThat(get("to").asUtf8String()).isEqualTo("copied");
    s3.deleteObjects(
        b ->
            b.bucket("demo-files")
                .delete(
                    d ->
                        d.objects(
                            List.of(
                                ObjectIdentifier.builder().key("to").build(),
                                ObjectIdentifier.builder().key("from a").build()))));
    assertThatThrownBy(() -> get("to")).isInstanceOf(NoSuchKeyException.class);
  }

  @Test
  void takesTheBucketFromTheHost() throws Exception {
    AwsSessionCredentials role = (AwsSessionCredentials) AwsClients.role(sandbox, "files");
    RawClient.Plan plan =
        RawClient.plan(
                "s3",
                "PUT",
                "/by%20host",
                Map.of(),
                Map.of("Host", "demo-files.localhost:80"),
                "here")
            .with(role);
    assertThat(new RawClient(sandbox).send(plan).status()).isEqualTo(200);
    assertThat(get("by host").asUtf8String()).isEqualTo("here");
  }

  @Test
  void refusesABucketThatDoesNotExist() {
    assertThatThrownBy(() -> s3.listObjectsV2(b -> b.bucket("nowhere")))
        .isInstanceOf(NoSuchBucketException.class);
    assertThatThrownBy(() -> s3.headBucket(b -> b.bucket("nowhere")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(404));
  }

  @Test
  void takesAnObjectOfAHundredMegabytes() {
    byte[] bytes = random(100 << 20);
    String etag =
        s3.putObject(b -> b.bucket("demo-files").key("big"), RequestBody.fromBytes(bytes)).eTag();
    assertThat(get("big").response().eTag()).isEqualTo(etag);
    assertThat(get("big").asByteArray()).isEqualTo(bytes);
    s3.deleteObject(b -> b.bucket("demo-files").key("big"));
  }
}
