package io.countersign.benchmarks.signer;

/** The example credentials of the AWS documentation, with a session token of 700 bytes. */
final class Credentials {
  static final String REGION = "eu-west-1";
  static final String ACCESS_KEY_ID = "ASIAIOSFODNN7EXAMPLE";
  static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  static final String TOKEN = "IQoJb3JpZ2luX2VjE".repeat(42).substring(0, 700);

  private Credentials() {}
}
