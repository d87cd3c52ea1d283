package io.countersign.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeenNamesTest {
  private final SeenNames seen = new SeenNames();

  @Test
  void namesAreSpelledAsTheyCame() {
    Random random = new Random(20261124);
    for (int i = 0; i < 100_000; i++) {
      byte[] line = new byte[60];
      for (int at = 0; at < line.length; at++) {
        line[at] = (byte) "aAbB-".charAt(random.nextInt(5));
      }
      int start = random.nextInt(8);
      int length = i % 10 == 0 ? random.nextInt(50) : random.nextInt(4);
      assertThat(seen.of(line, start, length).toString())
          .isEqualTo(new String(line, start, length, StandardCharsets.US_ASCII));
      line[start] = 'z'; // the decoder's buffer is used again
    }
  }

  @Test
  void aNameThatComesAgainIsTheSameObject() {
    byte[] line = "X-Amz-Date: 1".getBytes(StandardCharsets.US_ASCII);
    Object first = seen.of(line.clone(), 0, 10);
    assertThat(first).isSameAs(seen.of(line, 0, 10));
  }
}
