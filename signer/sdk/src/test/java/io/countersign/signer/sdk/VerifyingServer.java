package io.countersign.signer.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.internal.signer.CredentialScope;
import software.amazon.awssdk.http.auth.aws.internal.signer.V4Properties;
import software.amazon.awssdk.http.auth.aws.internal.signer.V4RequestSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * A stand-in for AWS that signs each request once more with the signer of the SDK, over what came
 * in and no more than the headers that the request says are signed, and compares.
 */
final class VerifyingServer implements AutoCloseable {

  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * What came, and whether the signature was right.
   *
   * @param problem empty if the SDK's signer comes to the same signature
   */
  record Seen(
      String target, String signedHeaders, String contentSha256, String body, String problem) {}

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final AwsCredentialsIdentity identity;
  private final HttpServer server;

  VerifyingServer(AwsCredentialsIdentity identity) throws IOException {
    this.identity = identity;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      seen.add(check(exchange, body));
      byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : 2);
      exchange.getResponseBody().write(answer);
    }
  }

  private Seen check(HttpExchange exchange, byte[] body) {
    String authorization = first(exchange, "Authorization");
    String query = exchange.getRequestURI().getRawQuery();
    SdkHttpRequest.Builder sent =
        SdkHttpRequest.builder()
            .uri(URI.create(endpoint() + "/" + (query == null ? "" : "?" + query)))
            .encodedPath(exchange.getRequestURI().getRawPath())
            .method(SdkHttpMethod.fromValue(exchange.getRequestMethod()));
    boolean presigned = authorization.isEmpty();
    String credential = presigned ? parameter(sent, "X-Amz-Credential") : part(authorization, 0);
    String names = presigned ? parameter(sent, "X-Amz-SignedHeaders") : part(authorization, 1);
    String date = presigned ? parameter(sent, "X-Amz-Date") : first(exchange, "X-Amz-Date");
    for (String name : names.split(";", -1)) {
      exchange
          .getRequestHeaders()
          .getOrDefault(name, List.of())
          .forEach(v -> sent.appendHeader(name, v));
    }
    String hash = presigned ? "UNSIGNED-PAYLOAD" : first(exchange, "x-amz-content-sha256");
    sent.putHeader("x-amz-content-sha256", hash);
    String problem;
    if (presigned) {
      String claimed = parameter(sent, "X-Amz-Signature");
      long seconds = Long.parseLong(parameter(sent, "X-Amz-Expires"));
      List<String> added = new ArrayList<>(sent.rawQueryParameters().keySet());
      added.stream().filter(key -> key.startsWith("X-Amz-")).forEach(sent::removeQueryParameter);
      SdkHttpRequest again =
          V4RequestSigner.presigned(properties(credential, date), Duration.ofSeconds(seconds))
              .sign(sent)
              .getSignedRequest()
              .build();
      String ours = again.firstMatchingRawQueryParameter("X-Amz-Signature").orElse("");
      problem = ours.equals(claimed) ? "" : "the signature is " + claimed + ", not " + ours;
    } else {
      SdkHttpRequest again =
          V4RequestSigner.header(properties(credential, date))
              .sign(sent)
              .getSignedRequest()
              .build();
      String ours = again.firstMatchingHeader("Authorization").orElse("");
      problem = ours.equals(authorization) ? "" : authorization + " is not " + ours;
    }
    if (hash.length() == 64 && !hash.equals(sha256(body))) {
      problem += "; the body has another hash than " + hash;
    }
    return new Seen(
        exchange.getRequestURI().toString(),
        names,
        hash,
        new String(body, StandardCharsets.ISO_8859_1),
        problem);
  }

  private V4Properties properties(String credential, String date) {
    String[] scope = credential.split("/", -1);
    Instant time = Instant.from(AMZ_DATE.parse(date));
    boolean s3 = scope[3].equals("s3");
    return V4Properties.builder()
        .credentials(identity)
        .credentialScope(new CredentialScope(scope[2], scope[3], time))
        .signingClock(Clock.fixed(time, ZoneOffset.UTC))
        .doubleUrlEncode(!s3)
        .normalizePath(!s3)
        .build();
  }

  private static String part(String authorization, int i) {
    String part = authorization.split(", ", -1)[i];
    return part.substring(part.indexOf('=') + 1);
  }

  private static String parameter(SdkHttpRequest.Builder request, String name) {
    return request.rawQueryParameters().getOrDefault(name, List.of("")).get(0);
  }

  private static String first(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
