package io.countersign.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import io.countersign.config.Agent;
import io.countersign.config.TokenIssuer;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that an issuer has signed (RFC 7519): whose they are, if they are good. The issuer is
 * found by its name in the token; everything else that decides comes from the configuration: where
 * its keys are, with which algorithms they sign, and what the claims mean.
 *
 * <p>Thread-safe. It may wait for an issuer's keys, so it is never called on an event loop.
 */
final class SignedTokens {
  /** The longest token that is looked at, in characters. */
  static final int MAX_LENGTH = 16_384;

  private static final int MIN_RSA_BITS = 2048;

  /** Keys of a set without names that are tried for one token. */
  private static final int MAX_TRIES = 16;

  /** A token of another purpose, such as a logout token, is none that lets in. */
  private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

  /** Who judges the tokens that an issuer has signed. */
  interface Judge {
    /** Whose token it is, if it is good. */
    Caller judge(JWSObject token, Claims claims) throws TokenRefused;
  }

  private final Map<String, Judge> byIssuer;
  private final @Nullable Judge otherwise;

  /**
   * @param byIssuer by the claim {@code iss}
   * @param otherwise asked about tokens of any other issuer; null refuses them
   */
  SignedTokens(Map<String, Judge> byIssuer, @Nullable Judge otherwise) {
    this.byIssuer = Map.copyOf(byIssuer);
    this.otherwise = otherwise;
  }

  /** Whether the text has the form of a signed token: three parts, the first of them JSON. */
  static boolean looksSigned(String token) {
    return token.startsWith("eyJ") && token.chars().filter(c -> c == '.').count() == 2;
  }

  /**
   * Says whose token it is.
   *
   * @throws TokenRefused for whatever reason it is not taken; nothing else is thrown for any text
   */
  Caller verify(String text) throws TokenRefused {
    if (text.length() > MAX_LENGTH) {
      throw malformed("it is longer than " + MAX_LENGTH + " characters");
    }
    JWSObject token;
    Map<String, Object> payload;
    try {
      token = JWSObject.parse(text);
      payload = token.getPayload().toJSONObject();
    } catch (ParseException | IllegalArgumentException e) {
      throw malformed("it is not a signed JSON Web Token");
    }
    if (payload == null) {
      throw malformed("its payload is not a JSON object");
    }
    Claims claims = new Claims(payload);
    Judge judge = payload.get("iss") instanceof String iss ? byIssuer.get(iss) : null;
    if (judge == null) {
      judge = otherwise;
    }
    if (judge == null) {
      throw TokenRefused.of(
          "unknown-issuer",
          "the token's issuer is none of the configuration",
          "get the token from a configured issuer, or add it to identity.issuers");
    }
    return judge.judge(token, claims);
  }

  private static TokenRefused malformed(String reason) {
    return TokenRefused.of("malformed-token", reason, "send the token as the issuer gave it");
  }

  /** Judges the tokens of one issuer by its keys. */
  static final class ByKeys implements Judge {
    private final TokenIssuer issuer;
    private final Caller.Kind kind;
    private final KeySet keys;
    private final Map<String, Agent> agents;
    private final InstantSource clock;

    /**
     * @param agents by what the claim that names the agent must be
     */
    ByKeys(
        TokenIssuer issuer,
        Caller.Kind kind,
        KeySet keys,
        Map<String, Agent> agents,
        InstantSource clock) {
      this.issuer = issuer;
      this.kind = kind;
      this.keys = keys;
      this.agents = Map.copyOf(agents);
      this.clock = clock;
    }

    TokenIssuer issuer() {
      return issuer;
    }

    @Override
    public Caller judge(JWSObject token, Claims claims) throws TokenRefused {
      JWSHeader header = token.getHeader();
      JWSAlgorithm algorithm = header.getAlgorithm();
      if (issuer.algorithms().stream().noneMatch(a -> a.name().equals(algorithm.getName()))) {
        throw TokenRefused.of(
            "wrong-algorithm",
            "the token is signed with an algorithm that its issuer is not configured for",
            "have the issuer sign with one of " + issuer.algorithms().stream().sorted().toList());
      }
      JOSEObjectType type = header.getType();
      if (type != null && !TYPES.contains(type.getType().toLowerCase(Locale.ROOT))) {
        throw TokenRefused.of(
            "wrong-type",
            "the token is of another type than JWT and at+jwt",
            "send an access token or an ID token");
      }
      if (!isSigned(token)) {
        throw TokenRefused.of(
            "bad-signature",
            "the token's signature is not one of its issuer's keys",
            "get a new token; the issuer may have changed its keys");
      }
      return caller(claims, expiration(claims));
    }

    private boolean isSigned(JWSObject token) throws TokenRefused {
      JWSHeader header = token.getHeader();
      int tries = 0;
      for (JWK key : keys.keys(header.getKeyID())) {
        JWSVerifier verifier = verifier(key, header.getAlgorithm());
        if (verifier == null) {
          continue;
        }
        if (tries == MAX_TRIES) {
          return false;
        }
        tries++;
        if (isSigned(token, verifier)) {
          return true;
        }
      }
      return false;
    }

    private static boolean isSigned(JWSObject token, JWSVerifier verifier) {
      try {
        return token.verify(verifier);
      } catch (JOSEException e) {
        return false; // a signature that this key cannot have made, such as one of another length
      }
    }

    /** Null unless the key is one for signatures of that algorithm. */
    private static @Nullable JWSVerifier verifier(JWK key, JWSAlgorithm algorithm) {
      if (key.getKeyUse() != null && !key.getKeyUse().equals(KeyUse.SIGNATURE)) {
        return null;
      }
      if (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) {
        return null;
      }
      try {
        if (JWSAlgorithm.Family.RSA.contains(algorithm)
            && key instanceof RSAKey rsa
            && rsa.size() >= MIN_RSA_BITS) {
          return new RSASSAVerifier(rsa.toPublicJWK());
        }
        if (JWSAlgorithm.Family.EC.contains(algorithm)
            && key instanceof ECKey ec
            && Curve.forJWSAlgorithm(algorithm).contains(ec.getCurve())) {
          return new ECDSAVerifier(ec.toPublicJWK());
        }
      } catch (JOSEException e) {
        return null; // a key that Java does not take is none that has signed
      }
      return null;
    }

    private Instant expiration(Claims claims) throws TokenRefused {
      Instant now = clock.instant();
      if (!claims.has("iss", List.of(issuer.issuer()))) {
        throw TokenRefused.of("wrong-issuer", "the token is of another issuer", "get one of it");
      }
      if (!claims.has("aud", issuer.audiences())) {
        throw TokenRefused.of(
            "wrong-audience",
            "the token is not for this gateway",
            "ask the issuer for a token with the audience " + issuer.audiences());
      }
      Instant expiration = claims.time("exp");
      if (expiration == null) {
        throw TokenRefused.of(
            "no-expiry", "the token has no 'exp'", "have the issuer set an expiry");
      }
      if (!now.isBefore(expiration.plus(issuer.clockSkew()))) {
        throw TokenRefused.of(
            "token-expired", "the token expired at " + expiration, "get a new token");
      }
      for (String name : List.of("nbf", "iat")) {
        Instant from = claims.time(name);
        if (from != null && now.plus(issuer.clockSkew()).isBefore(from)) {
          throw TokenRefused.of(
              "token-not-yet-valid",
              "the token's '" + name + "' is " + from + ", which is in the future",
              "set the clocks of the issuer and of the gateway");
        }
      }
      return expiration;
    }

    private Caller caller(Claims claims, Instant expiration) throws TokenRefused {
      String name = claims.text(issuer.agentClaim());
      Agent agent = name == null ? null : agents.get(name);
      if (agent == null) {
        throw TokenRefused.of(
            "unknown-agent",
            "the token is good, and its claim '"
                + String.join(".", issuer.agentClaim())
                + "' names no agent",
            "name the agent by that claim's value in the configuration of identity");
      }
      List<String> userClaim = issuer.userClaim();
      Map<String, String> attributes = new HashMap<>();
      for (Map.Entry<String, List<String>> each : issuer.attributes().entrySet()) {
        String value = claims.text(each.getValue());
        if (value != null) {
          attributes.put(each.getKey(), value);
        }
      }
      return new Caller(
          agent, kind, userClaim == null ? null : claims.text(userClaim), attributes, expiration);
    }
  }
}
