package io.countersign.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a web identity token says of itself, for messages: nothing is verified, and nothing is
 * decided by it. The claims are no secret; the signature, which is, is not read.
 *
 * @param issuer the OIDC provider, or null
 * @param audience empty when it names none
 * @param subject the service account in EKS, or null
 * @param expires null when it has no end
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7519#section-4.1">RFC 7519, section 4.1</a>
 */
record TokenClaims(
    @Nullable String issuer,
    List<String> audience,
    @Nullable String subject,
    @Nullable Instant expires) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long LATEST_SECONDS = Instant.MAX.getEpochSecond();
  private static final int MOST_AUDIENCES = 8;

  TokenClaims {
    audience = List.copyOf(audience);
  }

  /** The claims of a token; null when it is none. */
  static @Nullable TokenClaims read(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return null;
    }
    JsonNode claims;
    try {
      byte[] text = Base64.getUrlDecoder().decode(parts[1]);
      claims = JSON.readTree(new String(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException | JsonProcessingException e) {
      return null; // not a token; STS says so
    }
    if (!claims.isObject()) {
      return null;
    }
    JsonNode audience = claims.path("aud");
    List<String> audiences =
        audience.isTextual()
            ? List.of(clean(audience))
            : audience
                .valueStream()
                .filter(JsonNode::isTextual)
                .limit(MOST_AUDIENCES)
                .map(TokenClaims::clean)
                .toList();
    JsonNode end = claims.path("exp");
    boolean ends = end.isNumber() && Math.abs(end.asDouble()) < LATEST_SECONDS;
    return new TokenClaims(
        text(claims.path("iss")),
        audiences,
        text(claims.path("sub")),
        ends ? Instant.ofEpochSecond(end.asLong()) : null);
  }

  private static @Nullable String text(JsonNode claim) {
    return claim.isTextual() ? clean(claim) : null;
  }

  private static String clean(JsonNode claim) {
    return Text.clean(claim.asText(), List.of());
  }

  /** In a sentence. */
  @Override
  public String toString() {
    return "the token is for audience "
        + (audience.isEmpty() ? "none" : String.join(" and ", audience))
        + ", of issuer "
        + (issuer == null ? "none" : issuer)
        + ", for subject "
        + (subject == null ? "none" : subject)
        + ", "
        + (expires == null ? "without an end" : "until " + expires);
  }
}
