package io.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.testkit.TestIssuer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When an issuer is asked for its keys, and what is done while it does not answer. */
class KeySetTest {
  private static final Duration KEEP = Duration.ofHours(1);
  private static final TestIssuer.Key FIRST = TestIssuer.Key.p256("first");
  private static final TestIssuer.Key SECOND = TestIssuer.Key.p256("second");

  private final TestIssuer issuer = new TestIssuer(FIRST);
  private final TickingClock clock = new TickingClock(Instant.parse("2026-11-24T12:00:00Z"));
  private final KeySet keys =
      new KeySet("test", () -> new IssuerHttp(null, null).get(issuer.jwks()), KEEP, clock);

  @AfterEach
  void stop() {
    issuer.close();
  }

  private boolean has(String id) throws TokenRefused {
    return !keys.keys(id).isEmpty();
  }

  @Test
  void fetchesOnceAndAgainAfterTenMinutes() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertThat(has("first")).isTrue();
    }
    assertThat(issuer.fetches()).isEqualTo(1);
    clock.advance(KeySet.REFRESH.minusMillis(1));
    assertThat(has("first")).isTrue();
    assertThat(issuer.fetches()).isEqualTo(1);
    clock.advance(Duration.ofMillis(1));
    assertThat(has("first")).isTrue();
    assertThat(issuer.fetches()).isEqualTo(2);
  }

  @Test
  void anUnknownKeyIsLookedForOnceInTenSecondsWhateverTokensCome() throws Exception {
    assertThat(has("first")).isTrue();
    for (int i = 0; i < 50; i++) {
      assertThat(has("forged-" + i)).isFalse();
    }
    assertThat(issuer.fetches()).as("the first fetch was just now").isEqualTo(1);
    clock.advance(KeySet.PAUSE);
    for (int i = 0; i < 50; i++) {
      assertThat(has("forged-" + i)).isFalse();
    }
    assertThat(issuer.fetches()).isEqualTo(2);
  }

  @Test
  void takesAKeyThatTheIssuerHasAddedAndLetsGoOfOneThatItHasWithdrawn() throws Exception {
    assertThat(has("first")).isTrue();
    issuer.has(SECOND);
    clock.advance(KeySet.PAUSE);
    assertThat(has("second")).isTrue();
    assertThat(has("first")).isFalse();
  }

  @Test
  void theKeysServeThroughAnOutageUpToTheBound() throws Exception {
    assertThat(has("first")).isTrue();
    issuer.status(503);
    clock.advance(KeySet.REFRESH.plus(KEEP).minusMillis(1));
    assertThat(has("first")).isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThatThrownBy(() -> has("first"))
        .isInstanceOfSatisfying(
            TokenRefused.class, e -> assertThat(e.identification().temporary()).isTrue());
    issuer.status(200);
    clock.advance(KeySet.PAUSE);
    assertThat(has("first")).isTrue();
  }

  @Test
  void anOutageIsAskedAboutOnceInTenSeconds() throws Exception {
    assertThat(has("first")).isTrue();
    issuer.status(503);
    clock.advance(KeySet.REFRESH);
    for (int i = 0; i < 20; i++) {
      assertThat(has("first")).isTrue();
    }
    assertThat(issuer.fetches()).isEqualTo(2);
  }

  @Test
  void withoutAnyKeyTheTokenIsRefusedForNow() {
    issuer.status(503);
    assertThatThrownBy(() -> has("first"))
        .isInstanceOfSatisfying(
            TokenRefused.class, e -> assertThat(e.code()).isEqualTo("issuer-unreachable"));
  }

  @Test
  void followsNoRedirect() {
    issuer.status(302);
    assertThatThrownBy(() -> has("first")).isInstanceOf(TokenRefused.class);
    assertThat(issuer.asked()).noneMatch(one -> one.path().contains("elsewhere"));
  }

  @Test
  void refusesADocumentThatIsNoSetOfKeysOrTooLarge() {
    for (String document :
        new String[] {
          "",
          "<html>",
          "[]",
          "{}",
          "{\"keys\":3}",
          "{\"keys\":[{\"kty\":\"EC\"}]}",
          "{\"keys\":[" + (FIRST.jwk("") + ",").repeat(KeySet.MAX_KEYS) + FIRST.jwk("") + "]}",
          "{\"keys\":[],\"x\":\"" + "y".repeat(IssuerHttp.MAX_BYTES) + "\"}"
        }) {
      issuer.document(document);
      clock.advance(KeySet.PAUSE);
      assertThatThrownBy(() -> has("first"))
          .as(document.substring(0, Math.min(40, document.length())))
          .isInstanceOf(TokenRefused.class);
    }
  }

  @Test
  void anIssuerThatIsNotThereIsAnErrorThatNamesIt() throws IOException {
    URI gone = issuer.jwks();
    issuer.close();
    assertThatThrownBy(() -> new IssuerHttp(null, null).get(gone)).isInstanceOf(IOException.class);
  }
}
