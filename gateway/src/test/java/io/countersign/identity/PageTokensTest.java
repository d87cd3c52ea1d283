package io.countersign.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A place in the pages of a call is good for that call and for nothing else. */
class PageTokensTest {
  private static final PageTokens TOKENS =
      new PageTokens(GatewayKey.of("a key of the tests, long enough".getBytes(UTF_8)));
  private static final PageTokens.Call CALL = new PageTokens.Call("agent", "c", "List", "digest");
  private static final byte[] PLACE = "{\"s\":3}".getBytes(UTF_8);

  @Test
  void opensWhatItSealedForTheSameCall() {
    String sealed = TOKENS.seal(CALL, PLACE);

    assertThat(TOKENS.open(CALL, sealed)).contains(PLACE);
    assertThat(sealed).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{22}");
  }

  @Test
  void opensNothingForAnotherCall() {
    String sealed = TOKENS.seal(CALL, PLACE);

    for (PageTokens.Call other :
        List.of(
            new PageTokens.Call("other", "c", "List", "digest"),
            new PageTokens.Call("agent", "d", "List", "digest"),
            new PageTokens.Call("agent", "c", "Scan", "digest"),
            new PageTokens.Call("agent", "c", "List", "other"))) {
      assertThat(TOKENS.open(other, sealed)).isEmpty();
    }
  }

  @Test
  void anotherKeyOpensNothing() {
    PageTokens other =
        new PageTokens(GatewayKey.of("another key, long enough too".getBytes(UTF_8)));

    assertThat(other.open(CALL, TOKENS.seal(CALL, PLACE))).isEmpty();
  }

  @Test
  void opensNothingThatWasChanged() {
    Random random = new Random(20261124);
    String sealed = TOKENS.seal(CALL, PLACE);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder changed = new StringBuilder(sealed);
      changed.setCharAt(random.nextInt(sealed.length()), (char) random.nextInt(128));
      if (random.nextBoolean()) {
        changed.setLength(random.nextInt(sealed.length()));
      }
      if (!changed.toString().equals(sealed)) {
        assertThat(TOKENS.open(CALL, changed.toString())).isEmpty();
      }
    }
  }
}
