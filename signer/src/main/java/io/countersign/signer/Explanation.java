package io.countersign.signer;

/**
 * How a signature came about, for debugging. Octets as chars.
 *
 * <p>The canonical request holds what the request holds, a session token among it: show it to those
 * only who may see the request.
 *
 * @param canonicalRequest the canonical request, lines ended by LF
 * @param stringToSign the string to sign, which holds no secret
 * @param signature 64 digits of lower-case hex
 */
public record Explanation(String canonicalRequest, String stringToSign, String signature) {

  @Override
  public String toString() {
    return "Explanation[" + signature + "]";
  }
}
