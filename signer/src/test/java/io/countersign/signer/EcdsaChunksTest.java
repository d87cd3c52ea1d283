package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Chunks signed with SigV4a. What holds for every algorithm is in {@link ChunkReaderTest}. */
class EcdsaChunksTest {

  private static final AwsCredentials KEYS = AwsCredentials.of("AKID", "secret", null);
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final ChunkTrailers CRC =
      ChunkTrailers.of(List.of(new ChunkTrailers.Trailer("x-amz-checksum-crc32", "sOO8/Q==")));
  private static final List<String> CRC_NAME = List.of("x-amz-checksum-crc32");
  private static final TestRequest PUT =
      TestRequest.of("PUT", "/k").with("x-amz-decoded-content-length", "11");

  private static TestRequest signed(PayloadHash payload) throws MalformedRequestException {
    TestRequest put =
        payload.hasTrailer() ? PUT.with("x-amz-trailer", "x-amz-checksum-crc32") : PUT;
    SigV4aParameters parameters = SigV4aParameters.of(KEYS, List.of("*"), "s3", NOW);
    return put.with(new SigV4aSigner(new SigV4aKeys()).sign(parameters, put, payload));
  }

  /** The seed that a verifier of this secret draws from the request. */
  private static ChunkSeed seed(TestRequest signed, PayloadHash payload)
      throws MalformedRequestException {
    Verification outcome =
        new SigV4aVerifier(new SigV4aKeys())
            .verify(SigV4aAuthorization.parse(signed), signed, payload, KEYS, NOW);
    assertThat(outcome).isInstanceOf(Verification.Valid.class);
    return ((Verification.Valid) outcome).chunkSeed();
  }

  private static byte[] written(ChunkSeed seed, PayloadHash payload, String... chunks) {
    Bytes out = new Bytes(1024);
    ChunkWriter.Output output =
        encoded -> {
          byte[] copy = new byte[encoded.remaining()];
          encoded.get(copy);
          out.put(copy);
        };
    ChunkWriter writer = ChunkWriter.of(payload, seed);
    for (String chunk : chunks) {
      writer.chunk(ByteBuffer.wrap(chunk.getBytes(StandardCharsets.ISO_8859_1)), output);
    }
    writer.end(payload.hasTrailer() ? CRC : ChunkTrailers.NONE, output);
    return out.copy();
  }

  private static Collected read(ChunkReader reader, byte[] body) throws MalformedRequestException {
    Collected collected = new Collected();
    reader.feed(body, 0, body.length, collected);
    reader.finish();
    return collected;
  }

  @Test
  void readsWhatItWroteWithAndWithoutTrailer() throws Exception {
    for (PayloadHash payload :
        List.of(PayloadHash.STREAMING_ECDSA, PayloadHash.STREAMING_ECDSA_TRAILER)) {
      TestRequest signed = signed(payload);
      ChunkSeed seed = seed(signed, payload);
      byte[] body = written(seed, payload, "hello ", "world");
      assertThat(body)
          .hasSize(
              Math.toIntExact(
                  ChunkWriter.encodedLength(
                      payload, 11, 6, payload.hasTrailer() ? CRC : ChunkTrailers.NONE)));
      Collected collected = read(ChunkReader.of(signed, payload, seed, 6), body);
      assertThat(collected.text()).isEqualTo("hello world");
      assertThat(collected.sizes).containsExactly(6, 5);
    }
  }

  @Test
  void everySignatureTakes144DigitsOnTheWire() throws Exception {
    PayloadHash payload = PayloadHash.STREAMING_ECDSA_TRAILER;
    ChunkSeed seed = seed(signed(payload), payload);
    for (int i = 0; i < 8; i++) {
      String body =
          new String(written(seed, payload, "hello ", "world"), StandardCharsets.ISO_8859_1);
      assertThat(body.replaceAll("[=:](?=[0-9a-f*]{144}\r\n)[0-9a-f]+[*]*\r\n", "=<144>\r\n"))
          .isEqualTo(
              String.join(
                  "\r\n",
                  "6;chunk-signature=<144>",
                  "hello ",
                  "5;chunk-signature=<144>",
                  "world",
                  "0;chunk-signature=<144>",
                  "x-amz-checksum-crc32:sOO8/Q==",
                  "x-amz-trailer-signature=<144>",
                  "",
                  ""));
    }
  }

  @Test
  void readsABodyCutAtEveryOffset() throws Exception {
    PayloadHash payload = PayloadHash.STREAMING_ECDSA;
    ChunkSeed seed = seed(signed(payload), payload);
    byte[] body = written(seed, payload, "hello world");
    for (int cut = 0; cut <= body.length; cut++) {
      ChunkReader reader = ChunkReader.signed(seed, 11, 11);
      Collected collected = new Collected();
      reader.feed(body, 0, cut, collected);
      reader.feed(body, cut, body.length - cut, collected);
      reader.finish();
      assertThat(collected.text()).isEqualTo("hello world");
    }
  }

  @Test
  void signsABodyAnewAsItFlowsAndKeepsItsLength() throws Exception {
    PayloadHash payload = PayloadHash.STREAMING_ECDSA_TRAILER;
    ChunkSeed from = seed(signed(payload), payload);
    ChunkSeed to = seed(signed(payload), payload);
    byte[] body = written(from, payload, "hello ", "world");
    Bytes anew = new Bytes(1024);
    ChunkWriter writer = ChunkWriter.of(payload, to);
    ChunkWriter.Output output =
        encoded -> {
          byte[] copy = new byte[encoded.remaining()];
          encoded.get(copy);
          anew.put(copy);
        };
    ChunkReader reader = ChunkReader.signedWithTrailer(from, 11, 6, CRC_NAME);
    ChunkReader.Sink sink =
        new ChunkReader.Sink() {
          @Override
          public void data(ByteBuffer data) {
            writer.chunk(data, output);
          }

          @Override
          public void end(ChunkTrailers trailers) {
            writer.end(trailers, output);
          }
        };
    for (byte octet : body) {
      reader.feed(new byte[] {octet}, 0, 1, sink);
    }
    reader.finish();
    assertThat(anew.length).isEqualTo(body.length);
    assertThat(read(ChunkReader.signedWithTrailer(to, 11, 6, CRC_NAME), anew.copy()).text())
        .isEqualTo("hello world");
    assertThatExceptionOfType(ChunkSignatureException.class)
        .isThrownBy(() -> read(ChunkReader.signedWithTrailer(from, 11, 6, CRC_NAME), anew.copy()));
  }

  @Test
  void aPublicKeyReadsChunksAndCannotWriteThem() throws Exception {
    PayloadHash payload = PayloadHash.STREAMING_ECDSA;
    TestRequest signed = signed(payload);
    ECPublicKey key = new SigV4aKeys().publicKey(KEYS);
    Verification outcome =
        SigV4aVerifier.verify(
            SigV4aAuthorization.parse(signed), signed, payload, key, NOW, PathRule.S3);
    assertThat(outcome).isInstanceOf(Verification.Valid.class);
    ChunkSeed seed = ((Verification.Valid) outcome).chunkSeed();
    byte[] body = written(seed(signed, payload), payload, "hello ", "world");
    assertThat(read(ChunkReader.signed(seed, 11, 6), body).text()).isEqualTo("hello world");
    assertThatIllegalArgumentException().isThrownBy(() -> ChunkWriter.signed(seed));
  }

  @Test
  void refusesSignaturesThatAreNotPaddedToTheWidth() throws Exception {
    PayloadHash payload = PayloadHash.STREAMING_ECDSA;
    ChunkSeed seed = seed(signed(payload), payload);
    String body = new String(written(seed, payload, "hello world"), StandardCharsets.ISO_8859_1);
    int at = body.indexOf('=') + 1;
    String signature = body.substring(at, at + 144);
    for (String other :
        List.of(
            EcdsaSignature.unpad(signature)
                + "*".repeat(150 - EcdsaSignature.unpad(signature).length()),
            signature.substring(0, 143),
            "*".repeat(144),
            "0".repeat(64),
            "")) {
      assertThatExceptionOfType(MalformedRequestException.class)
          .isThrownBy(
              () ->
                  read(
                      ChunkReader.signed(seed, 11, 11),
                      body.replace(signature, other).getBytes(StandardCharsets.ISO_8859_1)))
          .withMessageContaining("chunk-signature of 144 digits");
    }
  }

  @Test
  void anAlgorithmDoesNotReadOrWriteTheChunksOfTheOther() throws Exception {
    ChunkSeed ecdsa = seed(signed(PayloadHash.STREAMING_ECDSA), PayloadHash.STREAMING_ECDSA);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChunkWriter.of(PayloadHash.STREAMING_SIGNED, ecdsa));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChunkReader.of(PUT, PayloadHash.STREAMING_SIGNED, ecdsa, 11));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChunkWriter.of(PayloadHash.STREAMING_EVENTS, ecdsa));
    ChunkSeed hmac =
        new Signer(new SigningKeys())
            .sign(
                SigningParameters.of(KEYS, "eu-west-1", "s3", NOW),
                PUT,
                PayloadHash.STREAMING_SIGNED)
            .chunkSeed();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChunkWriter.of(PayloadHash.STREAMING_ECDSA, hmac));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChunkReader.of(PUT, PayloadHash.STREAMING_ECDSA_TRAILER, hmac, 11));
  }

  @Test
  void fuzzAllowsOnlyMalformedRequestsAndNoChangedByte() throws Exception {
    Random random = new Random(4717);
    PayloadHash payload = PayloadHash.STREAMING_ECDSA_TRAILER;
    ChunkSeed seed = seed(signed(payload), payload);
    String body =
        new String(written(seed, payload, "hello ", "world"), StandardCharsets.ISO_8859_1);
    for (int i = 0; i < 500; i++) {
      byte[] mutated = Fuzz.mutate(random, body).getBytes(StandardCharsets.ISO_8859_1);
      Collected collected = new Collected();
      try {
        ChunkReader reader = ChunkReader.signedWithTrailer(seed, 11, 6, CRC_NAME);
        reader.feed(mutated, 0, mutated.length, collected);
        reader.finish();
      } catch (MalformedRequestException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
      }
      assertThat("hello world").startsWith(collected.text());
    }
  }
}
