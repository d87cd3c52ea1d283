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
      String header,
      RequestShape shape,
      AwsCredentials credentials,
      PathRule rule,
      Verification.Valid valid,
      SigningKey.Moment moment,
      MessageDigest canonical) {
    this.claim = claim;
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
    String header = authorization(request);
    RequestShape shape =
        RequestShape.of(
            request, name -> Collections.binarySearch(claim.signedHeaders(), name) >= 0);
    if (header == null || shape == null || !header.endsWith("=" + claim.signature())) {
      return null;
    }
    return new VerifiedShape(
        claim,
        header.substring(0, header.length() - SIGNATURE_CHARS),
        shape,
        credentials,
        rule,
        valid,
        moment,
        canonical);
  }

  private static @Nullable String authorization(RequestView request) {
    for (int i = 0; i < request.headerCount(); i++) {
      if (request.headerName(i).equalsIgnoreCase("authorization")) {
        return request.headerValue(i);
      }
    }
    return null;
  }

  /** What a request of this shape claims; null if it is of another. */
  @Nullable Authorization claim(RequestView request) {
    String value = authorization(request);
    if (value == null
        || value.length() != header.length() + SIGNATURE_CHARS
        || !value.startsWith(header)
        || !Hex.isLower(value, header.length(), value.length())
        || !shape.matches(request)) {
      return null;
    }
    return claim.withSignature(value.substring(header.length()));
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
