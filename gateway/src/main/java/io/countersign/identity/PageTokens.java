package io.countersign.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Places in the pages of an operation as agents get them: the place and a tag that binds it to the
 * agent, the connector, the operation and its input, so that it is good for going on with the same
 * call and for nothing else. Nothing is stored; every replica with the same key opens what another
 * has sealed. Thread-safe.
 */
public final class PageTokens {
  private static final int TAG_BYTES = 16;

  /**
   * The call that the pages are of.
   *
   * @param input a digest of the operation's input
   */
  public record Call(String agent, String connector, String operation, String input) {}

  private final GatewayKey key;

  PageTokens(GatewayKey key) {
    this.key = key;
  }

  /** What the agent gets: {@code <place>.<tag>}, both in base64url, fit for a query string. */
  public String seal(Call call, byte[] place) {
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(place);
    return text + "." + tag(call, text);
  }

  /** The place; empty unless {@link #seal} gave this for the same call. */
  public Optional<byte[]> open(Call call, String sealed) {
    int dot = sealed.lastIndexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    String text = sealed.substring(0, dot);
    byte[] given = sealed.substring(dot + 1).getBytes(StandardCharsets.UTF_8);
    byte[] right = tag(call, text).getBytes(StandardCharsets.US_ASCII);
    return MessageDigest.isEqual(right, given)
        ? Optional.of(Base64.getUrlDecoder().decode(text))
        : Optional.empty();
  }

  private String tag(Call call, String text) {
    // Names have no NUL, so no two calls give the same text.
    String bound =
        String.join("\0", call.agent(), call.connector(), call.operation(), call.input(), text);
    byte[] whole = key.page(bound.getBytes(StandardCharsets.UTF_8));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, TAG_BYTES));
  }
}
