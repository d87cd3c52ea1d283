package io.countersign.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReaderTest {
  private static final String CHUNKED =
      String.join(
          "\r\n",
          "PUT /a?b=c HTTP/1.1",
          "Host: h",
          "Transfer-Encoding: chunked",
          "",
          "2;x=y",
          "ab",
          "1",
          "c",
          "0",
          "T: v",
          "",
          "");

  private static HttpRequest read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8), 1000);
  }

  private static HttpRequest read(byte[] bytes, long limit) throws IOException {
    HttpReader reader = new HttpReader(new ByteArrayInputStream(bytes), limit);
    HttpRequest head = Objects.requireNonNull(reader.readHead());
    return head.withBody(reader.readBody(head.headers()));
  }

  @Test
  void readsABodyByLengthAndByChunks() throws Exception {
    assertThat(
            read("PUT /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc").body().bytes())
        .isEqualTo("abc".getBytes(StandardCharsets.UTF_8));
    HttpRequest chunked = read(CHUNKED);
    assertThat(chunked.body().bytes()).isEqualTo("abc".getBytes(StandardCharsets.UTF_8));
    assertThat(chunked.path()).isEqualTo("/a");
    assertThat(chunked.query()).isEqualTo("b=c");
  }

  @Test
  void seesTheEndBetweenRequestsAsAnEnd() throws Exception {
    assertThat(new HttpReader(new ByteArrayInputStream(new byte[0]), 0).readHead()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nab",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\na",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\na",
        "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n folded: x\r\n\r\n",
        "GET / HTTP/1.1\nHost: h\n\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: h\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
      })
  void refusesWhatTwoParsersCouldReadInTwoWays(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedHttpException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET",
        "GET / HTTP/1.1\r\nHost: h\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\na",
        "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
      })
  void tellsABodyThatWasCutOffFromAWholeOne(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(EOFException.class);
  }

  @Test
  void takesABodyOfTheLimitAndRefusesOneByteMore() throws Exception {
    String head = "PUT / HTTP/1.1\r\nHost: h\r\n";
    byte[] fits = (head + "Content-Length: 4\r\n\r\nabcd").getBytes(StandardCharsets.UTF_8);
    assertThat(read(fits, 4).body().length()).isEqualTo(4);
    assertThatThrownBy(() -> read(fits, 3))
        .isInstanceOf(MalformedHttpException.class)
        .hasMessageContaining("longer than 3 bytes");
    byte[] chunked =
        (head + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
    assertThat(read(chunked, 4).body().length()).isEqualTo(4);
    assertThatThrownBy(() -> read(chunked, 3)).isInstanceOf(MalformedHttpException.class);
  }

  @Test
  void takesAHeadOfTheLimitAndRefusesOneByteMore() throws Exception {
    String frame = "GET / HTTP/1.1\r\nHost: h\r\nX: \r\n\r\n";
    int room = HttpReader.MAX_HEAD_BYTES - frame.length();
    String fits = "GET / HTTP/1.1\r\nHost: h\r\nX: " + "a".repeat(room) + "\r\n\r\n";
    assertThat(read(fits).headers().first("x")).hasSize(room);
    assertThatThrownBy(() -> read(fits.replace("X: ", "XX: ")))
        .isInstanceOf(MalformedHttpException.class);
  }

  @Test
  void answersAnyBytesWithARequestOrOneKindOfException() {
    String[] seeds = {"PUT /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc", CHUNKED};
    Random random = new Random(20260101);
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = mutate(seeds[i % seeds.length].getBytes(StandardCharsets.UTF_8), random);
      try {
        HttpReader reader = new HttpReader(new ByteArrayInputStream(bytes), 100);
        HttpRequest head = reader.readHead();
        if (head != null) {
          assertThat(reader.readBody(head.headers()).length()).isBetween(0L, 100L);
          Route.of(head);
        }
      } catch (MalformedHttpException | EOFException e) {
        assertThat(e.getMessage()).isNotBlank();
      } catch (IOException e) {
        throw new AssertionError(
            "not one of the exceptions allowed, for "
                + new String(bytes, StandardCharsets.ISO_8859_1),
            e);
      }
    }
  }

  static byte[] mutate(byte[] seed, Random random) {
    byte[] bytes =
        java.util.Arrays.copyOf(
            seed, random.nextInt(8) == 0 ? random.nextInt(seed.length + 1) : seed.length);
    for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
      int at = random.nextInt(bytes.length);
      bytes[at] =
          random.nextBoolean() ? (byte) random.nextInt(256) : bytes[random.nextInt(bytes.length)];
    }
    return bytes;
  }
}
