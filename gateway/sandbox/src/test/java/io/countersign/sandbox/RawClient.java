package io.countersign.sandbox;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Requests signed by the SDK's public signer, that a test can spoil before they go out. */
final class RawClient {
  static final AwsCredentialsIdentity GATEWAY =
      AwsCredentialsIdentity.create(
          "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  /** An answer, read until the server closed. */
  record Answer(int status, String head, String body) {}

  /** What goes over the wire; mutable, for spoiling. */
  static final class Draft {
    String method = "GET";
    String target = "/";
    final Map<String, List<String>> headers = new LinkedHashMap<>();
    byte[] body = new byte[0];

    Draft set(String name, String value) {
      headers.keySet().removeIf(name::equalsIgnoreCase);
      headers.put(name, new ArrayList<>(List.of(value)));
      return this;
    }

    Draft remove(String name) {
      headers.keySet().removeIf(name::equalsIgnoreCase);
      return this;
    }

    String get(String name) {
      return headers.entrySet().stream()
          .filter(e -> e.getKey().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow()
          .getValue()
          .get(0);
    }

    byte[] bytes() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
      headers.forEach((name, values) -> values.forEach(v -> head.append(name + ": " + v + "\r\n")));
      head.append("Connection: close\r\n");
      if (body.length > 0) {
        head.append("Content-Length: " + body.length + "\r\n");
      }
      out.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
      out.writeBytes(body);
      return out.toByteArray();
    }
  }

  /** What is signed, and how. */
  record Plan(
      String service,
      String method,
      String path,
      Map<String, String> query,
      Map<String, String> headers,
      String body,
      AwsCredentialsIdentity identity,
      Clock clock,
      boolean chunked,
      boolean signPayload,
      @Nullable Duration presign) {
    byte[] bytes() {
      return body.getBytes(StandardCharsets.UTF_8);
    }

    Plan with(AwsCredentialsIdentity other) {
      return new Plan(
          service, method, path, query, headers, body, other, clock, chunked, signPayload, presign);
    }

    Plan with(Clock other) {
      return new Plan(
          service,
          method,
          path,
          query,
          headers,
          body,
          identity,
          other,
          chunked,
          signPayload,
          presign);
    }

    Plan chunkSigned() {
      return new Plan(
          service, method, path, query, headers, body, identity, clock, true, signPayload, presign);
    }

    Plan unsignedPayload() {
      return new Plan(
          service, method, path, query, headers, body, identity, clock, chunked, false, presign);
    }

    Plan presigned(Duration time) {
      return new Plan(
          service, method, path, query, headers, body, identity, clock, chunked, false, time);
    }
  }

  private final int port;

  RawClient(Sandbox sandbox) {
    this.port = sandbox.port();
  }

  static Plan plan(
      String service,
      String method,
      String path,
      Map<String, String> query,
      Map<String, String> headers,
      String body) {
    return new Plan(
        service, method, path, query, headers, body, GATEWAY, Clock.systemUTC(), false, true, null);
  }

  static Plan callerIdentity() {
    return plan(
        "sts",
        "POST",
        "/",
        Map.of(),
        Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
        "Action=GetCallerIdentity&Version=2011-06-15");
  }

  static Plan json(String service, String target, String body) {
    return plan(
        service,
        "POST",
        "/",
        Map.of(),
        Map.of("Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", target),
        body);
  }

  Draft sign(Plan plan) throws IOException {
    boolean s3 = plan.service().equals("s3");
    SdkHttpRequest.Builder request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(plan.method()))
            .protocol(plan.signPayload() ? "http" : "https")
            .host("127.0.0.1")
            .port(port)
            .encodedPath(plan.path());
    plan.headers().forEach(request::putHeader);
    if (plan.chunked()) {
      request.putHeader("Content-Length", "" + plan.bytes().length);
    }
    plan.query().forEach(request::putRawQueryParameter);
    ContentStreamProvider payload = () -> new ByteArrayInputStream(plan.bytes());
    Duration presign = plan.presign();
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                b -> {
                  b.identity(plan.identity())
                      .request(request.build())
                      .payload(payload)
                      .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, plan.service())
                      .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                      .putProperty(HttpSigner.SIGNING_CLOCK, plan.clock())
                      .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, !s3)
                      .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, !s3)
                      .putProperty(AwsV4FamilyHttpSigner.CHUNK_ENCODING_ENABLED, plan.chunked())
                      .putProperty(
                          AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, plan.signPayload());
                  if (presign != null) {
                    b.putProperty(
                            AwsV4FamilyHttpSigner.AUTH_LOCATION,
                            AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, presign);
                  }
                });
    Draft draft = new Draft();
    draft.method = plan.method();
    draft.target =
        signed.request().encodedPath()
            + signed.request().encodedQueryParameters().map(q -> "?" + q).orElse("");
    signed
        .request()
        .headers()
        .forEach((name, values) -> draft.headers.put(name, new ArrayList<>(values)));
    draft.remove("Content-Length");
    draft.body =
        signed.payload().isPresent()
            ? signed.payload().get().newStream().readAllBytes()
            : plan.bytes();
    return draft;
  }

  Answer send(Plan plan) throws IOException {
    return send(sign(plan).bytes());
  }

  Answer send(byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        throw new IOException("no head in " + text.length() + " characters");
      }
      return new Answer(
          Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
    }
  }
}
