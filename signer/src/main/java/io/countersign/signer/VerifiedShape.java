package io.countersign.signer;

import java.security.MessageDigest;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/**
 * A call as it was found valid, ready to be verified again with another body: its claim, and the
 * hash of its canonical request up to the last line. Only a call that came with a valid signature
 * gets here, so that nobody else can fill the table. Immutable; threads share it.
 */
final class VerifiedShape {

  private static final int SIGNATURE_CHARS = 2 * Sha256.BYTES;

  private final Authorization claim;

  private final int headerAt;

  /** The Authorization header without the signature that ends it. */
  private final String header;

  private final RequestShape shape;
  private final AwsCredentials credentials;
  private final PathRule rule;
  private final String path;
  private final String query;
  private final SigningKey.Moment moment;
  private final MessageDigest canonical;

  private VerifiedShape(
      Authorization claim,
      int headerAt,
      String header,
      RequestShape shape,
      AwsCredentials credentials,
      PathRule rule,
      Verification.Valid valid,
      SigningKey.Moment moment,
      MessageDigest canonical) {
    this.claim = claim;
    this.headerAt = headerAt;
    this.header = header;
    this.shape = shape;
    this.credentials = credentials;
    this.rule = rule;
    this.path = valid.path();
    this.query = valid.query();
    this.moment = moment;
    this.canonical = canonical;
  }

  /** The shape of a valid request, or null if it is not one to be kept. */
  static @Nullable VerifiedShape of(
      Authorization claim,
      RequestView request,
      AwsCredentials credentials,
      PathRule rule,
      Verification.Valid valid,
      SigningKey.Moment moment,
      MessageDigest canonical)
      throws MalformedRequestException {
    int at = authorization(request);
    String header = request.headerValue(at);
    RequestShape shape =
        RequestShape.of(
            request, name -> Collections.binarySearch(claim.signedHeaders(), name) >= 0);
    if (shape == null || !header.endsWith("=" + claim.signature())) {
      return null;
    }
    return new VerifiedShape(
        claim,
        at,
        header.substring(0, header.length() - SIGNATURE_CHARS),
        shape,
        credentials,
        rule,
        valid,
        moment,
        canonical);
  }

  /** The number of the Authorization header, which there is one of. */
  private static int authorization(RequestView request) {
    int i = 0;
    while (!request.headerName(i).equalsIgnoreCase("authorization")) {
      i++;
    }
    return i;
  }

  /** What a request of this shape claims; null if it is of another. */
  @Nullable Authorization claim(RequestView request) {
    if (!shape.matches(request)) {
      return null;
    }
    String value = request.headerValue(headerAt);
    if (value.length() != header.length() + SIGNATURE_CHARS || !value.startsWith(header)) {
      return null;
    }
    String signature = Scratch.get().signatureAtEnd(value);
    return signature == null ? null : claim.withSignature(signature);
  }

  boolean isOf(AwsCredentials other) {
    return credentials.equals(other);
  }

  boolean matches(
      Authorization other, RequestView request, AwsCredentials with, PathRule pathRule) {
    return claim.isSameButForSignature(other)
        && credentials.equals(with)
        && rule.equals(pathRule)
        && shape.matches(request);
  }

  boolean isValid(Scratch scratch, Authorization other, PayloadHash payload) {
    MessageDigest sha256 = Sha256.copy(canonical);
    sha256.update(payload.octets());
    Sha256.finish(sha256, scratch.hash);
    moment.sign(scratch.hash, scratch.hex);
    return scratch.isHex(other.signature());
  }

  Verification.Valid valid(Authorization other) {
    return new Verification.Valid(
        path, query, new ChunkSeed(moment.key, moment.amzDate, other.signature()));
  }
}
