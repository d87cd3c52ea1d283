package io.countersign.signer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.crt.auth.credentials.Credentials;
import software.amazon.awssdk.crt.auth.signing.AwsSigner;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig.AwsSignatureType;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig.AwsSignedBodyHeaderType;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig.AwsSigningAlgorithm;
import software.amazon.awssdk.crt.http.HttpHeader;
import software.amazon.awssdk.crt.http.HttpRequest;

/** The signer of the AWS Common Runtime, set up as the parameters say. */
final class Crt {

  private final AwsSigningAlgorithm algorithm;
  private final String region;
  private final SigningParameters rules;

  /**
   * @param region the Region, or for SigV4a the region set
   */
  Crt(AwsSigningAlgorithm algorithm, String region, SigningParameters rules) {
    this.algorithm = algorithm;
    this.region = region;
    this.rules = rules;
  }

  private AwsSigningConfig config(AwsSignatureType type) {
    AwsSigningConfig config = new AwsSigningConfig();
    config.setAlgorithm(algorithm);
    config.setSignatureType(type);
    config.setRegion(region);
    config.setService(rules.service());
    config.setTime(rules.time().toEpochMilli());
    String token = rules.credentials().sessionToken();
    config.setCredentials(
        new Credentials(
            bytes(rules.credentials().accessKeyId()),
            bytes(rules.credentials().secretAccessKey()),
            token == null ? null : bytes(token)));
    config.setUseDoubleUriEncode(rules.pathRule().doubleEncode());
    config.setShouldNormalizeUriPath(rules.pathRule().normalize());
    config.setSignedBodyHeader(
        rules.contentHashHeader() && type == AwsSignatureType.HTTP_REQUEST_VIA_HEADERS
            ? AwsSignedBodyHeaderType.X_AMZ_CONTENT_SHA256
            : AwsSignedBodyHeaderType.NONE);
    return config;
  }

  /** The request with the headers that the CRT adds. */
  TestRequest sign(TestRequest request, PayloadHash payload) throws Exception {
    AwsSigningConfig config = config(AwsSignatureType.HTTP_REQUEST_VIA_HEADERS);
    config.setSignedBodyValue(payload.headerValue());
    return signed(request, config);
  }

  /** The request with the query that the CRT makes. */
  TestRequest presign(TestRequest request, PayloadHash payload, Duration expires) throws Exception {
    AwsSigningConfig config = config(AwsSignatureType.HTTP_REQUEST_VIA_QUERY_PARAMS);
    config.setSignedBodyValue(payload.headerValue());
    config.setExpirationInSeconds(expires.toSeconds());
    return signed(request, config);
  }

  private static TestRequest signed(TestRequest request, AwsSigningConfig config)
      throws ExecutionException, InterruptedException {
    HttpHeader[] headers =
        request.headers().stream()
            .map(header -> new HttpHeader(header[0], header[1]))
            .toArray(HttpHeader[]::new);
    String target = request.path() + (request.query().isEmpty() ? "" : "?" + request.query());
    HttpRequest given = new HttpRequest(request.method(), target, headers, null);
    HttpRequest made = AwsSigner.sign(given, config).get().getSignedRequest();
    List<String[]> all = new ArrayList<>();
    for (HttpHeader header : made.getHeaders()) {
      all.add(new String[] {header.getName(), header.getValue()});
    }
    String path = made.getEncodedPath();
    int mark = path.indexOf('?');
    return new TestRequest(
        request.method(),
        mark < 0 ? path : path.substring(0, mark),
        mark < 0 ? "" : path.substring(mark + 1),
        all);
  }

  /** The signature of a chunk, padded as it goes over the wire. */
  String signChunk(byte[] data, String previous) throws Exception {
    return text(
        AwsSigner.sign(
                new CrtBody(data), bytes(previous), config(AwsSignatureType.HTTP_REQUEST_CHUNK))
            .get()
            .getSignature());
  }

  /** The signature of a trailer, padded as it goes over the wire. */
  String signTrailer(ChunkTrailers trailers, String previous) throws Exception {
    List<HttpHeader> headers = new ArrayList<>();
    for (ChunkTrailers.Trailer line : trailers.lines()) {
      headers.add(new HttpHeader(line.name(), line.value()));
    }
    return text(
        AwsSigner.sign(
                headers, bytes(previous), config(AwsSignatureType.HTTP_REQUEST_TRAILING_HEADERS))
            .get()
            .getSignature());
  }

  private static byte[] bytes(String octets) {
    return octets.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }
}
