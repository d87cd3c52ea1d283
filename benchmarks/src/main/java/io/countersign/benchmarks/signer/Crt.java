package io.countersign.benchmarks.signer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.crt.auth.signing.AwsSigner;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig;
import software.amazon.awssdk.crt.http.HttpHeader;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.crt.http.HttpRequestBodyStream;

/**
 * The signer of the AWS Common Runtime, over JNI. The configuration of a service is made once; only
 * the time is set for each call. The native side reads the body and hashes it. Not thread-safe.
 */
final class Crt {
  private final AwsSigningConfig dynamodb = config("dynamodb");
  private final AwsSigningConfig s3 = s3();
  private final AwsSigningConfig presigned = s3();

  Crt() {
    s3.setSignedBodyHeader(AwsSigningConfig.AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA256);
    presigned.setSignatureType(AwsSigningConfig.AwsSignatureType.HTTP_REQUEST_VIA_QUERY_PARAMS);
    presigned.setExpirationInSeconds(Ours.EXPIRES.toSeconds());
  }

  private static AwsSigningConfig s3() {
    AwsSigningConfig config = config("s3");
    config.setUseDoubleUriEncode(false);
    config.setShouldNormalizeUriPath(false);
    config.setSignedBodyValue(AwsSigningConfig.AwsSignedBodyValue.UNSIGNED_PAYLOAD);
    return config;
  }

  private static AwsSigningConfig config(String service) {
    AwsSigningConfig config = new AwsSigningConfig();
    config.setAlgorithm(AwsSigningConfig.AwsSigningAlgorithm.SIGV4);
    config.setSignatureType(AwsSigningConfig.AwsSignatureType.HTTP_REQUEST_VIA_HEADERS);
    config.setRegion(Credentials.REGION);
    config.setService(service);
    config.setCredentials(
        new software.amazon.awssdk.crt.auth.credentials.Credentials(
            utf8(Credentials.ACCESS_KEY_ID), utf8(Credentials.SECRET), utf8(Credentials.TOKEN)));
    return config;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static HttpRequest prepare(Call call) {
    List<HttpHeader> headers = new ArrayList<>();
    for (int i = 0; i < call.headerCount(); i++) {
      headers.add(new HttpHeader(call.headerName(i), call.headerValue(i)));
    }
    String target = call.query().isEmpty() ? call.path() : call.path() + "?" + call.query();
    return new HttpRequest(
        call.method(),
        target,
        headers.toArray(HttpHeader[]::new),
        call.body().length == 0 ? null : new Body(call.body()));
  }

  static HttpRequest[] prepare(Pool pool) {
    Call[] calls = pool.calls();
    HttpRequest[] prepared = new HttpRequest[calls.length];
    for (int i = 0; i < calls.length; i++) {
      prepared[i] = prepare(calls[i]);
    }
    return prepared;
  }

  HttpRequest jsonPost(HttpRequest call, Instant now) {
    return sign(call, dynamodb, now);
  }

  HttpRequest s3Get(HttpRequest call, Instant now) {
    return sign(call, s3, now);
  }

  HttpRequest presignedGet(HttpRequest call, Instant now) {
    return sign(call, presigned, now);
  }

  private static HttpRequest sign(HttpRequest call, AwsSigningConfig config, Instant now) {
    config.setTime(now.toEpochMilli());
    return AwsSigner.signRequest(call, config).join();
  }

  /** The value of a header, or null. */
  static @Nullable String header(HttpRequest request, String name) {
    for (HttpHeader header : request.getHeaders()) {
      if (header.getName().equalsIgnoreCase(name)) {
        return header.getValue();
      }
    }
    return null;
  }

  private static final class Body implements HttpRequestBodyStream {
    private final byte[] bytes;
    private int at;

    Body(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public boolean sendRequestBody(ByteBuffer out) {
      int count = Math.min(out.remaining(), bytes.length - at);
      out.put(bytes, at, count);
      at += count;
      return at == bytes.length;
    }

    @Override
    public boolean resetPosition() {
      at = 0;
      return true;
    }

    @Override
    public long getLength() {
      return bytes.length;
    }
  }
}
