package io.countersign.signer;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A call as it was signed in one second, ready to be signed again with another body: the hash of
 * its canonical request up to the last line, and all of its Authorization header but the signature.
 * Immutable; threads share it.
 */
final class SignedShape {

  private final SigningParameters parameters;
  private final long second;
  private final RequestShape shape;

  /** Not null where the payload's hash is among the headers, and so in the kept state. */
  private final @Nullable PayloadHash payloadHeader;

  private final @Nullable String tokenHeader;
  private final SigningKey.Moment moment;
  private final MessageDigest canonical;
  private final byte[] authorization;

  SignedShape(
      SigningParameters parameters,
      RequestShape shape,
      @Nullable PayloadHash payloadHeader,
      @Nullable String tokenHeader,
      SigningKey.Moment moment,
      MessageDigest canonical,
      byte[] authorization) {
    this.parameters = parameters;
    this.second = parameters.time().getEpochSecond();
    this.shape = shape;
    this.payloadHeader = payloadHeader;
    this.tokenHeader = tokenHeader;
    this.moment = moment;
    this.canonical = canonical;
    this.authorization = authorization;
  }

  /** A number that is equal for calls of one shape, and mostly not for others. */
  static int hash(SigningParameters p, RequestView request) {
    int hash = RequestShape.hash(request);
    hash = hash * 31 + p.credentials().accessKeyId().hashCode();
    hash = hash * 31 + p.service().hashCode();
    hash = hash * 31 + p.region().hashCode();
    return hash * 31 + (int) p.time().getEpochSecond();
  }

  /** Whether signing this call comes to the same but for the payload hash. */
  boolean matches(SigningParameters p, RequestView request, PayloadHash payload) {
    SigningParameters known = parameters;
    return p.time().getEpochSecond() == second
        && p.credentials().equals(known.credentials())
        && p.service().equals(known.service())
        && p.region().equals(known.region())
        && p.pathRule().equals(known.pathRule())
        && p.headers() == known.headers()
        && p.contentHashHeader() == known.contentHashHeader()
        && p.signSessionToken() == known.signSessionToken()
        && (payloadHeader == null || payloadHeader.equals(payload))
        && shape.matches(request);
  }

  boolean isOf(AwsCredentials credentials) {
    return parameters.credentials().equals(credentials);
  }

  SignedRequest sign(Scratch scratch, PayloadHash payload) {
    MessageDigest sha256 = Sha256.copy(canonical);
    sha256.update(payload.octets());
    Sha256.finish(sha256, scratch.hash);
    moment.sign(scratch.hash, scratch.hex);
    Bytes header = scratch.side();
    header.put(authorization).put(scratch.hex);
    return new SignedRequest(
        tokenHeader,
        parameters.credentials().sessionToken(),
        moment.amzDate,
        payloadHeader,
        header.toString(),
        moment.key);
  }
}
