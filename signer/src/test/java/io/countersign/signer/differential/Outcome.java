package io.countersign.signer.differential;

/** What a signer made of a case. */
interface Outcome {

  /**
   * A signature, and how it came about; octets as chars.
   *
   * @param complete whether the canonical request is there to its end
   */
  record Signed(String canonicalRequest, String stringToSign, String signature, boolean complete)
      implements Outcome {}

  /** No signature. */
  record Refused(String reason) implements Outcome {}
}
