package io.countersign.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An issuer of tokens on a loopback port: OpenID Connect discovery, a set of keys, and tokens that
 * are signed with the JDK alone, so that the library under test is not its own judge.
 */
public final class TestIssuer implements AutoCloseable {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** A key and its name. */
  public record Key(String id, KeyPair pair) {
    /** A new one for RS256 and its like. */
    public static Key rsa(String id, int bits) {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return new Key(id, generator.generateKeyPair());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has RSA", e);
      }
    }

    /** A new one for ES256. */
    public static Key p256(String id) {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return new Key(id, generator.generateKeyPair());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has P-256", e);
      }
    }

    /** As it stands in a set of keys. */
    public String jwk(String more) {
      String members =
          switch (pair.getPublic()) {
            case RSAPublicKey rsa ->
                "\"kty\":\"RSA\",\"n\":\""
                    + unsigned(rsa.getModulus(), 0)
                    + "\",\"e\":\""
                    + unsigned(rsa.getPublicExponent(), 0)
                    + "\"";
            case ECPublicKey ec ->
                "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                    + unsigned(ec.getW().getAffineX(), 32)
                    + "\",\"y\":\""
                    + unsigned(ec.getW().getAffineY(), 32)
                    + "\"";
            default -> throw new IllegalStateException("a key of another kind");
          };
      return "{" + members + ",\"kid\":\"" + id + "\"" + more + "}";
    }

    private static String unsigned(BigInteger number, int length) {
      byte[] bytes = number.toByteArray();
      int size = length > 0 ? length : (number.bitLength() + 7) / 8;
      byte[] fixed = new byte[size];
      int count = Math.min(size, bytes.length);
      System.arraycopy(bytes, bytes.length - count, fixed, size - count, count);
      return BASE64.encodeToString(fixed);
    }

    /** A token with this header and these claims, signed as {@code algorithm} of the JDK says. */
    public String sign(String header, String claims, String algorithm) {
      try {
        String signed = encoded(header) + "." + encoded(claims);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64.encodeToString(signature.sign());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("cannot sign with " + algorithm, e);
      }
    }

    /** A token as an issuer makes it. */
    public String token(String claims) {
      return pair.getPublic() instanceof RSAPublicKey
          ? sign(header("RS256"), claims, "SHA256withRSA")
          : sign(header("ES256"), claims, "SHA256withECDSAinP1363Format");
    }

    public String header(String algorithm) {
      return "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + id + "\",\"typ\":\"JWT\"}";
    }
  }

  /** What was asked. */
  public record Asked(String path, @Nullable String authorization, String body) {}

  private final HttpServer server;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private volatile String document = "";
  private volatile String review = "";
  private volatile int status = 200;

  /** An issuer with these keys. */
  public TestIssuer(Key... first) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("no port on loopback", e);
    }
    server.createContext("/", this::answer);
    server.start();
    has(first);
  }

  /** From now on it has these keys and no others. */
  public TestIssuer has(Key... now) {
    keys.clear();
    for (Key key : now) {
      keys.add(key.jwk(""));
    }
    document = "{\"keys\":[" + String.join(",", keys) + "]}";
    return this;
  }

  /** From now on this is the document of its keys. */
  public void document(String text) {
    document = text;
  }

  /** From now on it answers with this status. */
  public void status(int now) {
    status = now;
  }

  /** From now on this is what a TokenReview says. */
  public void review(String answer) {
    review = answer;
  }

  /** Its own name, as the tokens have it. */
  public String name() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public URI jwks() {
    return URI.create(name() + "/keys");
  }

  /** How often the keys were fetched. */
  public long fetches() {
    return asked.stream()
        .filter(one -> one.path().endsWith("keys") || one.path().endsWith("jwks"))
        .count();
  }

  public List<Asked> asked() {
    return asked;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      asked.add(
          new Asked(
              path,
              exchange.getRequestHeaders().getFirst("Authorization"),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      String text =
          path.equals("/.well-known/openid-configuration")
              ? "{\"issuer\":\"" + name() + "\",\"jwks_uri\":\"" + name() + "/keys\"}"
              : path.endsWith("/tokenreviews") ? review : document;
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      if (status / 100 == 3) {
        exchange.getResponseHeaders().set("Location", name() + "/elsewhere/keys");
      }
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Text in the base 64 of tokens. */
  public static String encoded(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
