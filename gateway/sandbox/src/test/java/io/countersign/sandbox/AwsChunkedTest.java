package io.countersign.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwsChunkedTest {
  private static final String SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  private static final String UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

  /** The example of the S3 documentation: its keys, date and seed. */
  private static final Credential EXAMPLE =
      new Credential(
          "AKIAIOSFODNN7EXAMPLE",
          "20130524",
          "us-east-1",
          "s3",
          List.of("host"),
          "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
          "20130524T000000Z",
          Instant.parse("2013-05-24T00:00:00Z"),
          null);

  private static Body decode(String body, String mode, String decodedLength, String... headers)
      throws AwsError, IOException {
    List<Headers.Field> fields = new ArrayList<>();
    fields.add(new Headers.Field("x-amz-decoded-content-length", decodedLength));
    for (int i = 0; i < headers.length; i += 2) {
      fields.add(new Headers.Field(headers[i], headers[i + 1]));
    }
    HttpRequest request =
        new HttpRequest(
            "PUT",
            "/b/k",
            "",
            new Headers(fields),
            Body.of(body.getBytes(StandardCharsets.ISO_8859_1)));
    return new AwsChunked(request, EXAMPLE, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        .decode(mode);
  }

  private static String example() {
    return "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
        + "a".repeat(65536)
        + "\r\n"
        + "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
        + "a".repeat(1024)
        + "\r\n"
        + "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
  }

  @Test
  void takesTheExampleOfTheDocumentation() throws Exception {
    Body body = decode(example(), SIGNED, "66560");
    assertThat(new String(body.bytes(), StandardCharsets.US_ASCII)).isEqualTo("a".repeat(66560));
  }

  @Test
  void refusesTheExampleWithAByteChanged() {
    refused(
        example().replaceFirst("\r\naa", "\r\nab"), SIGNED, "66560", "chunk or trailer signature");
    refused(
        example().replace("0055627c", "0055627d"), SIGNED, "66560", "chunk or trailer signature");
  }

  @Test
  void refusesALengthThatIsNotTheDecodedOne() {
    refused(example(), SIGNED, "66561", "x-amz-decoded-content-length");
  }

  @Test
  void refusesABodyThatIsCutOff() {
    String whole = example();
    for (int cut : new int[] {1, 2, 3, 50, 100, 2000, whole.length()}) {
      assertThatThrownBy(() -> decode(whole.substring(0, whole.length() - cut), SIGNED, "66560"))
          .as("cut by %d", cut)
          .isInstanceOf(AwsError.class);
    }
  }

  @Test
  void refusesBytesAfterTheEnd() {
    refused(example() + "x", SIGNED, "66560", "bytes after the end");
  }

  @Test
  void refusesASmallChunkThatIsNotTheLast() {
    refused("1\r\na\r\n1\r\nb\r\n0\r\n\r\n", UNSIGNED_TRAILER, "2", "less than 8192");
  }

  @ParameterizedTest
  @CsvSource({
    "crc32, NhCmhg==",
    "crc32c, mnG7TA==",
    "sha1, qvTGHdzF6KLavt4PO0gs2a6pQ00=",
    "sha256, LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
    "crc64nvme, M3eFcAZSQlc="
  })
  void checksTheTrailingChecksum(String algorithm, String value) throws Exception {
    String name = "x-amz-checksum-" + algorithm;
    assertThat(Checksums.of(algorithm, Body.of("hello"))).isEqualTo(value);
    String body = "5\r\nhello\r\n0\r\n" + name + ":" + value + "\r\n\r\n";
    assertThat(decode(body, UNSIGNED_TRAILER, "5", "x-amz-trailer", name).length()).isEqualTo(5);
    assertThatThrownBy(
            () ->
                decode(
                    body.replace("hello", "jello"), UNSIGNED_TRAILER, "5", "x-amz-trailer", name))
        .hasMessageContaining("did not match the calculated checksum");
    assertThatThrownBy(
            () -> decode("5\r\nhello\r\n0\r\n\r\n", UNSIGNED_TRAILER, "5", "x-amz-trailer", name))
        .hasMessageContaining("did not come");
    assertThatThrownBy(() -> decode(body, UNSIGNED_TRAILER, "5"))
        .hasMessageContaining("does not announce");
  }

  @Test
  void refusesAStreamingModeThatItDoesNotKnow() {
    refused("0\r\n\r\n", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "0", "no streaming mode");
  }

  @Test
  void answersAnyBytesWithABodyOrOneKindOfException() throws Exception {
    byte[] seed =
        String.join(
                "\r\n",
                "8;chunk-signature=00",
                "12345678",
                "5",
                "hello",
                "0",
                "x-amz-checksum-crc32:NhCmhg==",
                "",
                "")
            .getBytes(StandardCharsets.US_ASCII);
    Random random = new Random(20260102);
    String[] modes = {SIGNED, SIGNED + "-TRAILER", UNSIGNED_TRAILER};
    for (int i = 0; i < 100_000; i++) {
      byte[] from = i % 2 == 0 ? seed : java.util.Arrays.copyOfRange(seed, 32, seed.length);
      String body = new String(HttpReaderTest.mutate(from, random), StandardCharsets.ISO_8859_1);
      try {
        assertThat(
                decode(body, modes[i % 3], "5", "x-amz-trailer", "x-amz-checksum-crc32").length())
            .isEqualTo(5);
      } catch (AwsError e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static void refused(String body, String mode, String length, String message) {
    assertThatThrownBy(() -> decode(body, mode, length))
        .isInstanceOf(AwsError.class)
        .hasMessageContaining(message);
  }
}
