package io.countersign.signer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkReaderTest {

  private static final ChunkSeed SEED = seed("a-secret");
  private static final ChunkSeed OTHER_SEED = seed("another-secret");
  private static final ChunkTrailers CRC =
      ChunkTrailers.of(List.of(new ChunkTrailers.Trailer("x-amz-checksum-crc32", "sOO8/Q==")));
  private static final List<String> CRC_NAME = List.of("x-amz-checksum-crc32");

  private static ChunkSeed seed(String secret) {
    SigningKey key =
        new SigningKeys()
            .key(AwsCredentials.of("AKID", secret, null), "20260101", "eu-west-1", "s3");
    return new ChunkSeed(key, "20260101T000000Z", "0".repeat(64));
  }

  private static String write(ChunkWriter writer, ChunkTrailers trailers, String... chunks) {
    Bytes out = new Bytes(256);
    ChunkWriter.Output output =
        encoded -> {
          byte[] copy = new byte[encoded.remaining()];
          encoded.get(copy);
          out.put(copy);
        };
    for (String chunk : chunks) {
      writer.chunk(ByteBuffer.wrap(bytes(chunk)), output);
    }
    writer.end(trailers, output);
    return out.toString();
  }

  private static byte[] bytes(String octets) {
    return octets.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Collected read(ChunkReader reader, String body) throws MalformedRequestException {
    Collected collected = new Collected();
    reader.feed(bytes(body), 0, body.length(), collected);
    reader.finish();
    return collected;
  }

  private static void refuses(ChunkReader reader, String body, String reason) {
    assertThatExceptionOfType(MalformedRequestException.class)
        .isThrownBy(() -> read(reader, body))
        .withMessageContaining(reason);
  }

  @Test
  void readsABodyCutAtEveryOffset() throws Exception {
    String body = write(ChunkWriter.signedWithTrailer(SEED), CRC, "hello ", "world");
    for (int cut = 0; cut <= body.length(); cut++) {
      ChunkReader reader = ChunkReader.signedWithTrailer(SEED, 11, 6, CRC_NAME);
      Collected collected = new Collected();
      reader.feed(bytes(body), 0, cut, collected);
      reader.feed(bytes(body), cut, body.length() - cut, collected);
      reader.finish();
      assertThat(collected.text()).isEqualTo("hello world");
      assertThat(collected.sizes).containsExactly(6, 5);
      assertThat(collected.ended()).isTrue();
      assertThat(reader.isDone()).isTrue();
    }
  }

  @Test
  void readsABodyByteByByte() throws Exception {
    String body = write(ChunkWriter.unsignedWithTrailer(), CRC, "hello ", "world");
    ChunkReader reader = ChunkReader.unsignedWithTrailer(11, CRC_NAME);
    Collected collected = new Collected();
    for (byte octet : bytes(body)) {
      reader.feed(new byte[] {octet}, 0, 1, collected);
    }
    reader.finish();
    assertThat(collected.text()).isEqualTo("hello world");
    assertThat(collected.trailers().lines()).isEqualTo(CRC.lines());
  }

  @Test
  void readsChunksOfManyStepsFromBuffersOfEveryKind() throws Exception {
    String first = "0123456789abcde\n".repeat(4096);
    String second = "another chunk, of a length of its own. ".repeat(211);
    byte[] body = bytes(write(ChunkWriter.signed(SEED), ChunkTrailers.NONE, first, second));
    byte[] shifted = new byte[body.length + 7];
    System.arraycopy(body, 0, shifted, 7, body.length);
    for (ByteBuffer in :
        List.of(
            ByteBuffer.wrap(shifted, 7, body.length),
            ByteBuffer.wrap(shifted, 7, body.length).slice(),
            ByteBuffer.wrap(body).asReadOnlyBuffer(),
            ByteBuffer.allocateDirect(body.length).put(body).flip())) {
      ChunkReader reader =
          ChunkReader.signed(SEED, first.length() + second.length(), first.length());
      Collected collected = new Collected();
      int end = in.limit();
      while (in.position() < end) {
        reader.feed(in.limit(Math.min(end, in.position() + 60_000)), collected);
      }
      reader.finish();
      assertThat(collected.text()).isEqualTo(first + second);
    }
  }

  @Test
  void readsAnEmptyBody() throws Exception {
    String body = write(ChunkWriter.signed(SEED), ChunkTrailers.NONE);
    assertThat(read(ChunkReader.signed(SEED, 0, 1), body).text()).isEmpty();
  }

  @Test
  void keepsTheLengthWhenABodyIsSignedAnew() throws Exception {
    for (String lineEnd : List.of("\r\n", "\n\r\n")) {
      String body = write(ChunkWriter.signedWithTrailer(SEED), CRC, "hello ", "world");
      body = body.replace("sOO8/Q==\r\n", "sOO8/Q==" + lineEnd);
      Bytes out = new Bytes(256);
      ChunkWriter writer = ChunkWriter.signedWithTrailer(OTHER_SEED);
      ChunkWriter.Output output =
          encoded -> {
            byte[] copy = new byte[encoded.remaining()];
            encoded.get(copy);
            out.put(copy);
          };
      ChunkReader reader = ChunkReader.signedWithTrailer(SEED, 11, 64, CRC_NAME);
      reader.feed(
          ByteBuffer.wrap(bytes(body)),
          new ChunkReader.Sink() {
            @Override
            public void data(ByteBuffer data) {
              writer.chunk(data, output);
            }

            @Override
            public void end(ChunkTrailers trailers) {
              writer.end(trailers, output);
            }
          });
      assertThat(out.length).isEqualTo(body.length());
      assertThat(out.toString()).isNotEqualTo(body);
      assertThat(
              read(ChunkReader.signedWithTrailer(OTHER_SEED, 11, 64, CRC_NAME), out.toString())
                  .text())
          .isEqualTo("hello world");
    }
  }

  @Test
  void signsAnUnsignedBodyAsItFlowsAndTakesASignatureOffAgain() throws Exception {
    String unsigned = write(ChunkWriter.unsignedWithTrailer(), CRC, "hello ", "world");
    String signed =
        anew(
            ChunkReader.unsignedWithTrailer(11, CRC_NAME),
            unsigned,
            ChunkWriter.signedWithTrailer(SEED));
    assertThat(signed)
        .isEqualTo(write(ChunkWriter.signedWithTrailer(SEED), CRC, "hello ", "world"));
    assertThat(
            anew(
                ChunkReader.signedWithTrailer(SEED, 11, 6, CRC_NAME),
                signed,
                ChunkWriter.unsignedWithTrailer()))
        .isEqualTo(unsigned);
  }

  private static String anew(ChunkReader reader, String body, ChunkWriter writer)
      throws MalformedRequestException {
    Bytes out = new Bytes(256);
    ChunkWriter.Output output =
        encoded -> {
          byte[] copy = new byte[encoded.remaining()];
          encoded.get(copy);
          out.put(copy);
        };
    reader.feed(
        ByteBuffer.wrap(bytes(body)),
        new ChunkReader.Sink() {
          @Override
          public void data(ByteBuffer data) {
            writer.chunk(data, output);
          }

          @Override
          public void end(ChunkTrailers trailers) {
            writer.end(trailers, output);
          }
        });
    reader.finish();
    return out.toString();
  }

  @Test
  void takesChunksUpToTheLimitAndNotPastIt() throws Exception {
    for (int size : new int[] {1, 15, 16, 255, 256, 8191, 8192, 8193, 65_535, 65_536}) {
      String body =
          write(ChunkWriter.signed(SEED), ChunkTrailers.NONE, "a".repeat(size), "b".repeat(size));
      assertThat(body)
          .hasSize(
              Math.toIntExact(
                  ChunkWriter.encodedLength(
                      PayloadHash.STREAMING_SIGNED, 2L * size, size, ChunkTrailers.NONE)));
      assertThat(read(ChunkReader.signed(SEED, 2L * size, size), body).sizes)
          .containsExactly(size, size);
      if (size > 1) {
        refuses(ChunkReader.signed(SEED, 2L * size, size - 1), body, "more than the");
      }
      refuses(ChunkReader.signed(SEED, 2L * size - 1, size), body, "goes past the");
    }
  }

  @Test
  void readsTheTrailersOfTheClientsThatEndLinesWithLf() throws Exception {
    String unsigned = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:sOO8/Q==\n\r\n\r\n";
    Collected collected = read(ChunkReader.unsignedWithTrailer(5, CRC_NAME), unsigned);
    assertThat(collected.trailers().lines()).isEqualTo(CRC.lines());
  }

  @Test
  void acceptsSizesInUpperCaseHex() throws Exception {
    String body = "A\r\n0123456789\r\n0\r\n\r\n";
    assertThat(read(ChunkReader.unsignedWithTrailer(10, List.of()), body).text())
        .isEqualTo("0123456789");
  }

  @Test
  void refusesAChangedChunkBeforeAnyOfItsBytesIsGivenOut() {
    String body = write(ChunkWriter.signed(SEED), ChunkTrailers.NONE, "good", "hello");
    ChunkReader reader = ChunkReader.signed(SEED, 9, 64);
    Collected collected = new Collected();
    String changed = body.replace("hello", "hellO");
    MalformedRequestException refusal =
        catchThrowableOfType(
            MalformedRequestException.class,
            () -> reader.feed(bytes(changed), 0, changed.length(), collected));
    assertThat(refusal).isInstanceOf(ChunkSignatureException.class).hasMessageContaining("chunk 2");
    assertThat(collected.text()).isEqualTo("good");
    assertThatExceptionOfType(ChunkSignatureException.class)
        .as("it stays failed")
        .isThrownBy(() -> reader.feed(bytes(body), 0, body.length(), collected));
    assertThatExceptionOfType(ChunkSignatureException.class).isThrownBy(reader::finish);
    assertThat(reader.isDone()).isFalse();
  }

  @Test
  void refusesChunksInAnotherOrderOrDroppedOrRepeated() {
    String body = write(ChunkWriter.signed(SEED), ChunkTrailers.NONE, "aaa", "bbb");
    int second = body.indexOf("3;chunk-signature=", 1);
    int last = body.indexOf("0;chunk-signature=");
    String a = body.substring(0, second);
    String b = body.substring(second, last);
    String end = body.substring(last);
    refuses(ChunkReader.signed(SEED, 6, 64), b + a + end, "does not match");
    refuses(ChunkReader.signed(SEED, 6, 64), b + end, "does not match");
    refuses(ChunkReader.signed(SEED, 6, 64), a + a + end, "does not match");
    refuses(ChunkReader.signed(SEED, 6, 64), a + end, "does not match");
    refuses(ChunkReader.signed(SEED, 6, 64), a + b, "ends before");
  }

  @Test
  void refusesChunksSignedWithAnotherSecretOrSeed() {
    String body = write(ChunkWriter.signed(OTHER_SEED), ChunkTrailers.NONE, "hello");
    refuses(ChunkReader.signed(SEED, 5, 64), body, "does not match");
  }

  @Test
  void refusesAChangedTrailer() {
    String body = write(ChunkWriter.signedWithTrailer(SEED), CRC, "hello");
    refuses(
        ChunkReader.signedWithTrailer(SEED, 5, 64, CRC_NAME),
        body.replace("sOO8", "sOO9"),
        "the trailer does not match");
  }

  @Test
  void refusesATrailerWithoutItsSignature() {
    String body = write(ChunkWriter.signedWithTrailer(SEED), CRC, "hello");
    int at = body.indexOf("x-amz-trailer-signature");
    refuses(
        ChunkReader.signedWithTrailer(SEED, 5, 64, CRC_NAME),
        body.substring(0, at) + "\r\n",
        "lacks x-amz-trailer-signature");
  }

  @Test
  void refusesALineBehindTheTrailerSignature() {
    String body = write(ChunkWriter.signedWithTrailer(SEED), CRC, "hello");
    refuses(
        ChunkReader.signedWithTrailer(SEED, 5, 64, CRC_NAME),
        body.substring(0, body.length() - 2) + "x-amz-meta-a:b\r\n\r\n",
        "goes on after its signature");
  }

  @Test
  void refusesATrailerThatIsNotAnnouncedOrDoesNotCome() {
    String body = write(ChunkWriter.unsignedWithTrailer(), CRC, "hello");
    refuses(ChunkReader.unsignedWithTrailer(5, List.of()), body, "does not announce it");
    refuses(
        ChunkReader.unsignedWithTrailer(5, List.of("x-amz-checksum-sha1")),
        body,
        "does not announce it");
    refuses(
        ChunkReader.unsignedWithTrailer(5, CRC_NAME),
        "5\r\nhello\r\n0\r\n\r\n",
        "lacks x-amz-checksum-crc32");
    String twice = "x-amz-checksum-crc32:sOO8/Q==\r\n";
    refuses(
        ChunkReader.unsignedWithTrailer(5, CRC_NAME),
        "5\r\nhello\r\n0\r\n" + twice + twice + "\r\n",
        "twice");
  }

  @Test
  void refusesATrailerWhereNoneIsDeclared() {
    String body = write(ChunkWriter.signed(SEED), ChunkTrailers.NONE, "hello");
    refuses(
        ChunkReader.signed(SEED, 5, 64),
        body.substring(0, body.length() - 2) + "x-amz-checksum-crc32:sOO8/Q==\r\n\r\n",
        "not followed by CR LF");
  }

  @Test
  void refusesASignedTrailerInAnUnsignedBody() {
    refuses(
        ChunkReader.unsignedWithTrailer(5, CRC_NAME),
        "5\r\nhello\r\n0\r\nx-amz-trailer-signature:" + "0".repeat(64) + "\r\n\r\n",
        "declared unsigned");
  }

  @Test
  void refusesAMissingFinalChunk() {
    String body = write(ChunkWriter.signed(SEED), ChunkTrailers.NONE, "hello");
    for (int end = 0; end < body.length(); end++) {
      refuses(ChunkReader.signed(SEED, 5, 64), body.substring(0, end), "ends before");
    }
  }

  @Test
  void refusesADecodedLengthThatIsNotThatOfTheChunks() {
    String body = write(ChunkWriter.signed(SEED), ChunkTrailers.NONE, "hello");
    refuses(ChunkReader.signed(SEED, 4, 64), body, "goes past the 4 bytes");
    refuses(ChunkReader.signed(SEED, 6, 64), body, "the chunks have 5 bytes");
  }

  @Test
  void refusesBytesBehindTheEnd() {
    String body = write(ChunkWriter.signed(SEED), ChunkTrailers.NONE, "hello");
    refuses(ChunkReader.signed(SEED, 5, 64), body + "0", "follow the end");
  }

  @Test
  void boundsTheChunkSize() throws Exception {
    String body = write(ChunkWriter.signed(SEED), ChunkTrailers.NONE, "hello");
    assertThat(read(ChunkReader.signed(SEED, 5, 5), body).text()).isEqualTo("hello");
    refuses(ChunkReader.signed(SEED, 5, 4), body, "more than the 4 that are allowed");
  }

  @Test
  void boundsTheTrailer() {
    refuses(
        ChunkReader.unsignedWithTrailer(0, List.of("a")),
        "0\r\na:" + "b".repeat(9000),
        "longer than");
  }

  @Test
  void refusesBadFraming() {
    String signature = ";chunk-signature=" + "0".repeat(64);
    for (String body :
        List.of(
            "\r\n",
            "5\nhello\r\n",
            "5 \r\nhello\r\n",
            "-5\r\nhello\r\n",
            "+5\r\nhello\r\n",
            "0x5\r\nhello\r\n",
            "05\r\nhello\r\n",
            "00\r\n\r\n",
            "5;a=b\r\nhello\r\n",
            "5" + signature + "\r\nhello\r\n",
            "5\r\nhelloXX0\r\n\r\n",
            "5\r\nhello\n0\r\n\r\n",
            "ffffffffffffffff\r\n",
            "5".repeat(200) + "\r\n")) {
      refuses(ChunkReader.unsignedWithTrailer(5, List.of()), body, "aws-chunked");
    }
    for (String body :
        List.of(
            "5\r\nhello",
            "5;chunk-signature=\r\nhello",
            "5;chunk-signature=" + "A".repeat(64) + "\r\nhello",
            "5 " + signature + "\r\nhello",
            "5" + signature + ";a=b\r\nhello",
            "5" + signature.toUpperCase(Locale.ROOT) + "\r\nhello")) {
      refuses(ChunkReader.signed(SEED, 5, 64), body, "aws-chunked");
    }
  }

  @Test
  void takesLengthAndTrailersFromTheHeadersOfTheRequest() throws Exception {
    TestRequest put =
        TestRequest.of("PUT", "/k")
            .with("X-Amz-Decoded-Content-Length", " 5 ")
            .with("X-Amz-Trailer", "X-Amz-Checksum-Crc32");
    for (PayloadHash payload :
        List.of(PayloadHash.STREAMING_SIGNED_TRAILER, PayloadHash.STREAMING_UNSIGNED_TRAILER)) {
      String body = write(ChunkWriter.of(payload, SEED), CRC, "hello");
      assertThat(read(ChunkReader.of(put, payload, SEED, 64), body).text()).isEqualTo("hello");
    }
    PayloadHash plain = PayloadHash.STREAMING_SIGNED;
    String body = write(ChunkWriter.of(plain, SEED), ChunkTrailers.NONE, "hello");
    TestRequest noTrailer = put.without("x-amz-trailer");
    assertThat(read(ChunkReader.of(noTrailer, plain, SEED, 64), body).text()).isEqualTo("hello");
    for (TestRequest bad :
        List.of(
            put,
            TestRequest.of("PUT", "/k"),
            noTrailer.with("x-amz-decoded-content-length", "5"),
            TestRequest.of("PUT", "/k").with("x-amz-decoded-content-length", "-5"),
            TestRequest.of("PUT", "/k").with("x-amz-decoded-content-length", "5, 5"),
            noTrailer.with("x-amz-trailer", "a,,b"))) {
      assertThatExceptionOfType(MalformedRequestException.class)
          .isThrownBy(() -> ChunkReader.of(bad, plain, SEED, 64));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChunkReader.of(put, PayloadHash.UNSIGNED, SEED, 64));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChunkWriter.of(PayloadHash.UNSIGNED, SEED));
  }

  @Test
  void writesNothingThatItCouldNotMean() {
    ChunkWriter writer = ChunkWriter.signed(SEED);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.chunk(ByteBuffer.allocate(0), encoded -> {}));
    assertThatIllegalArgumentException().isThrownBy(() -> writer.end(CRC, encoded -> {}));
    writer.end(ChunkTrailers.NONE, encoded -> {});
    assertThatIllegalStateException()
        .isThrownBy(() -> writer.end(ChunkTrailers.NONE, encoded -> {}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChunkTrailers.of(List.of(new ChunkTrailers.Trailer("a", "b\r\nc"))));
  }

  @Test
  void fuzzAllowsOnlyMalformedRequests() {
    Random random = new Random(20261124);
    String signed = write(ChunkWriter.signedWithTrailer(SEED), CRC, "hello ", "world");
    String unsigned = write(ChunkWriter.unsignedWithTrailer(), CRC, "hello ", "world");
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      boolean useSigned = random.nextBoolean();
      String body = useSigned ? signed : unsigned;
      String mutated = Fuzz.mutate(random, body);
      ChunkReader reader =
          useSigned
              ? ChunkReader.signedWithTrailer(SEED, 11, 16, CRC_NAME)
              : ChunkReader.unsignedWithTrailer(11, CRC_NAME);
      Collected collected = new Collected();
      try {
        int cut = random.nextInt(mutated.length() + 1);
        reader.feed(bytes(mutated), 0, cut, collected);
        reader.feed(bytes(mutated), cut, mutated.length() - cut, collected);
        reader.finish();
        accepted++;
        assertThat(collected.text()).hasSize(11);
        if (useSigned) {
          assertThat(collected.text()).isEqualTo("hello world");
        }
      } catch (MalformedRequestException expected) {
        assertThat(expected.getMessage()).isNotEmpty();
        assertThat("hello world".startsWith(collected.text()) || !useSigned)
            .as("only verified bytes were given out")
            .isTrue();
      }
    }
    assertThat(accepted).isPositive();
  }
}
