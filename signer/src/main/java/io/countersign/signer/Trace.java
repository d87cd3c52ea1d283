package io.countersign.signer;

/** What a signer writes down on its way, where it is asked how it comes to its signature. */
final class Trace {

  String canonicalRequest = "";
  String stringToSign = "";

  Explanation explain(String signature) {
    return new Explanation(canonicalRequest, stringToSign, signature);
  }
}
