package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The example of the S3 documentation, "Signature Calculations for the Authorization Header:
 * Transferring Payload in Multiple Chunks": 66,560 bytes of 'a' in chunks of 64 KiB and 1 KiB. The
 * trailer is the one of AWS's C library.
 */
class ChunkExampleTest {

  private static final String SEED =
      "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
  private static final String FIRST =
      "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
  private static final String SECOND =
      "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497";
  private static final String LAST =
      "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";
  private static final String TRAILER =
      "df5735bd9f3295cd9386572292562fefc93ba94e80a0a1ddcbd652c4e0a75e6c";

  private static final SigningParameters PARAMETERS =
      SigningParameters.of(
              AwsCredentials.of(
                  "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null),
              "us-east-1",
              "s3",
              Instant.parse("2013-05-24T00:00:00Z"))
          .withHeaders(HeaderSelection.ALL);

  private static final TestRequest PUT =
      TestRequest.of("PUT", "/examplebucket/chunkObject.txt")
          .withSet("Host", "s3.amazonaws.com")
          .with("x-amz-storage-class", "REDUCED_REDUNDANCY")
          .with("Content-Encoding", "aws-chunked")
          .with("x-amz-decoded-content-length", "66560")
          .with("Content-Length", "66824");

  private static final ChunkTrailers TRAILERS =
      ChunkTrailers.of(
          List.of(
              new ChunkTrailers.Trailer("first", "1st"),
              new ChunkTrailers.Trailer("second", "2nd"),
              new ChunkTrailers.Trailer("third", "3rd")));

  private static ChunkSeed seed() throws MalformedRequestException {
    return new Signer(new SigningKeys())
        .sign(PARAMETERS, PUT, PayloadHash.STREAMING_SIGNED)
        .chunkSeed();
  }

  private static byte[] written(ChunkWriter writer, ChunkTrailers trailers) {
    Bytes out = new Bytes(70_000);
    ChunkWriter.Output output =
        encoded -> {
          byte[] copy = new byte[encoded.remaining()];
          encoded.get(copy);
          out.put(copy);
        };
    byte[] data = new byte[65_536];
    Arrays.fill(data, (byte) 'a');
    writer.chunk(ByteBuffer.wrap(data), output);
    writer.chunk(ByteBuffer.wrap(data, 0, 1024), output);
    writer.end(trailers, output);
    return out.copy();
  }

  @Test
  void signsTheRequest() throws Exception {
    assertThat(
            new Signer(new SigningKeys())
                .sign(PARAMETERS, PUT, PayloadHash.STREAMING_SIGNED)
                .signature())
        .isEqualTo(SEED);
  }

  @Test
  void signsTheChunks() throws Exception {
    String body =
        new String(
            written(ChunkWriter.signed(seed()), ChunkTrailers.NONE), StandardCharsets.ISO_8859_1);
    String data = "a".repeat(65_536);
    assertThat(body)
        .isEqualTo(
            "10000;chunk-signature="
                + FIRST
                + "\r\n"
                + data
                + "\r\n400;chunk-signature="
                + SECOND
                + "\r\n"
                + data.substring(0, 1024)
                + "\r\n0;chunk-signature="
                + LAST
                + "\r\n\r\n");
  }

  @Test
  void signsTheTrailer() throws Exception {
    String body =
        new String(
            written(ChunkWriter.signedWithTrailer(seed()), TRAILERS), StandardCharsets.ISO_8859_1);
    assertThat(body)
        .endsWith(
            "0;chunk-signature="
                + LAST
                + "\r\nfirst:1st\r\nsecond:2nd\r\nthird:3rd\r\nx-amz-trailer-signature:"
                + TRAILER
                + "\r\n\r\n");
  }

  @Test
  void signsTrailersInTheOrderOfTheirNamesWhateverTheOrderOfTheWire() throws Exception {
    // The SDK and the CRT canonicalize a trailer as they do headers.
    List<ChunkTrailers.Trailer> turned = new ArrayList<>(TRAILERS.lines());
    Collections.reverse(turned);
    String body =
        new String(
            written(ChunkWriter.signedWithTrailer(seed()), ChunkTrailers.of(turned)),
            StandardCharsets.ISO_8859_1);
    assertThat(body)
        .endsWith(
            "\r\nthird:3rd\r\nsecond:2nd\r\nfirst:1st\r\nx-amz-trailer-signature:"
                + TRAILER
                + "\r\n\r\n");
  }

  @Test
  void computesTheLengthOfTheBody() {
    assertThat(
            ChunkWriter.encodedLength(
                PayloadHash.STREAMING_SIGNED, 66_560, 65_536, ChunkTrailers.NONE))
        .isEqualTo(66_824);
  }

  @Test
  void computesTheLengthOfEveryKindOfBody() throws Exception {
    assertThat(
            ChunkWriter.encodedLength(
                PayloadHash.STREAMING_SIGNED_TRAILER, 66_560, 65_536, TRAILERS))
        .isEqualTo(written(ChunkWriter.signedWithTrailer(seed()), TRAILERS).length);
    assertThat(
            ChunkWriter.encodedLength(
                PayloadHash.STREAMING_UNSIGNED_TRAILER, 66_560, 65_536, TRAILERS))
        .isEqualTo(written(ChunkWriter.unsignedWithTrailer(), TRAILERS).length);
  }

  @Test
  void readsWhatItSigned() throws Exception {
    byte[] body = written(ChunkWriter.signedWithTrailer(seed()), TRAILERS);
    ChunkReader reader =
        ChunkReader.signedWithTrailer(seed(), 66_560, 65_536, List.of("first", "second", "third"));
    Collected collected = new Collected();
    reader.feed(body, 0, body.length, collected);
    reader.finish();
    assertThat(collected.sizes).containsExactly(65_536, 1024);
    assertThat(collected.text()).isEqualTo("a".repeat(66_560));
    assertThat(collected.trailers().lines()).isEqualTo(TRAILERS.lines());
  }
}
